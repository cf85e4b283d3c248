/** The public entry of the design generator. */
import type { System } from "@assassyn/ir";
import type { Arbitrary } from "fast-check";
import * as fc from "fast-check";
import { systemPlans } from "./arbitraries.js";
import { buildSystem } from "./build-system.js";

/** Bounds of {@link randomSystem}. */
export interface RandomSystemOptions {
  /** Modules, the driver included; default 7. */
  readonly maxModules?: number;
  /** Register arrays; default 5. */
  readonly maxArrays?: number;
  /** Statements of a body, those inside `when` not counted; default 8. */
  readonly maxStatements?: number;
  /** Nested operations in one expression; default 3. */
  readonly maxDepth?: number;
  /** Widest type of a constant, array, port or cast in bits, at least 1; default 200. */
  readonly maxWidth?: number;
  /** Widest result of a product or a concatenation in bits, at least 64; default 300. */
  readonly maxResultWidth?: number;
  /** Cycle limit of the longest run; default 60. */
  readonly maxCycles?: number;
  /** `some` (default): about two designs in five may run into a fault. `never`: all guards are in place, except that a FIFO may overflow its depth. */
  readonly faults?: "some" | "never";
  /**
   * `all`: also long stretches in which nothing happens, with conditions on the cycle that end them, and writes in cases that exclude each
   * other. Default `plain`, so that a seed goes on to mean the design that it meant.
   */
  readonly patterns?: "plain" | "all";
}

/**
 * Well-formed designs: stages, drivers, a testbench, downstreams over downstreams, FIFOs with and without depth, every kind of operation,
 * every width class. They pass the verifier; most run to their cycle limit. Depends on fast-check's seed alone, and shrinks.
 *
 * @example
 * fc.assert(fc.property(randomSystem(), (system) => parseSystem(printSystem(system)) ... ));
 */
export function randomSystem(options: RandomSystemOptions = {}): Arbitrary<System> {
  const full: Required<RandomSystemOptions> = {
    maxModules: options.maxModules ?? 7,
    maxArrays: options.maxArrays ?? 5,
    maxStatements: options.maxStatements ?? 8,
    maxDepth: options.maxDepth ?? 3,
    maxWidth: options.maxWidth ?? 200,
    maxResultWidth: options.maxResultWidth ?? 300,
    maxCycles: options.maxCycles ?? 60,
    faults: options.faults ?? "some",
    patterns: options.patterns ?? "plain",
  };
  return systemPlans(full).map((plan) => buildSystem(plan, full.maxResultWidth));
}

/**
 * `count` designs that depend on `seed` alone.
 *
 * @example const [system] = sampleSystems(1, 42);
 */
export function sampleSystems(count: number, seed: number, options: RandomSystemOptions = {}): System[] {
  return fc.sample(randomSystem(options), { numRuns: count, seed });
}
