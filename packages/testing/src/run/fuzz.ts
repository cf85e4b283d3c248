/** Compares random designs on several targets and makes small what differs. */
import type { System } from "@assassyn/ir";
import { printSystem } from "@assassyn/ir";
import { PrintSourceError, printSource } from "@assassyn/print-source";
import type { RandomSystemOptions } from "../generator/random-system.js";
import { sampleSystems } from "../generator/random-system.js";
import { compareTraces } from "./compare.js";
import { reduceSystem } from "./reduce.js";
import type { Target } from "./targets.js";
import type { DriveOptions } from "./trace.js";

/** What is compared with what. */
export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  readonly reference: Target;
  readonly targets: readonly Target[];
  readonly generator?: RandomSystemOptions;
  readonly drive?: DriveOptions;
  /** Candidates tried at once when a failing design is reduced; for targets that build many as fast as one. Default 1. */
  readonly batch?: number;
  /** Candidates in all when a failing design is reduced; 0 leaves it as it is. Default 3000. */
  readonly reduceLimit?: number;
  /** Failures after which to give up; default 1. */
  readonly maxFailures?: number;
}

/** A design that two targets see differently. */
export interface FuzzFailure {
  readonly seed: number;
  /** Number of the design among those of the seed. */
  readonly index: number;
  readonly target: string;
  /** What differs for the design as it was generated. */
  readonly original: readonly string[];
  readonly system: System;
  /** What differs for the reduced design. */
  readonly differences: readonly string[];
}

/** First line of the differences of a design that a target throws for. */
const CANNOT_RUN = "cannot be run:";

/** One difference for each system; an exception of a target counts as one. */
function differencesOf(
  systems: readonly System[],
  reference: Target,
  target: Target,
  drive: DriveOptions,
): string[][] {
  const { hostWrites } = drive;
  const compareAll = (group: readonly System[]): string[][] => {
    const expected = reference.runAll(group, hostWrites === undefined ? {} : { hostWrites });
    const actual = target.runAll(group, drive);
    return group.map((_, index) => {
      const left = expected[index];
      const right = actual[index];
      return left === undefined || right === undefined ? ["no trace"] : compareTraces(left, right);
    });
  };
  try {
    return compareAll(systems);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // One of many cannot be run at all: find out which, half by half.
    if (systems.length === 1) return [[CANNOT_RUN, ...reason.split("\n").slice(0, 60)]];
    const middle = systems.length >> 1;
    return [
      ...differencesOf(systems.slice(0, middle), reference, target, drive),
      ...differencesOf(systems.slice(middle), reference, target, drive),
    ];
  }
}

/**
 * Runs `count` designs of `seed` on all targets.
 *
 * @returns the failures, reduced; none is good
 * @example fuzz({ seed: 1, count: 150, reference: interpreterTarget, targets: [wasmTarget(prepare)] });
 */
export function fuzz(options: FuzzOptions): FuzzFailure[] {
  const { seed, reference, drive = {} } = options;
  const systems = sampleSystems(options.count, seed, options.generator);
  const failures: FuzzFailure[] = [];
  for (const target of options.targets) {
    const results = differencesOf(systems, reference, target, drive);
    for (const [index, original] of results.entries()) {
      const system = systems[index];
      if (original.length === 0 || system === undefined) continue;
      const limit = options.reduceLimit ?? 3000;
      const small =
        limit === 0
          ? system
          : reduceSystem(
              system,
              (candidates) =>
                differencesOf(candidates, reference, target, drive).findIndex((found) =>
                  isSameFailure(original, found),
                ),
              { batch: options.batch ?? 1, limit },
            );
      const [differences = []] = differencesOf([small], reference, target, drive);
      failures.push({ seed, index, target: target.name, original, system: small, differences });
      if (failures.length >= (options.maxFailures ?? 1)) return failures;
    }
  }
  return failures;
}

/** Why a design cannot be run, without the numbers in it; empty for other failures. */
const reason = (differences: readonly string[]): string =>
  differences[0] === CANNOT_RUN ? (differences[1] ?? "").replaceAll(/[a-zA-Z_]*\d+/g, "#") : "";

/** Keeps the reduction from drifting to another bug, at least roughly: what cannot be run stays so, for the same reason. */
function isSameFailure(original: readonly string[], found: readonly string[]): boolean {
  if (found.length === 0) return false;
  return reason(original) === reason(found);
}

/** The design in the language, or as IR text where it is something that the language cannot say. */
function readable(system: System): string {
  try {
    return printSource(system);
  } catch (error) {
    if (!(error instanceof PrintSourceError)) throw error;
    return `// ${error.message}\n${printSystem(system)}`;
  }
}

/** The failure as text: how to see it again, what differs, the design as a file to be run. */
export function printFailure(failure: FuzzFailure): string {
  const { seed, index, target, original, differences, system } = failure;
  return [
    `seed ${seed}, design ${index}: ${target} differs`,
    ...differences,
    "",
    readable(system),
    "before the reduction:",
    ...original.slice(0, 12),
    "",
  ].join("\n");
}
