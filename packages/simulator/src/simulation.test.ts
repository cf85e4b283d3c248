import { emitWasm } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { LogRecord, Simulation, SimulationOptions, System } from "@assassyn/ir";
import { DESCRIPTION_SECTION, int, SystemBuilder, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { load, loadSync, outlineOf, traceRun } from "./index.js";

/** A producer, a consumer that runs every other cycle, and a downstream. */
function sample(): System {
  const system = new SystemBuilder("sample");
  system.config = { ...system.config, cycles: 100 };
  const count = system.array("cnt", int(20), { initial: [0xffffdn] });
  system.array("table", uint(70), { size: 5, initial: [1n << 69n], fill: 3n });
  const stage = system.module("stage", "consumer");
  const port = stage.port("p", int(20));
  const driver = system.module("driver", "Driver");
  const down = system.module("downstream", "down");
  stage.wait(stage.slice(stage.cycle(), 0, 0));
  const slot = stage.expose("got", stage.pop(port));
  stage.log("consumer", []);
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, int(20));
  driver.write(count, zero, driver.binary("add", value, driver.const(int(20), 1)));
  driver.push(stage.id, port, value);
  driver.call(stage.id);
  driver.log("{} {:x}", [value, value]);
  down.log("{}", [down.exposedGet(stage.id, slot, int(20))]);
  return system.build();
}

const targets: readonly ((options?: SimulationOptions) => Simulation)[] = [
  (options) => createInterpreter(sample(), options),
  (options) => loadSync(emitWasm(sample()).wasm, options),
];

/** The same on both, or the same error. */
function same<Result>(use: (simulation: Simulation) => Result): Result | string {
  const results = targets.map((make): Result | string => {
    try {
      return use(make());
    } catch (error) {
      return String(error);
    }
  });
  const [expected, actual] = results;
  expect(actual).toEqual(expected);
  if (actual === undefined) throw new Error("no result");
  return actual;
}

test("state is read by name as on the interpreter", () => {
  expect(same((s) => (s.step(3), s.read("cnt")))).toBe(0n);
  expect(same((s) => (s.step(1), s.read("cnt")))).toBe(-2n);
  expect(same((s) => s.readArray("table"))).toEqual([1n << 69n, 3n, 3n, 3n, 3n]);
  expect(same((s) => (s.step(9), s.fifo("consumer.p")))).toEqual({ length: 5, head: 1n });
  expect(same((s) => (s.step(9), s.credits("consumer")))).toBe(5n);
  expect(
    same((s) => (s.step(9), [s.exposed("consumer.got"), s.triggered("consumer"), s.triggered("down")])),
  ).toEqual([0n, true, true]);
  expect(
    same(
      (s) => (
        s.step(8),
        [s.exposed("consumer.got"), s.triggered("consumer"), s.triggered("Driver")].map(String)
      ),
    ),
  ).toEqual(["undefined", "false", "true"]);
  expect(same((s) => [s.cycle, s.triggered("Driver"), s.credits("Driver"), s.droppedWrites])).toEqual([
    0,
    false,
    0n,
    0,
  ]);
});

test("wrong names, indices and values throw the same errors as on the interpreter", () => {
  const wrong: ((simulation: Simulation) => unknown)[] = [
    (s) => s.read("nothing"),
    (s) => s.read("table", 5),
    (s) => s.read("table", -1),
    (s) => s.read("table", 0.5),
    (s) => s.readArray("consumer"),
    (s) => s.write("cnt", 1n << 19n),
    (s) => s.write("cnt", -(1 << 19) - 1),
    (s) => s.write("table", -1n, 2),
    (s) => s.write("table", 1n << 70n, 2),
    (s) => s.write("table", 1, 9),
    (s) => s.fifo("consumer"),
    (s) => s.fifo("consumer.q"),
    (s) => s.fifo("nobody.p"),
    (s) => s.exposed("consumer.p"),
    (s) => s.exposed("consumer"),
    (s) => s.triggered("cnt"),
    (s) => s.credits("toString"),
  ];
  for (const use of wrong) expect(same(use)).toMatch(/^RangeError: /);
});

test("writes act before the next cycle", () => {
  const written = same((s) => {
    s.write("table", (1n << 70n) - 1n, 4);
    s.write("cnt", 100);
    s.step(2);
    return [s.read("cnt"), s.readArray("table"), s.fifo("consumer.p")];
  });
  expect(written).toEqual([102n, [1n << 69n, 3n, 3n, 3n, (1n << 70n) - 1n], { length: 2, head: 100n }]);
});

test("limits of the options, and nothing runs after a stop", () => {
  for (const make of targets) {
    const simulation = make({ cycles: 7 });
    expect(simulation.step(100)).toEqual({ kind: "limit" });
    expect([simulation.cycle, simulation.step(5), simulation.cycle]).toEqual([7, { kind: "limit" }, 7]);
    simulation.reset();
    expect([simulation.cycle, simulation.stop, simulation.read("cnt")]).toEqual([0, undefined, -3n]);
    expect(simulation.run()).toEqual({ cycles: 7, stop: { kind: "limit" }, droppedWrites: 0 });
  }
});

