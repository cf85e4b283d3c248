import { createPassManager } from "@assassyn/pass-manager";
import type { Concurrency, Location, ModuleId, System } from "@assassyn/plugin-api";
import {
  arrayIds,
  downstreamUses,
  locationKey,
  moduleIds,
  moduleOf,
  parseSystem,
  printSystem,
  SystemBuilder,
  uint,
  verify,
  walk,
} from "@assassyn/plugin-api";
import { randomSystem as wideSystem, seededChooser } from "@assassyn/ir/random";
import { randomSystem } from "@assassyn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtinPasses } from "../index.js";
import type { PartitionOptions } from "./index.js";
import { partitionFigures, planPartition } from "./index.js";

const OPTIONS: fc.Arbitrary<PartitionOptions> = fc.record({
  maxThreads: fc.constantFrom(1, 2, 3, 8, 64),
  shape: fc.constantFrom("auto", "joined", "split"),
  balance: fc.constantFrom(0, 10, 100),
});
const DESIGNS: fc.Arbitrary<System> = fc.oneof(
  randomSystem({ maxModules: 12 }),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => wideSystem(seededChooser(seed), { externs: true })),
);

function plan(system: System, options: PartitionOptions): Concurrency {
  const result = planPartition(system, options);
  if (result.kind !== "ok") throw new Error("a loop of downstreams");
  return result.concurrency;
}

function clusterOf({ clusters }: Concurrency, module: ModuleId): number {
  return clusters.findIndex(({ modules }) => modules.includes(module));
}

const isSplit = ({ steps }: Concurrency): boolean =>
  steps.some((step) => step.kind === "receive" && step.mail === "values");

const unique = (list: readonly number[]): string => [...new Set(list)].toSorted((a, b) => a - b).join(" ");

/** Every mailbox that there must be, re-derived without the pass's tables: `location writer to`. */
function expectedMail(system: System, concurrency: Concurrency): string[] {
  const touched = new Map<string, { location: Location; writers: Set<ModuleId>; readers: Set<ModuleId> }>();
  const touch = (location: Location, role: "writers" | "readers", module: ModuleId): void => {
    const key = locationKey(location);
    const entry = touched.get(key) ?? { location, writers: new Set(), readers: new Set() };
    entry[role].add(module);
    touched.set(key, entry);
  };
  const ids = moduleIds(system);
  const kindOf = (id: ModuleId): boolean => moduleOf(system, id).kind === "downstream";
  for (const id of [...ids.filter((m) => !kindOf(m)), ...ids.filter(kindOf)]) {
    walk(moduleOf(system, id), (op) => {
      if (op.kind === "array-read") touch({ kind: "array", array: op.array }, "readers", id);
      if (op.kind === "array-write") touch({ kind: "array", array: op.array }, "writers", id);
      if (op.kind === "fifo-push") touch({ kind: "fifo", module: op.module, port: op.port }, "writers", id);
      if (op.kind === "call") touch({ kind: "credit", module: op.module }, "writers", id);
      if (op.kind === "exposed-get" || op.kind === "exposed-valid") {
        touch({ kind: "value", module: op.module, slot: op.slot }, "readers", id);
        touch({ kind: "flag", module: op.module }, "readers", id);
      }
      if (op.kind === "triggered") touch({ kind: "flag", module: op.module }, "readers", id);
    });
  }
  const at = (id: ModuleId): number => clusterOf(concurrency, id);
  const result: string[] = [];
  for (const [key, { location, writers, readers }] of touched) {
    const [holder] = writers;
    switch (location.kind) {
      case "array":
        if (holder !== undefined && new Set([...writers, ...readers].map(at)).size > 1)
          for (const writer of writers)
            result.push(`${key} ${writer} > ${unique([at(holder), ...[...readers].map(at)])}`);
        break;
      case "fifo":
        if ([...writers].some((writer) => at(writer) !== at(location.module)))
          for (const writer of writers) result.push(`${key} ${writer} > ${at(location.module)}`);
        break;
      case "credit":
        for (const writer of writers)
          if (at(writer) !== at(location.module)) result.push(`${key} ${writer} > ${at(location.module)}`);
        break;
      case "flag":
      case "value": {
        const others = [...readers].map(at).filter((cluster) => cluster !== at(location.module));
        if (others.length > 0) result.push(`${key} ${location.module} > ${unique(others)}`);
        break;
      }
      case "stamp":
        break;
      default:
        throw new Error(location satisfies never);
    }
  }
  return result.toSorted();
}

