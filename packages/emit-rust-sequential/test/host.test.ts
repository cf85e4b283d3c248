import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import { SystemBuilder, bits, int, uint } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { emitRustSequential } from "../src/index.js";

const LOC = { file: 0, line: 3, column: 1 };

/** Two extern functions, a register, an array, a FIFO that fills, an exposed value. */
function hosted(): System {
  const system = new SystemBuilder("hosted");
  const half = system.extern({
    name: "half",
    parameters: [{ name: "value", type: int(12) }],
    results: [{ name: "result", type: int(12) }],
    loc: LOC,
  });
  const split = system.extern({
    name: "splitUp",
    parameters: [{ name: "type", type: uint(16) }],
    results: [
      { name: "high", type: uint(8) },
      { name: "low", type: uint(7) },
    ],
    loc: LOC,
  });
  const register = system.array("cnt", int(12), { initial: [0xfffn] });
  const table = system.array("table", uint(100), { size: 4 });
  const stage = system.module("stage", "sink");
  const port = stage.port("items", uint(16));
  stage.wait(stage.binary("gt", stage.cycle(), stage.const(bits(64), 100)));
  stage.pop(port);
  const driver = system.module("driver", "Driver");
  const zero = driver.const(uint(1), 0);
  const halved = driver.externCall(half, [driver.read(register, zero, int(12))], int(12));
  const pair = driver.externCall(split, [driver.slice(driver.cycle(), 15, 0)], bits(15));
  driver.write(register, zero, driver.binary("sub", halved, driver.const(int(12), 100)));
  driver.write(
    table,
    driver.slice(driver.cycle(), 1, 0),
    driver.concat([driver.slice(driver.cycle(), 35, 0), driver.cycle()]),
  );
  driver.expose("pair", pair);
  driver.push(stage.id, port, driver.slice(driver.cycle(), 15, 0));
  driver.call(stage.id);
  driver.log("{} {}", [halved, pair]);
  return system.build();
}

/** Drives the library as an embedder does, and prints what it sees. */
const HOST = `use hosted::{Externs, LogFormat, Simulator, Value};

struct Bodies;

impl Externs for Bodies {
    fn half(&mut self, value: u16) -> Result<u16, String> {
        // Twelve bits, sign-extended by hand; what is returned is cut again.
        let number = ((value << 4) as i16) >> 4;
        if number < -900 {
            return Err("too small".to_string());
        }
        Ok((number / 2) as u16)
    }

    fn split_up(&mut self, r#type: u16) -> Result<(u8, u8), String> {
        Ok(((r#type >> 1) as u8, r#type as u8))
    }
}

fn show(simulator: &Simulator) {
    let read = |name: &str, index: usize| simulator.read(name, index).map(|value| value.to_string()).unwrap_or_else(|error| error.to_string());
    let (length, head) = simulator.fifo("sink.items").expect("it is there");
    let head = head.map_or("none".to_string(), |value| value.to_string());
    let exposed = simulator.exposed("Driver.pair").expect("it is there").map_or("none".to_string(), |value| value.to_string());
    println!(
        "{} {} {} {length} {head} {exposed} {} {}",
        simulator.cycle(),
        read("cnt", 0),
        read("table", 1),
        simulator.credits("sink").expect("it is there"),
        simulator.triggered("Driver").expect("it is there"),
    );
}

fn main() {
    let mut simulator = Simulator::with_externs(Box::new(Bodies));
    simulator.set_log(LogFormat::None, Box::new(std::io::stdout()));
    show(&simulator);
    for _ in 0..3 {
        simulator.step();
        show(&simulator);
    }
    let snapshot = simulator.snapshot();
    simulator.write("cnt", 0, -7_i32).expect("it fits");
    simulator.step();
    show(&simulator);
    simulator.restore(&snapshot);
    show(&simulator);
    simulator.step();
    show(&simulator);
    for (name, index, value) in [("cnt", 0, Value::from(2048_i32)), ("cnt", 1, Value::from(0_i32)), ("nothing", 0, Value::from(0_i32))] {
        println!("{}", simulator.write(name, index, value).expect_err("it is refused"));
    }
    println!("{}", simulator.read("sink.items", 0).expect_err("it is refused"));
    simulator.write("cnt", 0, -2000_i32).expect("it fits");
    println!("{:?}", simulator.run());
    simulator.reset();
    show(&simulator);
}
`;

