import { existsSync, readdirSync } from "node:fs";
import type { System } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { loadExample } from "../../../examples/example-host.js";
import { expect } from "vitest";
import type { Case } from "../../emit-rust-sequential/test/harness.js";
import { compareAll } from "./harness.js";
import { SHARED_RUNGS, onRung, runPasses } from "./ladder.js";

/** Cycles after which an example has shown what it does; the interpreter is the slowest of all that run it here. */
const MOST_CYCLES = 2000;

/** Every example that is one file of its own, shortened. */
function loadExamples(): Record<string, System> {
  const folder = new URL("../../../examples/", import.meta.url);
  const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/${name}.asyn`, folder)));
  return Object.fromEntries(
    names.map((name) => {
      const system = loadExample(`examples/${name}/${name}.asyn`);
      const { config } = system;
      return [name, { ...system, config: { ...config, cycles: Math.min(config.cycles, MOST_CYCLES) } }];
    }),
  );
}

testWithRust("every example equals the interpreter on every shared rung", { timeout: 3_600_000 }, (cargo) => {
  const examples = loadExamples();
  expect(Object.keys(examples).length).toBeGreaterThan(12);
  const only = process.env["EXAMPLES"]?.split(",");
  const cases = Object.fromEntries(
    Object.entries(examples)
      .filter(([name]) => only?.includes(name) ?? true)
      .map(([name, system]): [string, Case] => [name, { system, lowered: runPasses(system, ["default"]) }]),
  );
  const variants = SHARED_RUNGS.map((rung) => ({
    name: rung,
    form: (system: System) => onRung(system, rung),
  }));
  const clippy = process.env["RUST_CLIPPY"] === "1";
  compareAll("parallel-examples", cases, { cargo, variants, clippy, delays: [3] });
});
