/** Whatever one thing the ladder's result lacks, the certificate misses it. */
import type { Concurrency, LockId, Module, ModuleId, OpId, Region, System } from "@assassyn/ir";
import { locationKey, moduleIds, moduleOf, operationOf } from "@assassyn/ir";
import { randomSystem } from "@assassyn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { certify } from "../src/index.js";
import { CUTS, LADDERS, rungs } from "./ladders.js";

type Defect = readonly [what: string, system: System];

const without = <Entry>(list: readonly Entry[], index: number): Entry[] =>
  list.filter((_, at) => at !== index);

function formOf({ concurrency }: System): Concurrency {
  if (concurrency === undefined) throw new Error("no parallel form");
  return concurrency;
}

const withForm = (system: System, change: Partial<Concurrency>): System => ({
  ...system,
  concurrency: { ...formOf(system), ...change },
});

function withModule(system: System, id: ModuleId, change: Partial<Module>): System {
  const module = { ...moduleOf(system, id), ...change };
  return { ...system, modules: system.modules.map((other, index) => (index === id ? module : other)) };
}

/** Locks, atomics, owners, mailboxes and steps, one by one; of locations that somebody touches. */
function* lacksOfForm(system: System, touched: ReadonlySet<string>): Generator<Defect> {
  const { locks, atomics, owned, mailboxes, steps, clusters } = formOf(system);
  for (const [index, lock] of locks.entries())
    if (lock !== null && touched.has(locationKey(lock.location)))
      yield [
        `lock ${lock.name}`,
        withForm(system, { locks: locks.map((other, at) => (at === index ? null : other)) }),
      ];
  for (const [index, { location }] of atomics.entries())
    if (touched.has(locationKey(location)))
      yield [`atomic ${locationKey(location)}`, withForm(system, { atomics: without(atomics, index) })];
  for (const [index, { location }] of owned.entries())
    if (touched.has(locationKey(location)))
      yield [`owned ${locationKey(location)}`, withForm(system, { owned: without(owned, index) })];
  for (const [index, mailbox] of mailboxes.entries()) {
    const what = `mailbox ${locationKey(mailbox.location)} from ${mailbox.writer}`;
    yield [what, withForm(system, { mailboxes: without(mailboxes, index) })];
    for (const at of mailbox.to.keys()) {
      const fewer = { ...mailbox, to: without(mailbox.to, at) };
      yield [`${what} to ${mailbox.to[at]}`, withForm(system, { mailboxes: mailboxes.with(index, fewer) })];
    }
  }
  for (const [index, cluster] of clusters.entries()) {
    const fewer = { ...cluster, modules: cluster.modules.slice(1) };
    yield [
      `the first module of cluster ${index}`,
      withForm(system, { clusters: clusters.with(index, fewer) }),
    ];
  }
  // Where no value goes by mail, nobody needs the middle barrier and the step behind it.
  const hasValues = mailboxes.some(({ location: { kind } }) => kind === "flag" || kind === "value");
  const isNeeded = (index: number): boolean => {
    const [step, next] = [steps[index], steps[index + 1]];
    const isForValues =
      (step?.kind === "receive" && step.mail === "values") ||
      (next?.kind === "receive" && next.mail === "values");
    return hasValues || !isForValues;
  };
  for (const [index, step] of steps.entries())
    if (isNeeded(index) && !(step.kind === "run" && step.modules.length === 0))
      yield [`step ${index}, ${step.kind}`, withForm(system, { steps: without(steps, index) })];
}

/** Brackets, and entries of acquisition sets. */
function* lacksOfModule(system: System, id: ModuleId): Generator<Defect> {
  const module = moduleOf(system, id);
  const { commits, name } = module;
  for (const [index, lock] of commits?.entries() ?? [])
    yield [
      `lock ${lock} of the set of ${name}`,
      withModule(system, id, { commits: without(commits ?? [], index) }),
    ];
  for (const [index, operation] of module.operations.entries()) {
    if (operation?.kind !== "acquire") continue;
    const change = withoutBracket(module, index, operation.lock);
    yield [`bracket %${index} of ${name}`, withModule(system, id, change)];
  }
}

/** Takes an `acquire` and the `release` behind it out of the region that they stand in. */
function withoutBracket(module: Module, acquire: number, lock: LockId): Partial<Module> {
  const inRegion = (region: Region): Region => {
    const at = region.operations.findIndex((operation) => operation === acquire);
    const release = region.operations.findIndex((operation, place) => {
      const found = operationOf(module, operation);
      return place > at && found.kind === "release" && found.lock === lock;
    });
    return at < 0
      ? region
      : {
          ...region,
          operations: region.operations.filter((_: OpId, place) => place !== at && place !== release),
        };
  };
  return {
    body: inRegion(module.body),
    operations: module.operations.map((operation) =>
      operation?.kind === "if"
        ? { ...operation, then: inRegion(operation.then), else: inRegion(operation.else) }
        : operation,
    ),
  };
}

test("nothing in a form is superfluous, and the lack of anything is refused", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      randomSystem(),
      fc.constantFrom(...LADDERS),
      fc.constantFrom(...CUTS),
      (system, ladder, cut) => {
        for (const rung of rungs(system, ladder, cut)) {
          const locations = certify(rung).certificate?.locations ?? [];
          // Workers count the cycles themselves, so in clusters the stamp has no protection that could lack.
          const touched = new Set(locations.map(({ location }) => locationKey(location)));
          const accepted = [
            ...lacksOfForm(rung, touched),
            ...moduleIds(rung).flatMap((id) => [...lacksOfModule(rung, id)]),
          ]
            .filter(([, broken]) => certify(broken).certificate !== undefined)
            .map(([what]) => what);
          expect(accepted).toEqual([]);
        }
      },
    ),
    { numRuns: 25 },
  );
});
