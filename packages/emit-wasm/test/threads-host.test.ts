/** A host between the runs of threads: it reads and writes, takes snapshots, supplies functions, and is told when there is one thread. */
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import type { WorkerOptions } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import { createInterpreter } from "@assassyn/interpreter";
import type { Simulation, SimulationOptions, System } from "@assassyn/ir";
import { SystemBuilder, THREADS, uint } from "@assassyn/ir";
import { load, loadSync } from "@assassyn/simulator";
import type { LoadOptions } from "@assassyn/simulator";
import { expect, test, vi } from "vitest";
import { emitWasm } from "../src/index.js";
import { asyncCall } from "./designs.js";
import { observe } from "./compare.js";
import { cut } from "./cut.js";

/**
 * Two producers fill a FIFO each, whose owners wait until cycle 400 before they empty it; all read the register `gate`, which nobody writes,
 * and write `shared` in turns.
 */
function hoarders(): System {
  const system = new SystemBuilder("hoarders");
  system.config = { ...system.config, cycles: 1_000_000 };
  const gate = system.array("gate", uint(32), { initial: [3n] });
  const shared = system.array("shared", uint(70), { size: 5 });
  for (const name of ["a", "b"]) {
    const owner = system.module("stage", `${name}_owner`);
    const port = owner.port("p", uint(150));
    const total = system.array(`${name}_total`, uint(64));
    owner.wait(owner.binary("gt", owner.cycle(), owner.const(uint(64), 400)));
    const value = owner.slice(owner.pop(port), 31, 0);
    const zero = owner.const(uint(1), 0);
    owner.write(
      total,
      zero,
      owner.cast("bitcast", owner.binary("add", owner.read(total, zero, uint(64)), value), uint(64)),
    );
    owner.write(shared, owner.const(uint(3), name === "a" ? 1 : 6), owner.cast("zext", value, uint(70)));
    const producer = system.module("driver", `${name}_producer`);
    const count = producer.binary(
      "mul",
      producer.cycle(),
      producer.read(gate, producer.const(uint(1), 0), uint(32)),
    );
    producer.push(
      owner.id,
      port,
      producer.cast("zext", producer.cast("bitcast", count, uint(64)), uint(150)),
    );
    producer.call(owner.id);
    producer.log("{} {}", [producer.cycle(), producer.read(shared, producer.const(uint(3), 1), uint(70))]);
  }
  return system.build();
}

function onThreads(
  system: System,
  options: LoadOptions,
  balance = 0,
): Simulation & { readonly threads: number } {
  const simulation = loadSync(emitWasm(cut(system, { balance })).wasm, {
    threads: 2,
    leastCycles: 1,
    ...options,
  });
  expect(simulation.threads).toBe(2);
  return simulation;
}

/** Does the same with the interpreter and on threads, and expects the same state behind each action, and the same lines. */
function compareActions(
  system: System,
  actions: readonly ((simulation: Simulation) => unknown)[],
  given: LoadOptions = {},
) {
  const run = (make: (options: SimulationOptions) => Simulation) => {
    const lines: string[] = [];
    const simulation = make({ ...given, onLog: ({ cycle, text }) => lines.push(`${cycle} ${text}`) });
    const states = actions.map((act) => {
      const result = act(simulation);
      return [typeof result === "object" ? undefined : result, observe(simulation, system)];
    });
    simulation.dispose();
    return { lines, states };
  };
  const expected = run((options) => createInterpreter(system, options));
  expect(run((options) => onThreads(system, { ...given, ...options }))).toEqual(expected);
  return expected;
}

test("FIFOs grow on their thread, and come home with all their elements", () => {
  const system = hoarders();
  const { states } = compareActions(system, [
    (simulation) => simulation.step(300),
    (simulation) => simulation.step(90),
    (simulation) => simulation.step(1),
    (simulation) => simulation.step(400),
    (simulation) => simulation.fifo("b_owner.p").head,
    (simulation) => simulation.step(3000),
    (simulation) => simulation.droppedWrites,
  ]);
  expect(states.at(-1)?.[0]).toBeGreaterThan(3000);
});

