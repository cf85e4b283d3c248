/** The ring with other numbers of cores, what its devices refuse, and what threads would share. */
import { readFileSync } from "node:fs";
import { lower } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import type { Concurrency, Simulation, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleOf, printFault } from "@assassyn/ir";
import { analyzeSharing, writersOf } from "@assassyn/passes";
import { expect, test } from "vitest";
import { loadExample } from "../example-host.js";
import { compileToWasm } from "../example-targets.js";
import { encodeI, encodeJ, encodeS, loadImmediate } from "../riscv/iss/encode.js";

const MINUTE = 60_000;
const DEVICE_ADDRESS = 0x8000_0010;

/** The design `<name>.asyn` of this folder, constants replaced. */
function ring(name: string, constants: Readonly<Record<string, string | number>> = {}): System {
  let text = readFileSync(new URL(`${name}.asyn`, import.meta.url), "utf8");
  for (const [constant, value] of Object.entries(constants)) {
    const changed = text.replace(new RegExp(`^const ${constant} = .*$`, "m"), `const ${constant} = ${value}`);
    expect(changed).not.toBe(text);
    text = changed;
  }
  return loadExample({ path: `examples/manycore/${name}.asyn`, text });
}

test.each([
  { cores: 1, cycles: 24_299 },
  { cores: 2, cycles: 12_425 },
  { cores: 3, cycles: 8_836 },
  { cores: 8, cycles: 3_685 },
  { cores: 16, cycles: 2_661 },
])("$cores cores compute what four do, in $cycles cycles", { timeout: MINUTE }, ({ cores, cycles }) => {
  const lines: { module: string; text: string }[] = [];
  const simulation = compileToWasm(ring("manycore", { M: cores }))({
    onLog: ({ module, text }) => lines.push({ module, text }),
  });
  expect(simulation.run()).toMatchObject({
    cycles,
    stop: { kind: "finish", module: "ring_core_0_writeback" },
  });
  expect(lines.at(-1)?.text).toContain("halt result=cc387238 ");
  // In each of two rounds a seed and a sum go around.
  const sent = lines.filter(({ text }) => text.startsWith("sends "));
  for (let core = 0; core < cores; core += 1)
    expect(sent.filter(({ module }) => module === `ring_into_${core}_send`)).toHaveLength(4);
});

test("64 cores with a longer program", { timeout: MINUTE }, () => {
  const simulation = compileToWasm(ring("long"))({});
  expect(simulation.run()).toMatchObject({ cycles: 227_669, stop: { kind: "finish" } });
  expect(simulation.read("ring_core_0_result")).toBe(0xadef_bcc5n);
});

test("the testbench sees a result that is not the expected one", { timeout: MINUTE }, () => {
  const system = ring("manycore", { M: 16, EXPECTED: "0x1234_5678" });
  const { stop } = compileToWasm(system)({}).run();
  expect(stop.kind === "fault" && printFault(stop.fault, system)).toMatch(
    /^fault: assertion failed: core 0 halted with another result/,
  );
});

// ---------------------------------------------------------------- what a device refuses

const LOOP = encodeJ(0, 0);

/** Runs two cores: the first executes `program` and then, like the second, loops for ever. */
function runAlone(program: readonly number[]): Simulation {
  const simulation = compileToWasm(ring("manycore", { M: 2 }))({});
  simulation.write("ring_core_1_imem", LOOP, 0);
  for (const [index, word] of [...program, LOOP].entries()) simulation.write("ring_core_0_imem", word, index);
  return simulation;
}

const load = (register: number): number[] => [
  ...loadImmediate(1, DEVICE_ADDRESS),
  encodeI("load", 2, 2, 1, 4 * register),
];
const store = (register: number): number[] => [
  ...loadImmediate(1, DEVICE_ADDRESS),
  encodeS(2, 1, 2, 4 * register),
];

