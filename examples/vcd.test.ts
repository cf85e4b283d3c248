/** Waveforms: the same bytes from interpreter and WASM, and what an independent reader finds in them is what the simulation holds. */
import { createInterpreter } from "@assassyn/interpreter";
import type { Simulation, System } from "@assassyn/ir";
import { arrayIds, arrayOf, moduleIds, moduleOf } from "@assassyn/ir";
import { traceRun } from "@assassyn/simulator";
import { expect, test } from "vitest";
import { loadExample } from "./example-host.js";
import { compileToWasm } from "./example-targets.js";
import { readVcd } from "./vcd-reader.js";

function trace(system: System, simulation: Simulation): string {
  let text = "";
  traceRun(simulation, system, (piece) => (text += piece), { cycles: 40 });
  return text;
}

const unsigned = (value: bigint | undefined, width: number) => value && BigInt.asUintN(width, value);

/** The values that a waveform shows, read from the simulation by name. */
function valuesOf(system: System, simulation: Simulation): Map<string, bigint | undefined> {
  const values = new Map<string, bigint | undefined>();
  for (const id of arrayIds(system)) {
    const { name, type, scalar } = arrayOf(system, id);
    if (scalar) values.set(`registers.${name}`, unsigned(simulation.read(name), type.width));
  }
  for (const id of moduleIds(system)) {
    const { name, ports, exposed } = moduleOf(system, id);
    values.set(`${name}.triggered`, simulation.triggered(name) ? 1n : 0n);
    for (const port of ports) {
      const { length, head } = simulation.fifo(`${name}.${port.name}`);
      values.set(`${name}.fifos.${port.name}.length`, BigInt(length));
      values.set(`${name}.fifos.${port.name}.head`, unsigned(head, port.type.width));
    }
    for (const slot of exposed) {
      values.set(
        `${name}.exposed.${slot.name}`,
        unsigned(simulation.exposed(`${name}.${slot.name}`), slot.type.width),
      );
    }
  }
  return values;
}

test.each(["downstream-adder", "axb-plus-c", "wide-values", "arbiter"])(
  "the waveform of %s",
  async (name) => {
    const system = loadExample(`examples/${name}/${name}.asyn`);
    const text = trace(system, createInterpreter(system));
    expect(trace(system, compileToWasm(system)({}))).toBe(text);

    const changes = await readVcd(text);
    expect(changes.length).toBeGreaterThan(20);
    const simulation = createInterpreter(system);
    const shown = new Map<string, bigint | undefined>();
    const last = Math.max(...changes.map((change) => change.time));
    let next = 0;
    for (let time = 0; time <= last; time += 1) {
      if (time > 0) simulation.step();
      for (let change = changes[next]; change?.time === time; change = changes[(next += 1)]) {
        shown.set(change.signal, change.value);
      }
      const expected = valuesOf(system, simulation);
      const seen = new Map([...expected.keys()].map((signal) => [signal, shown.get(signal)]));
      expect({ time, values: seen }).toEqual({ time, values: expected });
    }
    expect(next).toBe(changes.length);
  },
);