test("what a host writes reaches the copies of all threads", () => {
  compareActions(hoarders(), [
    (simulation) => simulation.step(10),
    (simulation) => simulation.write("gate", 1000),
    (simulation) => simulation.step(10),
    (simulation) => simulation.write("shared", 1n << 69n, 1),
    (simulation) => simulation.step(500),
  ]);
});

test("a reset and a snapshot take all threads back", () => {
  let snapshot: ReturnType<Simulation["snapshot"]> | undefined;
  compareActions(hoarders(), [
    (simulation) => simulation.step(1),
    (simulation) => simulation.reset(),
    (simulation) => simulation.step(1),
    (simulation) => simulation.step(450),
    (simulation) => (snapshot = simulation.snapshot()),
    (simulation) => simulation.step(77),
    (simulation) => snapshot && simulation.restore(snapshot),
    (simulation) => simulation.step(200),
    (simulation) => simulation.reset(),
    (simulation) => simulation.step(600),
  ]);
});

/** Drivers that call a function of the host, and one that writes out of range. */
function callers(): System {
  const system = new SystemBuilder("callers");
  system.config = { ...system.config, cycles: 200 };
  const twice = system.extern({
    name: "twice",
    parameters: [{ name: "a", type: uint(100) }],
    results: [{ name: "r", type: uint(100) }],
    loc: { file: 0, line: 1, column: 1 },
  });
  for (const name of ["quiet", "caller", "writer"]) {
    const register = system.array(name, uint(100));
    const module = system.module("driver", `${name}_driver`);
    const zero = module.const(uint(1), 0);
    const one = module.binary("add", module.read(register, zero, uint(100)), module.const(uint(100), 1));
    const value = name === "caller" ? module.externCall(twice, [one], uint(100)) : one;
    module.write(register, name === "writer" ? module.slice(module.cycle(), 1, 1) : zero, value);
    module.log(`${name} {}`, [value]);
  }
  return system.build();
}

test("functions of the host are called on its thread, and dropped writes of all threads are counted", () => {
  const seen: bigint[] = [];
  const externs = {
    twice: (a: bigint) => {
      seen.push(a);
      return (2n * a) & ((1n << 100n) - 1n);
    },
  };
  const { states } = compareActions(
    callers(),
    [(simulation) => simulation.step(50), (simulation) => simulation.droppedWrites],
    {
      externs,
    },
  );
  expect(seen).toHaveLength(100);
  expect(seen.slice(0, 50)).toEqual(seen.slice(50));
  expect(states.at(-1)?.[0]).toBe(25);
});

test("a function of the host that throws is a fault of the module that called it", () => {
  const externs = {
    twice: (a: bigint) => {
      if (a > 20n) throw new Error("too many");
      return a;
    },
  };
  const simulation = onThreads(callers(), { externs });
  expect(simulation.step(100)).toMatchObject({
    kind: "fault",
    fault: { module: "caller_driver", cycle: 21, message: expect.stringContaining("too many") },
  });
  simulation.dispose();
});

test("a run in slices delivers every line, and disposing ends it all", async () => {
  const wasm = emitWasm(cut(hoarders(), { balance: 0 })).wasm;
  const lines: string[] = [];
  const simulation = await load(wasm, { threads: 2, cycles: 700 });
  expect(simulation.threads).toBe(2);
  const { stop, cycles } = await simulation.run({ slice: 90, onLog: ({ text }) => lines.push(text) });
  expect({ stop, cycles }).toEqual({ stop: { kind: "limit" }, cycles: 700 });
  expect(lines).toHaveLength(1400);
  simulation.dispose();
  expect(() => simulation.read("gate")).toThrow("disposed");
});

