/** The parallel ladder as a whole: what runs, what is refused, and that a design does the same on every rung. */
import { createPassManager } from "@assassyn/pass-manager";
import type { PlanOptions } from "@assassyn/pass-manager";
import type { System } from "@assassyn/plugin-api";
import { defineEmitter, definePlugin } from "@assassyn/plugin-api";
import lockBatchingPlugin, { locksBatched } from "@assassyn/plugin-lock-batching";
import { fuzz, interpreterTarget, printFailure, sampleSystems } from "@assassyn/testing";
import { lowerFor, passesTarget } from "@assassyn/testing/targets";
import { expect, test } from "vitest";
import { builtinPasses, flagsAtomic, locksExplicit, parallelPipeline, selfShared } from "../index.js";

const RUNGS = parallelPipeline.steps.slice(1);

/** Stands for the emitter, of which only what it asks of the passes counts here. */
const target = definePlugin({
  name: "emitters",
  emitters: [
    defineEmitter({
      target: "rust-parallel",
      description: "nothing",
      pipeline: parallelPipeline.name,
      requires: ["operands-explicit", "widths-legal", "locks-explicit"],
      emit: () => [],
    }),
  ],
});
const manager = createPassManager({ plugins: [builtinPasses, lockBatchingPlugin, target] });

/** The rungs of a plan, or the messages of its refusal. */
function plan(options: PlanOptions): string[] {
  const planned = manager.plan({ target: "rust-parallel", ...options });
  return (
    planned.plan?.steps.map(({ pass }) => pass.name).filter((name) => RUNGS.includes(name)) ??
    planned.diagnostics.map(({ message }) => message)
  );
}

test("the target runs the whole ladder, and every rung ends it", () => {
  expect(RUNGS).toEqual([
    "lock-insertion",
    "atomic-flags",
    "self-signature",
    "lock-batching",
    "lock-elision",
    "partition",
  ]);
  expect(plan({})).toEqual(RUNGS);
  for (const [index, rung] of RUNGS.entries()) expect(plan({ rung })).toEqual(RUNGS.slice(0, index + 1));
});

test("a pass of the ladder selects the target; what is there already is not doubled", () => {
  for (const name of RUNGS) {
    const { plan: planned, diagnostics } = manager.plan({ passes: [name] });
    expect(planned?.target).toBe("rust-parallel");
    expect(diagnostics.map(({ code }) => code)).toEqual(["pass-manager/already-there"]);
  }
  // Each at the first place where the conditions of all hold.
  expect(plan({ rung: "self-signature", passes: ["lock-elision", "lock-batching"] })).toEqual([
    "lock-insertion",
    "lock-batching",
    "lock-elision",
    "atomic-flags",
    "self-signature",
  ]);
});

test("every subset runs that meets the facts; of the others the first lack is told, with the remedy", () => {
  const optional = RUNGS.slice(1);
  for (let bits = 0; bits < 2 ** optional.length; bits += 1) {
    const skip = optional.filter((_, index) => ((bits >> index) & 1) === 1);
    const isLegal = !skip.includes("self-signature") || skip.includes("partition");
    expect(plan({ skip })).toEqual(
      isLegal
        ? RUNGS.filter((name) => !skip.includes(name))
        : [
            '"partition" requires "self-shared", which no step before it provides; do not skip "self-signature"',
          ],
    );
  }
  expect(plan({ skip: ["lock-insertion"] })).toEqual([
    '"atomic-flags" requires "locks-explicit", which no step before it provides; do not skip "lock-insertion"',
  ]);
  expect(plan({ rung: "legalize-widths" })).toEqual([
    '"rust-parallel" requires "locks-explicit", which no step before it provides; end at "lock-insertion" or behind it, not at "legalize-widths"',
  ]);
  expect(plan({ pipeline: ["default", "lock-elision", "lock-insertion"] })).toEqual([
    '"lock-elision" requires "locks-explicit", which no step before it provides; insert "lock-insertion" before it',
  ]);
  expect(plan({ pipeline: ["default", "lock-insertion", "lock-elision", "lock-batching"] })).toEqual([
    '"lock-elision" must come after "lock-batching"',
  ]);
  expect(plan({ pipeline: ["default", "lock-insertion", "fold-constants", "self-signature"] })).toEqual([
    '"fold-constants#3" must come before "lock-insertion"',
    '"self-signature" requires "locks-explicit", which "fold-constants#3" invalidated; insert "lock-insertion" before it',
    '"rust-parallel" requires "locks-explicit", which "fold-constants#3" invalidated; insert "lock-insertion" at the end',
  ]);
});