testWithRust(
  "the library runs extern functions and shows, changes and restores state",
  { timeout: 600_000 },
  (cargo) => {
    const system = hosted();
    const files = emitRustSequential(system);
    const hosting = files.map((file) => (file.path === "src/main.rs" ? { ...file, text: HOST } : file));
    const binaries = buildRustDesigns(
      "sequential-host",
      new Map([
        ["host", hosting],
        ["bare", files],
      ]),
      { cargo, clippy: true },
    );

    const expected: string[] = [];
    const simulation = createInterpreter(system, {
      externs: {
        half: (value = 0n) => {
          if (value < -900n) throw new Error("too small");
          return value / 2n;
        },
        splitUp: (value = 0n) => [value >> 1n, value],
      },
    });
    const show = (): void => {
      const { length, head } = simulation.fifo("sink.items");
      const exposed = simulation.exposed("Driver.pair");
      expected.push(
        [
          simulation.cycle,
          simulation.read("cnt"),
          simulation.read("table", 1),
          length,
          head ?? "none",
          exposed ?? "none",
          simulation.credits("sink"),
          simulation.triggered("Driver"),
        ].join(" "),
      );
    };
    const refused = (action: () => unknown): void => {
      try {
        action();
      } catch (error) {
        if (error instanceof RangeError) expected.push(error.message);
      }
    };
    show();
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      simulation.step();
      show();
    }
    const snapshot = simulation.snapshot();
    simulation.write("cnt", -7);
    simulation.step();
    show();
    simulation.restore(snapshot);
    show();
    simulation.step();
    show();
    refused(() => simulation.write("cnt", 2048));
    refused(() => simulation.write("cnt", 0, 1));
    refused(() => simulation.write("nothing", 0));
    refused(() => simulation.read("sink.items"));
    expected.push(
      'Some(Fault { message: "extern half failed: too small", module: "Driver", cycle: 5, site: Site { operation: 3, file: 0, line: 1, column: 1 } })',
    );
    simulation.reset();
    show();

    const result = spawnSync(binaries.get("host") ?? "", { encoding: "utf8" });
    expect(
      result.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/operation: \d+/, "operation: 3")),
    ).toEqual(expected);
    expect(result.status).toBe(0);

    const bare = spawnSync(binaries.get("bare") ?? "", ["--quiet"], { encoding: "utf8" });
    expect(bare.stderr).toBe(
      "fault: extern half failed: this simulator was built without a body for it, in Driver at cycle 1 (design.asyn:1:1)\n",
    );
    expect(bare.status).toBe(1);
  },
);

testWithRust(
  "wrong use of the command line ends with status 2, an unwritable log with 1",
  { timeout: 600_000 },
  (cargo) => {
    const system = new SystemBuilder("plain");
    const driver = system.module("driver", "Driver");
    driver.log('a\tb "{}"', [driver.slice(driver.cycle(), 7, 0)]);
    const binaries = buildRustDesigns(
      "sequential-command-line",
      new Map([["plain", emitRustSequential(system.build())]]),
      { cargo },
    );
    const run = (...options: string[]) =>
      spawnSync(binaries.get("plain") ?? "", options, { encoding: "utf8" });
    expect(run("--speed")).toMatchObject({
      status: 2,
      stderr: "plain: unknown option --speed; see --help\n",
    });
    expect(run("--cycles", "2", "--log", "json", "--quiet")).toMatchObject({
      status: 0,
      stderr: "",
      stdout:
        '{"cycle":1,"module":"Driver","text":"a\\tb \\"1\\"","file":"design.asyn","line":1}\n' +
        '{"cycle":2,"module":"Driver","text":"a\\tb \\"2\\"","file":"design.asyn","line":1}\n',
    });
    expect(run("--cycles", "1", "--log", "plain", "--quiet").stdout).toBe('a\tb "1"\n');
    expect(run("--cycles", "1", "--log", "none", "--quiet").stdout).toBe("");
    expect(run("--vcd", "/nonexistent/out.vcd").status).toBe(1);
    expect(run("--vcd", "/nonexistent/out.vcd").stderr).toContain("cannot write /nonexistent/out.vcd");
    if (existsSync("/dev/full")) {
      const full = openSync("/dev/full", "w");
      const result = spawnSync(binaries.get("plain") ?? "", [], {
        encoding: "utf8",
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      expect(result.status).toBe(1);
      expect(result.stderr).toContain("No space left on device");
    }
    expect(run("--help").stdout).toContain("--trace PATTERN");
  },
);