test("each module is in one cluster, the rules about sharing one hold, and the mail is complete and minimal", () => {
  fc.assert(
    fc.property(DESIGNS, OPTIONS, (system, options) => {
      const concurrency = plan(system, options);
      const ids = moduleIds(system);
      expect(concurrency.clusters.flatMap(({ modules }) => modules).toSorted((a, b) => a - b)).toEqual(ids);
      expect(concurrency.clusters.length).toBeLessThanOrEqual(options.maxThreads);
      expect(concurrency.clusters.every(({ modules }) => modules.length > 0)).toBe(true);
      const at = (id: ModuleId): number => clusterOf(concurrency, id);
      const externs = new Set<number>();
      for (const id of ids) {
        const module = moduleOf(system, id);
        const together = [...downstreamUses(module).all].filter(
          (used) => !isSplit(concurrency) || moduleOf(system, used).kind === "downstream",
        );
        walk(module, (op) => {
          if (op.kind === "extern-call") externs.add(at(id));
          if (op.kind === "fifo-peek" || op.kind === "fifo-valid") together.push(op.module);
        });
        expect(together.map(at)).toEqual(together.map(() => at(id)));
      }
      expect(externs.size).toBeLessThanOrEqual(1);
      expect(
        concurrency.mailboxes
          .map(({ location, writer, to }) => `${locationKey(location)} ${writer} > ${to.join(" ")}`)
          .toSorted(),
      ).toEqual(expectedMail(system, concurrency));
      const runs = concurrency.steps.flatMap((step) => (step.kind === "run" ? step.modules : []));
      expect(runs.toSorted((a, b) => a - b)).toEqual(ids);
    }),
    { numRuns: 150 },
  );
});

