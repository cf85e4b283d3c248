/** Systems on the rungs of the parallel ladder. */
import type { System } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";

const manager = createPassManager({ plugins: [builtinPasses, lockBatchingPlugin] });

/** Legal ladders; every step of each is a rung that may be emitted. */
export const LADDERS: readonly (readonly string[])[] = [
  ["lock-insertion", "atomic-flags", "self-signature", "lock-batching", "lock-elision", "partition"],
  ["lock-insertion", "self-signature", "partition"],
  ["lock-insertion", "self-signature", "atomic-flags", "partition"],
  ["lock-insertion", "lock-elision", "atomic-flags", "self-signature"],
  ["lock-insertion", "lock-batching", "self-signature", "partition"],
];
/** Options of `partition`. */
export const CUTS = [
  { "max-threads": 8, shape: "auto" },
  { "max-threads": 3, shape: "joined" },
  { "max-threads": 8, shape: "split", balance: 100 },
  { "max-threads": 64, shape: "split", balance: 0 },
  { "max-threads": 1 },
] as const;

/** Runs passes on a system in which all facts hold that they ask for. */
function run(system: System, pipeline: readonly string[], cut: Readonly<Record<string, unknown>>): System {
  const planned = manager.plan({
    pipeline,
    facts: ["locks-explicit", "self-shared"],
    passOptions: pipeline.includes("partition") ? { partition: cut } : {},
  });
  if (planned.plan === undefined)
    throw new Error(planned.diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, planned.plan, { verifyEach: false });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}

/** The systems behind the steps of a ladder, the default pipeline before it. */
export function rungs(
  system: System,
  ladder: readonly string[],
  cut: Readonly<Record<string, unknown>>,
): System[] {
  let rung = run(system, ["default"], cut);
  return ladder.map((pass) => (rung = run(rung, [pass], cut)));
}
