/** Extern functions whose results have more than 64 bits, alone or together. */
import { spawnSync } from "node:child_process";
import { createInterpreter } from "@assassyn/interpreter";
import { SystemBuilder, bits, int, uint } from "@assassyn/ir";
import type { System } from "@assassyn/ir";
import { lowerFor } from "@assassyn/testing/targets";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { emitRustSequential, rustEmitter } from "../src/index.js";

const LOC = { file: 0, line: 3, column: 1 };

/** One call of an extern with one wide result, one with results that do not start at limbs. */
function design(): System {
  const system = new SystemBuilder("wide_externs");
  system.config = { ...system.config, cycles: 3 };
  const alone = system.extern({
    name: "alone",
    parameters: [],
    results: [{ name: "x", type: uint(70) }],
    loc: LOC,
  });
  const types = [bits(1), uint(64), int(100), uint(30)];
  const together = system.extern({
    name: "together",
    parameters: [{ name: "n", type: bits(64) }],
    results: types.map((type, index) => ({ name: `r${index}`, type })),
    loc: LOC,
  });
  const driver = system.module("driver", "Driver");
  const width = types.reduce((sum, type) => sum + type.width, 0);
  driver.log("{:x} {:x}", [
    driver.externCall(alone, [], uint(70)),
    driver.externCall(together, [driver.cycle()], bits(width)),
  ]);
  return system.build();
}

/** Every bit that a container has is set, so that each result must be cut. */
const HOST = `use wide_externs::{Externs, LogFormat, Simulator};

struct Bodies;

impl Externs for Bodies {
    fn alone(&mut self) -> Result<[u64; 2], String> {
        Ok([0x0123_4567_89ab_cdef, !0])
    }

    fn together(&mut self, n: u64) -> Result<(bool, u64, [u64; 2], u32), String> {
        Ok((n % 2 == 1, !n, [0x1111_2222_3333_4444 * n, !n], !0))
    }
}

fn main() {
    let mut simulator = Simulator::with_externs(Box::new(Bodies));
    simulator.set_log(LogFormat::Plain, Box::new(std::io::stdout()));
    simulator.run();
    simulator.flush().expect("it is written");
}
`;

testWithRust("wide results of extern functions are joined and cut", { timeout: 600_000 }, (cargo) => {
  const system = design();
  const files = emitRustSequential(lowerFor({ target: "rust", emitters: [rustEmitter] })(system));
  const hosting = files.map((file) => (file.path === "src/main.rs" ? { ...file, text: HOST } : file));
  const binaries = buildRustDesigns("wide-externs", new Map([["host", hosting]]), { cargo, clippy: true });
  const expected: string[] = [];
  const ones = (1n << 64n) - 1n;
  createInterpreter(system, {
    externs: {
      alone: () => (ones << 64n) | 0x0123_4567_89ab_cdefn,
      together: (n = 0n) => [n % 2n, ones - n, ((ones - n) << 64n) | (0x1111_2222_3333_4444n * n), ones],
    },
    onLog: ({ text }) => expected.push(text),
  }).run();
  expect(expected).toHaveLength(3);
  const { stdout } = spawnSync(binaries.get("host") ?? "", { encoding: "utf8" });
  expect(stdout.trimEnd().split("\n")).toEqual(expected);
});