test("each array, FIFO, credit, flag and value has exactly one owner", () => {
  fc.assert(
    fc.property(DESIGNS, OPTIONS, (system, options) => {
      const ids = moduleIds(system);
      const expected = [
        ...arrayIds(system).map((id) => `array ${id}`),
        ...ids.flatMap((id) => moduleOf(system, id).ports.map((_, port) => `fifo ${id} ${port}`)),
        ...ids.flatMap((id) => (moduleOf(system, id).kind === "stage" ? [`credit ${id}`] : [])),
        ...ids.map((id) => `flag ${id}`),
        ...ids.flatMap((id) => moduleOf(system, id).exposed.map((_, slot) => `value ${id} ${slot}`)),
      ];
      expect(plan(system, options).owned.map(({ location }) => locationKey(location))).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test("the same design gives the same clusters, read back from its text too, and the verifier accepts them", () => {
  fc.assert(
    fc.property(DESIGNS, OPTIONS, (system, options) => {
      const concurrency = plan(system, options);
      const text = printSystem({ ...system, concurrency });
      const again = parseSystem(printSystem(system)).system;
      if (again === undefined) throw new Error("the text does not parse");
      expect(printSystem({ ...again, concurrency: plan(again, options) })).toBe(text);
      expect(verify({ ...system, concurrency })).toEqual([]);
      expect(parseSystem(text).diagnostics).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("brackets, sets and locks of a lower rung are gone, and nothing else is", () => {
  const manager = createPassManager({ plugins: [builtinPasses] });
  const run = (system: System, pipeline: readonly string[], facts: readonly string[]): System => {
    const { plan: planned, diagnostics } = manager.plan({ pipeline, facts });
    if (planned === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
    const result = manager.run(system, planned, { verifyEach: true });
    expect(result.diagnostics).toEqual([]);
    return result.system;
  };
  fc.assert(
    fc.property(randomSystem(), (system) => {
      const locked = run(system, ["lock-insertion"], []);
      const cut = run(
        { ...locked, concurrency: { ...concurrencyOf(locked), receiver: "shared" } },
        ["partition"],
        ["self-shared"],
      );
      expect(kept(cut)).toEqual(kept(system));
      expect(concurrencyOf(cut).locks).toEqual([]);
      expect(concurrencyOf(cut)).toEqual(plan(system, { maxThreads: 8, shape: "auto", balance: 10 }));
    }),
    { numRuns: 20 },
  );
});

function kept(system: System): string[] {
  return moduleIds(system).flatMap((id) => {
    const kinds: string[] = [];
    walk(moduleOf(system, id), (op) => kinds.push(op.kind));
    return kinds;
  });
}

function concurrencyOf(system: System): Concurrency {
  if (system.concurrency === undefined) throw new Error("no parallel form");
  return system.concurrency;
}

/** A square of stages, each pushing to its right and lower neighbour. */
function mesh(side: number): System {
  const builder = new SystemBuilder("mesh", ["mesh.asyn"]);
  const stages = Array.from({ length: side * side }, (_, index) => {
    const stage = builder.module("stage", `pe_${Math.floor(index / side)}_${index % side}`, { source: "pe" });
    return { stage, west: stage.port("west", uint(32)), north: stage.port("north", uint(32)) };
  });
  stages.forEach(({ stage, west, north }, index) => {
    const left = stage.pop(west);
    const product = stage.binary("mul", left, stage.pop(north));
    const down = stages[index + side];
    const right = (index + 1) % side === 0 ? undefined : stages[index + 1];
    if (right !== undefined) stage.push(right.stage.id, right.west, left);
    if (down !== undefined) {
      stage.push(down.stage.id, down.north, stage.slice(product, 31, 0));
      stage.call(down.stage.id);
    }
  });
  return builder.build();
}

test("a mesh of 4 900 stages is cut into eight even clusters with a short border", () => {
  const system = mesh(70);
  const concurrency = plan(system, { maxThreads: 8, shape: "auto", balance: 10 });
  const figures = partitionFigures({ ...system, concurrency });
  expect(concurrency.clusters).toHaveLength(8);
  expect(figures.imbalance).toBeLessThan(1.1 + 1e-9);
  // Seven straight cuts would cross 490 pairs of neighbours; a cut without regard to neighbours, thousands.
  const borders = new Set(
    concurrency.mailboxes.flatMap(({ location, writer }) =>
      location.kind === "fifo" && clusterOf(concurrency, writer) !== clusterOf(concurrency, location.module)
        ? [`${writer} ${location.module}`]
        : [],
    ),
  );
  expect(borders.size).toBeLessThan(1_000);
});

test("both phases of the split shape are balanced", () => {
  const builder = new SystemBuilder("phases", ["phases.asyn"]);
  const shared = builder.module("driver", "Driver");
  const value = shared.expose("v", shared.const(uint(32), 5));
  for (let index = 0; index < 6; index += 1) {
    const stage = builder.module("stage", `stage_${index}`);
    const one = stage.const(uint(32), 1);
    for (let count = 0; count < 50; count += 1) stage.log("{}", [one]);
    const down = builder.module("downstream", `down_${index}`);
    const got = down.exposedGet(shared.id, value, uint(32));
    for (let count = 0; count < 30; count += 1) down.log("{}", [got]);
  }
  const system = builder.build();
  // One group of all downstreams is less than half of the work, so `auto` joins.
  expect(isSplit(plan(system, { maxThreads: 2, shape: "auto", balance: 10 }))).toBe(false);
  const concurrency = plan(system, { maxThreads: 2, shape: "split", balance: 10 });
  const counts = concurrency.clusters.map(({ modules }) => {
    const downstreams = modules.filter((id) => moduleOf(system, id).kind === "downstream").length;
    return [modules.length - downstreams, downstreams];
  });
  expect(counts.map(([, downstreams]) => downstreams)).toEqual([3, 3]);
  expect(counts.map(([stages]) => stages).toSorted()).toEqual([3, 4]);
});

test("a split that makes no group smaller is not worth its barrier", () => {
  const builder = new SystemBuilder("heavy", ["heavy.asyn"]);
  const stage = builder.module("driver", "Driver");
  const one = stage.const(uint(32), 1);
  for (let count = 0; count < 50; count += 1) stage.log("{}", [one]);
  const idle = builder.module("stage", "idle");
  const loner = builder.module("downstream", "loner");
  loner.triggered(idle.id);
  expect(isSplit(plan(builder.build(), { maxThreads: 2, shape: "auto", balance: 10 }))).toBe(false);
});
