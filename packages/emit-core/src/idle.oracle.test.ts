/** Random designs in the interpreter: what the plan calls quiet changes nothing, until a cycle that it names. */
import { createInterpreter } from "@assassyn/interpreter";
import type { Simulation, System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import { readState, sampleSystems } from "@assassyn/testing";
import { lowerFor } from "@assassyn/testing/targets";
import { expect, test } from "vitest";
import type { IdlePlan } from "./idle.js";
import { analyzeIdle, nextChange } from "./idle.js";

interface Findings {
  readonly wrong: string[];
  /** Cycles that a simulator would have passed over. */
  skipped: number;
  cycles: number;
}

/** All that lasts, without what is told of one cycle only. */
function lasting(system: System, simulation: Simulation): string {
  const { arrays, fifos, credits } = readState(system, simulation);
  const text = [[...arrays], [...fifos], [...credits], simulation.droppedWrites];
  return JSON.stringify(text, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

function observe(system: System, plan: IdlePlan): Findings {
  const findings: Findings = { wrong: [], skipped: 0, cycles: 0 };
  let active = false;
  let lines = 0;
  const simulation = createInterpreter(system, {
    onLog: () => void (lines += 1),
    onOperation: (module, operation) => {
      const idle = plan.modules[module];
      if (idle == null || idle.always || idle.marks.has(operation)) active = true;
    },
  });
  /** Until here nothing may happen. */
  let quietUntil = 0n;
  let quietFlags = "";
  while (simulation.stop === undefined) {
    active = false;
    lines = 0;
    const before = lasting(system, simulation);
    const stop = simulation.step();
    const { cycle } = simulation;
    const triggered = moduleIds(system).filter((id) => simulation.triggered(moduleOf(system, id).name));
    if (triggered.some((id) => moduleOf(system, id).kind === "stage")) active = true;
    const isStopped = stop?.kind === "fault" || stop?.kind === "finish";
    const changed = isStopped || lines > 0 || before !== lasting(system, simulation);
    const isQuiet = !active && !isStopped;
    const flags = triggered.join(" ");
    if (isQuiet && changed) findings.wrong.push(`cycle ${cycle} is called quiet but does something`);
    if (BigInt(cycle) < quietUntil) {
      findings.skipped += 1;
      if (changed) findings.wrong.push(`cycle ${cycle} does something before ${quietUntil}`);
      if (flags !== quietFlags) findings.wrong.push(`cycle ${cycle} triggers others before ${quietUntil}`);
    } else if (isQuiet) {
      quietUntil = nextChange(plan, BigInt(cycle)) ?? 1n << 63n;
      quietFlags = flags;
    }
    findings.cycles = cycle;
  }
  return findings;
}

const asEmitted = lowerFor({ pipeline: ["default", "explicit-operands", "legalize-widths"] });

test.each([1, 2, 3])("no quiet cycle does anything, seed %d", { timeout: 60_000 }, (seed) => {
  let plans = 0;
  let skipped = 0;
  for (const system of [...sampleSystems(10, seed), ...sampleSystems(35, seed, { patterns: "all" })]) {
    for (const form of [system, asEmitted(system)]) {
      const idle = analyzeIdle(form);
      if (idle.kind === "never") continue;
      plans += 1;
      const found = observe(form, idle.plan);
      expect(found.wrong).toEqual([]);
      skipped += found.skipped;
    }
  }
  // Otherwise this has shown nothing.
  expect(plans).toBeGreaterThan(10);
  expect(skipped).toBeGreaterThan(100);
});
