import { createInterpreter } from "@assassyn/interpreter";
import type { BinaryOperator, OperationKind, Stop } from "@assassyn/ir";
import { moduleIds, moduleOf, parseSystem, printSystem, verify, walk } from "@assassyn/ir";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { randomSystem, sampleSystems } from "./random-system.js";

const systems = sampleSystems(500, 1);

function runs(): Stop[] {
  return systems.map((system) => createInterpreter(system).run().stop);
}

test("a seed gives the same designs again, another seed others", () => {
  expect(sampleSystems(20, 7)).toEqual(sampleSystems(20, 7));
  expect(sampleSystems(20, 7)).not.toEqual(sampleSystems(20, 8));
});

test("every design passes the verifier and survives its text", () => {
  for (const system of systems.slice(0, 200)) {
    expect(verify(system)).toEqual([]);
    expect(parseSystem(printSystem(system)).system).toEqual(system);
  }
});

test("every kind of operation and every operator occurs often", () => {
  const counts = new Map<string, number>();
  for (const system of systems) {
    const seen = new Set<string>();
    for (const id of moduleIds(system)) {
      const module = moduleOf(system, id);
      seen.add(module.kind);
      walk(module, (operation) => {
        seen.add(operation.kind);
        if (operation.kind === "if" && operation.type !== null) seen.add("if with a value");
        if (operation.kind === "binary" || operation.kind === "unary" || operation.kind === "cast") {
          seen.add(operation.operator);
        }
        if (operation.type !== null && operation.type.width > 64) seen.add("wide");
      });
    }
    for (const key of seen) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const kinds: Exclude<OperationKind, "extern-call">[] = [
    ...(["const", "unary", "binary", "cast", "slice", "concat", "select", "select1hot", "cycle"] as const),
    ...(["array-read", "fifo-valid", "fifo-peek", "exposed-get", "exposed-valid", "triggered"] as const),
    ...([
      "fifo-pop",
      "array-write",
      "fifo-push",
      "call",
      "wait",
      "finish",
      "assert",
      "log",
      "expose",
      "if",
    ] as const),
  ];
  const others = [
    ...(["add", "sub", "mul", "div", "rem", "and", "or", "xor"] satisfies BinaryOperator[]),
    ...(["shl", "shr", "lt", "gt", "le", "ge", "eq", "ne"] satisfies BinaryOperator[]),
    ...(["not", "neg", "zext", "sext", "bitcast", "stage", "driver", "testbench", "downstream"] as const),
    ...(["if with a value", "wide"] as const),
  ];
  const rare = [...kinds, ...others].filter((key) => (counts.get(key) ?? 0) < systems.length / 10);
  expect(rare).toEqual([]);
});

test("most designs run to their limit, and every stop and fault occurs", () => {
  const stops = runs();
  const share = (kind: Stop["kind"]): number =>
    stops.filter((stop) => stop.kind === kind).length / stops.length;
  expect(share("limit")).toBeGreaterThan(0.6);
  expect(share("fault")).toBeGreaterThan(0.1);
  expect(share("finish")).toBeGreaterThan(0.02);
  expect(share("idle")).toBeGreaterThan(0.005);
  const messages = stops.map((stop) => (stop.kind === "fault" ? stop.fault.message : "")).join("\n");
  for (const pattern of [
    /^pop of the empty FIFO/m,
    /^second pop/m,
    /^peek of the empty/m,
    /^two pushes/m,
    /overflows/m,
    /^second write/m,
    /^read of .* which has/m,
    /^assertion failed/m,
    /one-hot/m,
    /^division by zero/m,
    /^remainder by zero/m,
    /absent value/m,
  ]) {
    expect(messages).toMatch(pattern);
  }
});

test("designs do something: they log, call, and lose writes", () => {
  let lines = 0;
  let called = 0;
  let dropped = 0;
  for (const system of systems) {
    const active = new Set<string>();
    const simulation = createInterpreter(system, {
      onLog: (record) => {
        lines += 1;
        if (system.modules.some((module) => module?.kind === "stage" && module.name === record.module)) {
          active.add(record.module);
        }
      },
    });
    dropped += simulation.run().droppedWrites > 0 ? 1 : 0;
    called += active.size > 0 ? 1 : 0;
  }
  expect(lines / systems.length).toBeGreaterThan(20);
  expect(called / systems.length).toBeGreaterThan(0.3);
  expect(dropped / systems.length).toBeGreaterThan(0.05);
});

test("without faults only a declared depth can stop a run early", () => {
  const messages = sampleSystems(200, 3, { faults: "never" }).flatMap((system) => {
    const { stop } = createInterpreter(system).run();
    return stop.kind === "fault" ? [stop.fault.message] : [];
  });
  expect(messages.filter((message) => !message.includes("overflows its depth"))).toEqual([]);
});

test("a failing design shrinks to a small one", () => {
  const hasDivision = fc.property(
    randomSystem(),
    (system) =>
      !moduleIds(system).some((id) =>
        moduleOf(system, id).operations.some(
          (operation) => operation?.kind === "binary" && operation.operator === "div",
        ),
      ),
  );
  const found = fc.check(hasDivision, { seed: 5, numRuns: 200 });
  const [system] = found.counterexample ?? [];
  expect(system?.modules.length).toBeLessThanOrEqual(3);
  expect(system?.modules.reduce((sum, module) => sum + (module?.operations.length ?? 0), 0)).toBeLessThan(60);
});