test("short steps run on the caller's thread and leave the same state", () => {
  const system = hoarders();
  const simulation = loadSync(emitWasm(cut(system, { balance: 0 })).wasm, { threads: 2, leastCycles: 50 });
  const reference = createInterpreter(system);
  for (const count of [3, 100, 1, 2, 60, 49, 500, 1]) {
    simulation.step(count);
    reference.step(count);
    expect(observe(simulation, system)).toEqual(observe(reference, system));
  }
  simulation.dispose();
});

test("one thread, and the reason, where several cannot be had", () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const plain = loadSync(emitWasm(asyncCall(10, 10)).wasm, { threads: 2, onWarning });
  expect(plain.threads).toBe(1);
  expect(warnings).toEqual([expect.stringContaining("was not compiled for several")]);
  expect(loadSync(emitWasm(cut(asyncCall(10, 10))).wasm, { threads: "auto", onWarning }).threads).toBe(1);
  expect(warnings).toHaveLength(1);
  for (const threads of [0, 1.5, -1, Number.NaN])
    expect(() => loadSync(emitWasm(asyncCall(10, 10)).wasm, { threads })).toThrow(RangeError);
});

/** Lets threads be made by something else than the worker of Node. */
async function withWorkers<Result>(Threads: unknown, use: () => Result): Promise<Awaited<Result>> {
  const { getBuiltinModule } = process;
  const spy = vi
    .spyOn(process, "getBuiltinModule")
    .mockImplementation((name: string) =>
      name === "node:worker_threads" ? { Worker: Threads } : Reflect.apply(getBuiltinModule, process, [name]),
    );
  try {
    return await use();
  } finally {
    spy.mockRestore();
  }
}

/** Says at once that it cannot start. */
class Stillborn {
  on(_: string, listener: (error: Error) => void): void {
    listener(new Error("no"));
  }
  unref(): void {}
  terminate(): void {}
}

/** Reports that it is ready, and fails with the first command. */
class Deserter extends Worker {
  constructor(source: string, options: WorkerOptions) {
    const [command, ready] = [THREADS.command / 4, THREADS.ready / 4];
    const desert = `{
      const words = new Int32Array(memory.buffer);
      Atomics.add(words, ${ready}, 1);
      Atomics.wait(words, ${command}, 0);
      throw new Error("gone");
    }`;
    super(source.replace("new WebAssembly.Instance(module, { env }).exports.serve();", desert), options);
  }
}

test("threads that do not start: one thread and a warning, or an error where it is too late for that", async () => {
  const { wasm } = emitWasm(cut(hoarders(), { balance: 0 }));
  const warnings: string[] = [];
  const options = { threads: 2, onWarning: (message: string) => void warnings.push(message) };
  const simulation = await withWorkers(Stillborn, () => load(wasm, options));
  expect(simulation.threads).toBe(1);
  expect(warnings).toEqual([expect.stringContaining("could not be started")]);
  simulation.step(100);
  expect(simulation.cycle).toBe(100);
  const atOnce = await withWorkers(Stillborn, () => loadSync(wasm, options));
  expect(() => atOnce.step(100)).toThrow("could not be started");
});

test("a thread that fails leaves nobody waiting", async () => {
  const { wasm } = emitWasm(cut(hoarders(), { balance: 0 }));
  const simulation = await withWorkers(Deserter, () => loadSync(wasm, { threads: 2 }));
  expect(() => simulation.step(100)).toThrow("a thread of the simulation has failed");
  simulation.dispose();
});

test("a process ends although nobody has disposed of its threads", { timeout: 60_000 }, () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["tools/workspace/run-typescript.mjs", "packages/emit-wasm/test/leave-threads.ts"],
    { cwd: root, encoding: "utf8", timeout: 50_000 },
  );
  expect({ stdout, stderr: stderr.replace(/^npm warn.*\n/gm, ""), status }).toEqual({
    stdout: "2 threads, cycle 1000\n",
    stderr: "",
    status: 0,
  });
});