/** Pushes 5000 elements and never pops, so that its FIFO moves to the heap. */
function growing(): System {
  const system = new SystemBuilder("growing");
  system.config = { ...system.config, cycles: 100_000 };
  const stage = system.module("stage", "stage");
  const port = stage.port("p", uint(64));
  const salt = system.array("salt", uint(64), { initial: [77n] });
  const driver = system.module("driver", "Driver");
  stage.wait(stage.binary("gt", stage.cycle(), stage.const(uint(64), 5000)));
  stage.log("{}", [stage.pop(port)]);
  driver.push(
    stage.id,
    port,
    driver.binary("xor", driver.cycle(), driver.read(salt, driver.const(uint(1), 0), uint(64))),
  );
  driver.call(stage.id);
  return system.build();
}

test("a snapshot restores exactly, over growth of FIFOs", () => {
  const lines: string[] = [];
  const simulation = loadSync(emitWasm(growing()).wasm, {
    onLog: (record) => lines.push(`${record.cycle} ${record.text}`),
  });
  simulation.step(10);
  const early = simulation.snapshot();
  simulation.step(4000);
  const middle = simulation.snapshot();
  simulation.step(1100);
  const expected = lines.splice(0);
  expect(expected).toHaveLength(110);
  simulation.restore(early);
  expect([simulation.cycle, simulation.fifo("stage.p"), simulation.triggered("Driver")]).toEqual([
    10,
    { length: 10, head: 76n },
    false,
  ]);
  simulation.step(5100);
  expect(lines.splice(0)).toEqual(expected);
  // Other contents on the heap, which the snapshot must overwrite.
  simulation.restore(early);
  simulation.write("salt", 5);
  simulation.step(4500);
  simulation.restore(middle);
  expect(simulation.fifo("stage.p").length).toBe(4010);
  simulation.step(1100);
  expect(lines).toEqual(expected);
  simulation.reset();
  expect(simulation.fifo("stage.p")).toEqual({ length: 0, head: undefined });
});

test("a snapshot is restored only where it was made, with its stop", () => {
  const [one, other] = [loadSync(emitWasm(sample()).wasm), loadSync(emitWasm(sample()).wasm)];
  one.run();
  const snapshot = one.snapshot();
  one.reset();
  one.restore(snapshot);
  expect(one.stop).toEqual({ kind: "limit" });
  expect(() => other.restore(snapshot)).toThrow("this snapshot was not made by this simulation");
  expect(() => other.restore({ kind: "snapshot", data: 5 })).toThrow(
    "this snapshot was not made by this simulation",
  );
});

test("a disposed simulation refuses to work", () => {
  const simulation = loadSync(emitWasm(sample()).wasm);
  simulation.dispose();
  expect(() => simulation.step()).toThrow("the simulation was disposed of");
  expect(() => simulation.read("cnt")).toThrow("the simulation was disposed of");
});

test("an asynchronous run delivers lines, reports progress and can be aborted", async () => {
  const simulation = await load(emitWasm(sample()));
  const lines: LogRecord[] = [];
  const progress: number[] = [];
  const signal = { aborted: false, reason: new Error("enough") };
  const aborted = simulation.run({
    slice: 10,
    onLog: (record) => lines.push(record),
    onProgress: (cycle) => {
      progress.push(cycle);
      signal.aborted = cycle === 30;
    },
    signal,
  });
  await expect(aborted).rejects.toThrow("enough");
  expect(progress).toEqual([10, 20, 30]);
  const before = lines.length;
  expect(lines.at(0)).toEqual({
    cycle: 1,
    module: "Driver",
    text: "-3 ffffd",
    loc: { file: 0, line: 1, column: 1 },
  });
  expect(await simulation.run({})).toEqual({ cycles: 100, stop: { kind: "limit" }, droppedWrites: 0 });
  expect(lines).toHaveLength(before);
});

test("a callback that throws loses no line and repeats none", () => {
  const texts: string[] = [];
  const simulation = loadSync(emitWasm(sample()).wasm, {
    onLog: ({ cycle, module }) => {
      if (module === "Driver") texts.push(String(cycle));
      if (cycle === 3 && module === "Driver") throw new Error("full");
    },
  });
  simulation.step(2);
  expect(() => simulation.step(1)).toThrow("full");
  simulation.step(2);
  expect(texts).toEqual(["1", "2", "3", "4", "5"]);
});

test("what is not a simulation is refused with the reason", async () => {
  expect(() => loadSync(Uint8Array.of(1, 2, 3))).toThrow(/^these bytes are not a WebAssembly module: /);
  await expect(load(new ArrayBuffer(4))).rejects.toThrow(/^these bytes are not a WebAssembly module: /);
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => loadSync(empty)).toThrow(`it has no section "${DESCRIPTION_SECTION}"`);
  const { wasm, description } = emitWasm(sample());
  expect(() => loadSync({ wasm, description: { ...description, version: 99 } })).toThrow("compile it again");
});