test.each([
  {
    what: "a store to the number",
    program: store(0),
    text: "assertion failed: a store to a register that can only be loaded",
  },
  {
    what: "a store to the status",
    program: store(2),
    text: "assertion failed: a store to a register that can only be loaded",
  },
  {
    what: "a receive of nothing",
    program: load(3),
    text: "assertion failed: a word received that has not arrived",
  },
  {
    what: "a fifth word in a link",
    program: [...store(3), ...store(3), ...store(3), ...store(3), ...store(3)],
    text: "assertion failed: a word sent without room for it",
  },
  {
    what: "a byte of the device",
    program: [...loadImmediate(1, DEVICE_ADDRESS), encodeI("load", 0, 2, 1, 0)],
    text: "assertion failed: access outside of the memory",
  },
  {
    what: "a word behind the device",
    program: [...loadImmediate(1, DEVICE_ADDRESS), encodeI("load", 2, 2, 1, 16)],
    text: "assertion failed: access outside of the memory",
  },
])("$what is a fault", ({ program, text }) => {
  const stop = runAlone(program).step(100);
  expect(stop?.kind === "fault" && stop.fault).toMatchObject({ message: text });
});

test("four words wait in a link, and the status tells", () => {
  const simulation = runAlone([...store(3), ...store(3), ...load(2), ...store(3), ...store(3), ...load(2)]);
  const statuses: bigint[] = [];
  for (let cycle = 0; cycle < 60; cycle += 1) {
    simulation.step();
    const status = BigInt(simulation.read("ring_core_0_rf", 2));
    if (statuses.at(-1) !== status) statuses.push(status);
  }
  expect(statuses).toEqual([0n, 2n, 0n]);
  expect(simulation.read("ring_into_1_sent")).toBe(4n);
});

// ---------------------------------------------------------------- what threads would share

/** What rungs of the ladder make of a design. */
function climb(system: System, ...rungs: readonly string[]): { system: System; concurrency: Concurrency } {
  const options = {
    pipeline: ["default", "lock-insertion", ...rungs],
    passOptions: { partition: { "max-threads": 4 } },
  };
  const result = lower(system, { sources: [] }, options);
  const concurrency = result.system?.concurrency;
  if (result.system === undefined || concurrency === undefined)
    throw new Error(renderText(result.diagnostics, []));
  return { system: result.system, concurrency };
}

test("every register has one writer", () => {
  const system = ring("manycore");
  const sharing = analyzeSharing(system);
  for (const id of arrayIds(system)) {
    const writers = sharing.locations.filter(
      ({ location }) => location.kind === "array" && location.array === id,
    );
    for (const location of writers)
      expect([arrayOf(system, id).name, writersOf(location).length <= 1]).toEqual([
        arrayOf(system, id).name,
        true,
      ]);
  }
});

const locksBehind = (...rungs: readonly string[]): string[] =>
  climb(ring("manycore"), ...rungs).concurrency.locks.flatMap((lock) => lock?.name ?? []);

test("locks of FIFOs that fetch looks at are the last, and go when cores are cut apart", () => {
  expect(locksBehind("atomic-flags", "self-signature", "lock-elision")).toEqual(
    [0, 1, 2, 3].map((core) => `ring_core_${core}_decode_pc`),
  );
  expect(locksBehind("atomic-flags", "self-signature", "lock-elision", "partition")).toEqual([]);
});

test("cores are not cut apart, and clusters write to each other only what links carry", () => {
  const { system, concurrency } = climb(ring("manycore"), "self-signature", "partition");
  const coresOf = concurrency.clusters.map(({ modules }) => [
    ...new Set(modules.flatMap((id) => /^ring_core_\d+/.exec(moduleOf(system, id).name)?.[0] ?? [])),
  ]);
  expect(coresOf.toSorted()).toEqual([["ring_core_0"], ["ring_core_1"], ["ring_core_2"], ["ring_core_3"]]);
  const mail = concurrency.mailboxes.map(({ location }) =>
    location.kind === "array" ? arrayOf(system, location.array).name : location.kind,
  );
  expect([...new Set(mail.map((name) => name.replace(/_\d+_/, "_")))].sort()).toEqual([
    "ring_into_received",
    "ring_into_sent",
    "ring_into_words",
  ]);
  expect(concurrency.steps.filter(({ kind }) => kind === "barrier")).toHaveLength(1);
});
