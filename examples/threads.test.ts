/** Every example in clusters on threads: the log of its golden file, and the state that one thread leaves. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lower } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { wasmEmitter } from "@assassyn/emit-wasm";
import type { Simulation, SimulationOptions, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleIds, moduleOf } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { expect, test } from "vitest";
import { condense, loadExample, transcribe } from "./example-host.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const MINUTE = 60_000;
const LADDER = ["lock-insertion", "atomic-flags", "self-signature", "partition"];

const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${folder}${entry.name}/${entry.name}.asyn`))
  .map(({ name }) => name);

/** What `assassyn run --target wasm` makes of a system, in clusters or not. */
function compile(system: System, shape?: "auto" | "split"): Uint8Array {
  const { outputs, diagnostics } = lower(
    system,
    { sources: [] },
    {
      target: "wasm",
      emitters: [wasmEmitter],
      ...(shape === undefined ? {} : { passes: LADDER, passOptions: { partition: { shape } } }),
    },
  );
  const content = outputs?.[0]?.content;
  if (!(content instanceof Uint8Array) || diagnostics.length > 0)
    throw new Error(renderText(diagnostics, []));
  return content;
}

/** All state that a host can see. */
function stateOf(system: System, simulation: Simulation): unknown {
  return {
    cycle: simulation.cycle,
    droppedWrites: simulation.droppedWrites,
    arrays: arrayIds(system).map((id) => simulation.readArray(arrayOf(system, id).name)),
    modules: moduleIds(system).map((id) => {
      const { name, ports, exposed } = moduleOf(system, id);
      return {
        credits: simulation.credits(name),
        triggered: simulation.triggered(name),
        fifos: ports.map((port) => simulation.fifo(`${name}.${port.name}`)),
        exposed: exposed.map((slot) => simulation.exposed(`${name}.${slot.name}`)),
      };
    }),
  };
}

/** Log, and state at the end, of the first `threads` that the design can use. */
function run(system: System, wasm: Uint8Array, threads: number) {
  let state: unknown;
  let used = 1;
  const log = transcribe(system, (options: SimulationOptions) => {
    const simulation = loadSync(wasm, { ...options, threads, leastCycles: 1 });
    used = simulation.threads;
    const dispose = simulation.dispose.bind(simulation);
    simulation.dispose = () => {
      state = stateOf(behindThePasses(simulation, system), simulation);
      dispose();
    };
    return simulation;
  });
  return { log: condense(log.stdout), stderr: log.stderr, state, used };
}

/** Passes drop exposed values that nobody reads. */
function behindThePasses(simulation: ReturnType<typeof loadSync>, system: System): System {
  const known = new Map(simulation.description.modules.map(({ name, exposed }) => [name, exposed] as const));
  return {
    ...system,
    modules: system.modules.map(
      (module) =>
        module && {
          ...module,
          exposed: module.exposed.filter(({ name }) =>
            known.get(module.name)?.some((slot) => slot.name === name),
          ),
        },
    ),
  };
}

test.each(examples)("%s on threads", { timeout: 2 * MINUTE }, (name) => {
  const system = loadExample(`examples/${name}/${name}.asyn`);
  const { used: _, ...expected } = run(system, compile(system), 1);
  expect(expected.stderr).toBe("");
  expect(expected.log).toBe(readFileSync(`${folder}${name}/${name}.expect.log`, "utf8"));
  const inClusters = compile(system, "auto");
  for (const threads of [1, 2, 3]) {
    const { used, ...actual } = run(system, inClusters, threads);
    expect({ threads, ...actual }).toEqual({ threads, ...expected });
    expect(used).toBeLessThanOrEqual(threads);
  }
  const { used: split, ...actual } = run(system, compile(system, "split"), 2);
  expect(actual).toEqual(expected);
  // The stage and the downstream of `sram` never run at once, so there is nothing to share out.
  expect(split).toBe(name === "sram" ? 1 : 2);
});