test("an extern function without a body is an error when loading, also for names of every object", () => {
  for (const name of ["f", "toString"]) {
    const system = new SystemBuilder("externs");
    const loc = { file: 0, line: 1, column: 1 };
    const extern = system.extern({ name, parameters: [], results: [{ name: "x", type: uint(8) }], loc });
    const driver = system.module("driver", "Driver");
    driver.log("{}", [driver.externCall(extern, [], uint(8))]);
    const { wasm } = emitWasm(system.build());
    expect(() => loadSync(wasm)).toThrow(`extern ${name} has no body; pass one in the option "externs"`);
  }
});

test.each([
  [{ lo: 1n, hi: 2n }, "it returned an object instead of an array of 2 bigints"],
  [undefined, "it returned nothing instead of an array of 2 bigints"],
  [5n, "it returned a single bigint instead of an array of 2 bigints"],
  [[1n], "it returned an array of 1 instead of an array of 2 bigints"],
  [[1n, 2], "result 2 is the number 2 instead of a bigint"],
  [
    Promise.resolve(1n),
    "it returned a promise (bodies are called synchronously) instead of an array of 2 bigints",
  ],
])("an extern function that returns %o is a fault, on every target", (returned, reason) => {
  const system = new SystemBuilder("externs");
  const loc = { file: 0, line: 1, column: 1 };
  const results = [
    { name: "lo", type: uint(8) },
    { name: "hi", type: uint(8) },
  ];
  const extern = system.extern({ name: "f", parameters: [], results, loc });
  const driver = system.module("driver", "Driver");
  driver.log("{}", [driver.externCall(extern, [], uint(16))]);
  // As from foreign JavaScript, whose types nobody checked.
  const externs: Record<string, () => bigint> = {};
  Reflect.set(externs, "f", () => returned);
  const { wasm } = emitWasm(system.build());
  const message = `extern f failed: ${reason}`;
  expect(loadSync(wasm, { externs }).run().stop).toMatchObject({ kind: "fault", fault: { message } });
  expect(createInterpreter(system.build(), { externs }).run().stop).toMatchObject({ fault: { message } });
});

/** Finishes in cycle 9, where a later module faults too if `faults`. */
function finishing(faults: boolean): System {
  const system = new SystemBuilder("finishing");
  const count = system.array("cnt", uint(8), { size: 3 });
  const first = system.module("driver", "first");
  const last = system.module("driver", "last");
  const down = system.module("downstream", "down");
  const end = first.binary("eq", first.cycle(), first.const(uint(64), 9));
  const slot = first.expose("odd", first.slice(first.cycle(), 0, 0));
  first.when(end, () => first.finish());
  last.write(count, last.slice(last.cycle(), 1, 0), last.slice(last.cycle(), 7, 0));
  if (faults) last.assert(last.binary("ne", last.cycle(), last.const(uint(64), 9)), "nine");
  down.log("{}", [down.exposedGet(first.id, slot, uint(1))]);
  return system.build();
}

test("a pattern that selects nothing is an error", () => {
  const simulation = loadSync(emitWasm(sample()).wasm);
  expect(() => traceRun(simulation, sample(), () => {}, { pattern: "nobody" })).toThrow(
    "no signal matches nobody",
  );
});

test("waveforms equal those of the interpreter, from the module alone", () => {
  for (const system of [sample(), growing(), finishing(false), finishing(true)]) {
    for (const pattern of [undefined, "Driver,last,*.p", "*.triggered,c*"]) {
      const options = { cycles: 40, ...(pattern === undefined ? {} : { pattern }) };
      const compiled = loadSync(emitWasm(system).wasm);
      const texts = [createInterpreter(system), compiled].map((simulation) => {
        let text = "";
        const outline = simulation === compiled ? outlineOf(compiled.description) : system;
        simulation.step(2);
        traceRun(simulation, outline, (piece) => (text += piece), options);
        return text;
      });
      expect(texts[1]).toBe(texts[0]);
    }
  }
  let text = "";
  traceRun(loadSync(emitWasm(finishing(true)).wasm), finishing(true), (piece) => (text += piece));
  expect(text).toContain("#8\n");
  // Some module faulted in cycle 9, although the run ended by `finish`.
  expect(text).not.toContain("#9");
});

test("a module that cannot start says how much memory it needs", async () => {
  const { description } = emitWasm(sample());
  // An import that the description does not know of fails like missing memory does.
  const externs = new SystemBuilder("externs");
  const loc = { file: 0, line: 1, column: 1 };
  const extern = externs.extern({ name: "f", parameters: [], results: [{ name: "x", type: uint(8) }], loc });
  const driver = externs.module("driver", "Driver");
  driver.log("{}", [driver.externCall(extern, [], uint(8))]);
  const mixed = { wasm: emitWasm(externs.build()).wasm, description };
  expect(() => loadSync(mixed)).toThrow(/^the simulation, which needs 1 MiB of memory, cannot start: /);
  await expect(load(mixed)).rejects.toThrow(/^the simulation, which needs 1 MiB of memory, cannot start: /);
});
