/** Random designs in the interpreter: whatever the analysis claims, no run contradicts. */
import { createInterpreter } from "@assassyn/interpreter";
import type { Module, ModuleId, Operation, OpId, Stop, System } from "@assassyn/ir";
import {
  arrayIds,
  arrayOf,
  faultKind,
  moduleIds,
  moduleOf,
  operationOf,
  toNumeric,
  walk,
} from "@assassyn/ir";
import { sampleSystems } from "@assassyn/testing";
import { lowerFor } from "@assassyn/testing/targets";
import { expect, test } from "vitest";
import type { RangeAnalysis } from "./ranges.js";
import { analyzeRanges } from "./ranges.js";

/** The result of arithmetic on the patterns without a limit. */
function unlimited(operation: Operation, value: (id: OpId) => bigint): bigint {
  if (operation.kind === "unary") return -value(operation.operand);
  if (operation.kind !== "binary") return -1n;
  const left = value(operation.left);
  const right = value(operation.right);
  switch (operation.operator) {
    case "add":
      return left + right;
    case "sub":
      return left - right;
    case "mul":
      return left * right;
    case "shl":
      return left << right;
    default:
      return -1n;
  }
}

/** What an effect is on, if a second one on it in a cycle is a fault. */
function placeOf(operation: Operation): string {
  switch (operation.kind) {
    case "array-write":
      return `write ${operation.array}`;
    case "fifo-push":
      return `push ${operation.module} ${operation.port}`;
    case "fifo-pop":
      return `pop ${operation.port}`;
    default:
      return "";
  }
}

/**
 * Operations that claim to be free of the fault that happened in their place.
 *
 * @param earlier effects of the cycle by module and {@link placeOf}
 */
function refutedBy(
  stop: Stop,
  system: System,
  ranges: RangeAnalysis,
  earlier: ReadonlyMap<string, OpId>,
): string[] {
  if (stop.kind !== "fault") return [];
  const { loc, message, module: name } = stop.fault;
  const id = moduleIds(system).find((candidate) => moduleOf(system, candidate).name === name);
  if (id === undefined) return [];
  const module = moduleOf(system, id);
  const suspects: boolean[] = [];
  const isNoticed = (operation: Operation, at: OpId): boolean => {
    const first = earlier.get(`${id} ${placeOf(operation)}`);
    return ranges.mayBeSecond(id, at) && first !== undefined && ranges.mayBeFirst(id, first);
  };
  walk(module, (operation, at) => {
    if (operation.loc.line !== loc.line || operation.loc.column !== loc.column) return;
    const kind = faultKind(message);
    if (kind === "readRange" && operation.kind === "array-read") suspects.push(!ranges.inBounds(id, at));
    if (kind === "writeTwice" && operation.kind === "array-write") suspects.push(isNoticed(operation, at));
    if (kind === "popTwice" && operation.kind === "fifo-pop") suspects.push(isNoticed(operation, at));
    if (kind === "pushTwice" && message.endsWith(`by ${name} and ${name}`) && operation.kind === "fifo-push")
      suspects.push(isNoticed(operation, at));
    if (kind === "divisionByZero" && operation.kind === "binary" && operation.operator === "div")
      suspects.push(!ranges.nonZeroDivisor(id, at));
    if (kind === "remainderByZero" && operation.kind === "binary" && operation.operator === "rem")
      suspects.push(!ranges.nonZeroDivisor(id, at));
  });
  return suspects.length > 0 && !suspects.includes(true) ? [`${name}: ${message}`] : [];
}

/** What a run contradicts; empty for nothing. */
function contradictions(system: System): string[] {
  const ranges = analyzeRanges(system);
  const wrong = new Set<string>();
  const values: bigint[] = [];
  const effects = new Map<string, OpId>();
  const check = (module: Module, id: ModuleId, at: OpId, bits: bigint | undefined): void => {
    const operation = operationOf(module, at);
    const name = `${module.name} %${at}`;
    effects.set(`${id} ${placeOf(operation)}`, at);
    if (bits !== undefined) {
      values[at] = bits;
      const { low, high } = ranges.range(id, at);
      if (bits < low || bits > high) wrong.add(`${name} is ${bits}, outside ${low}..${high}`);
    }
    if (ranges.inBounds(id, at) && (operation.kind === "array-read" || operation.kind === "array-write")) {
      const { size } = arrayOf(system, operation.array);
      if ((values[operation.index] ?? -1n) >= BigInt(size)) wrong.add(`${name} is out of bounds`);
    }
    if (ranges.staysInWidth(id, at) && bits !== unlimited(operation, (operand) => values[operand] ?? -1n))
      wrong.add(`${name} leaves its width`);
  };
  const simulation = createInterpreter(system, {
    onOperation: (id, at, bits) => check(moduleOf(system, id), id, at, bits),
  });
  while (simulation.stop === undefined) {
    effects.clear();
    simulation.step();
    for (const id of arrayIds(system)) {
      const { name, type, size } = arrayOf(system, id);
      // A host that writes what it likes.
      const value = [~0n, 0n, 1n << BigInt(type.width - 1)][simulation.cycle % 3] ?? 0n;
      if (simulation.cycle % 5 === id % 5)
        simulation.write(name, toNumeric(BigInt.asUintN(type.width, value), type), simulation.cycle % size);
    }
  }
  return [...wrong, ...refutedBy(simulation.stop, system, ranges, effects)];
}

const asEmitted = lowerFor({ pipeline: ["default", "explicit-operands", "legalize-widths"] });

test.each([1, 2, 3])("no run contradicts the ranges, seed %d", { timeout: 60_000 }, (seed) => {
  for (const system of [...sampleSystems(20, seed), ...sampleSystems(25, seed, { patterns: "all" })]) {
    expect(contradictions(system)).toEqual([]);
    expect(contradictions(asEmitted(system))).toEqual([]);
  }
});