test("behind the passes of another target the ladder has its place, too", () => {
  const { plan: planned } = manager.plan({ target: "ir", passes: ["lock-insertion", "lock-batching"] });
  expect(planned?.steps.slice(-3).map((step) => step.id)).toEqual([
    "eliminate-dead-code#2",
    "lock-insertion",
    "lock-batching",
  ]);
});

test("without the plugin the pipeline is refused, not shortened", () => {
  const alone = createPassManager({ plugins: [builtinPasses, target] });
  expect(alone.plan({ target: "rust-parallel" }).diagnostics).toMatchObject([
    { code: "pass-manager/unknown-pass", message: 'there is no pass or pipeline named "lock-batching"' },
  ]);
  expect(manager.plan({ target: "rust", passes: ["lock-insertion"] }).plan).toBeUndefined();
});

/** Pipelines whose every step is compared with the system before the ladder. */
const LADDERS: readonly (readonly string[])[] = [
  ["lock-insertion"],
  ["default", ...RUNGS.slice(0, 1)],
  ["default", ...RUNGS.slice(0, 2)],
  ["default", ...RUNGS.slice(0, 3)],
  ["default", ...RUNGS.slice(0, 4)],
  ["default", ...RUNGS.slice(0, 5)],
  ["default", ...RUNGS],
  ["lock-insertion", "lock-elision"],
  ["lock-insertion", "lock-batching", "lock-elision", "atomic-flags"],
  ["lock-insertion", "self-signature", "partition"],
];

test.each(LADDERS.map((pipeline) => [pipeline.join(", "), pipeline] as const))(
  "random designs do the same behind %s",
  { timeout: 60_000 },
  (name, pipeline) => {
    // The verifier and the checks of the facts run behind each step.
    const prepare = lowerFor({ plugins: [lockBatchingPlugin], pipeline });
    const options = {
      seed: 11,
      count: 30,
      reference: interpreterTarget,
      targets: [passesTarget(name, prepare)],
    };
    expect(fuzz(options).map(printFailure)).toEqual([]);
  },
);

const lower = (system: System, pipeline: readonly string[]): System =>
  lowerFor({ plugins: [lockBatchingPlugin], pipeline })(system);

test("the facts say no before the passes that provide them", () => {
  const [system] = sampleSystems(1, 3);
  if (system === undefined) throw new Error("no system");
  const locked = lower(system, ["lock-insertion"]);
  for (const fact of [locksExplicit, flagsAtomic, selfShared])
    expect(fact.check?.(system)).toMatchObject([{ message: "the system has no parallel form" }]);
  expect(locksExplicit.check?.(locked)).toEqual([]);
  expect(flagsAtomic.check?.(locked)?.length).toBeGreaterThan(0);
  expect(selfShared.check?.(locked)).toMatchObject([
    { message: "functions take the simulator for themselves" },
  ]);
  expect(locksBatched.check?.(locked)?.length).toBeGreaterThan(0);
});

test("what lock-insertion puts around an operation, no pass behind it may take away alone", () => {
  let broken = 0;
  for (const system of sampleSystems(20, 8)) {
    const locked = lower(system, ["lock-insertion"]);
    const [bracket] = locked.modules.flatMap((module, index) =>
      module === null
        ? []
        : module.operations.flatMap((op, id) => (op?.kind === "acquire" ? [{ index, id }] : [])),
    );
    if (bracket === undefined) continue;
    const modules = locked.modules.map((module, index) => {
      if (module === null || index !== bracket.index) return module;
      const lock = module.operations[bracket.id];
      // Another lock instead of the right one: the brackets still match.
      const swapped = locked.concurrency?.locks.length ?? 0;
      const operations = module.operations.map((op) =>
        (op?.kind === "acquire" || op?.kind === "release") &&
        lock?.kind === "acquire" &&
        op.lock === lock.lock
          ? { ...op, lock: otherLock(op.lock, swapped) }
          : op,
      );
      return { ...module, operations };
    });
    broken += 1;
    expect(locksExplicit.check?.({ ...locked, modules })?.length).toBeGreaterThan(0);
  }
  expect(broken).toBeGreaterThan(10);
});

/** Some lock but this one. */
function otherLock<Lock extends number>(lock: Lock, count: number): Lock {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- arithmetic loses the brand of an id
  return ((lock + 1) % count) as Lock;
}
