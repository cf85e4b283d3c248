/** Systems in clusters, and what they do on threads. */
import type { System } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { loadSync } from "@assassyn/simulator";
import { expect } from "vitest";
import { emitWasm } from "../src/index.js";
import type { CompareOptions } from "./compare.js";
import { execute, executeReference } from "./compare.js";

/** How {@link cut} cuts. */
export interface CutOptions {
  readonly shape?: "auto" | "joined" | "split";
  /** By how many percent a cluster may cost more than an equal share; default 100, so that small designs fall apart. */
  readonly balance?: number;
}

const LADDER = ["lock-insertion", "atomic-flags", "self-signature", "partition"];
const manager = createPassManager({ plugins: [builtinPasses] });

/** Cuts a system into clusters. */
export function cut(system: System, { shape = "auto", balance = 100 }: CutOptions = {}): System {
  const { plan, diagnostics } = manager.plan({
    pipeline: ["explicit-operands", "legalize-widths", "fold-constants", "eliminate-dead-code", ...LADDER],
    passOptions: { partition: { shape, balance } },
  });
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}

/** What {@link compareThreads} compares, and how the system is cut. */
export interface ThreadedOptions extends CompareOptions, CutOptions {
  /** Of the simulation; default 1. */
  readonly leastCycles?: number;
}

/** Expects the same of the interpreter and of two and three threads; returns what happened, and the most threads that a run had. */
export function compareThreads(
  system: System,
  options: ThreadedOptions = {},
): ReturnType<typeof execute> & { readonly threads: number } {
  const { isSpecified, ...expected } = executeReference(system, options);
  const { wasm } = emitWasm(cut(system, options), options.wasm);
  let most = 1;
  for (const threads of [2, 3]) {
    const make: Parameters<typeof execute>[0] = (given) => {
      const simulation = loadSync(wasm, { ...given, threads, leastCycles: options.leastCycles ?? 1 });
      most = Math.max(most, simulation.threads);
      return simulation;
    };
    const actual = execute(make, system, options);
    if (!isSpecified) actual.states.pop();
    expect({ threads, ...actual }).toEqual({ threads, ...expected });
    // Fewer clusters than threads: the next number would be the same again.
    if (most < threads) break;
  }
  return { ...expected, threads: most };
}
