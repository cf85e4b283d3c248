import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readDesign, resolvePath } from "@assassyn/compiler";
import type { CompilerHost } from "@assassyn/compiler";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { Simulation, System } from "@assassyn/plugin-api";
import { moduleIds, moduleOf } from "@assassyn/plugin-api";
import {
  createPassTester,
  expectSame,
  fuzz,
  goldenSuite,
  interpreterTarget,
  printFailure,
  runOn,
  sampleSystems,
} from "@assassyn/testing";
import { lowerFor, passesTarget, wasmTarget } from "@assassyn/testing/targets";
import { expect, test } from "vitest";
import activity, { formatActivity, reportActivity } from "../src/index.js";
import type { ActivityReport } from "../src/index.js";

const plugins = [activity];
const count = lowerFor({ plugins, pipeline: ["count-activity"] });
const countForWasm = lowerFor({
  plugins,
  passes: ["count-activity"],
  target: "wasm",
  emitters: [wasmEmitter],
});
const targets = [passesTarget("counted", count), wasmTarget(countForWasm)];

const tester = createPassTester({ plugins });

goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".ir",
  goldens: [".expect.ir", ".expect.txt"],
  run: ({ text }) => {
    const { ir, diagnostics } = tester.run(text);
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}\n`).join("");
    return { ".expect.ir": ir, ".expect.txt": messages === "" ? undefined : messages };
  },
});

const examples = fileURLToPath(new URL("../../../examples", import.meta.url));
const missing = { kind: "error", reason: "no such file" } as const;

/** A host on the folder of the examples. */
function readExample(name: string, from: string | undefined) {
  const resolved = resolvePath(name, from);
  const file = path.join(examples, resolved);
  return existsSync(file) ? { path: resolved, text: readFileSync(file, "utf8") } : undefined;
}
const host: CompilerHost = {
  readSource(name, from) {
    const found = readExample(name, from);
    return found === undefined ? missing : { kind: "source", ...found };
  },
  readMemory(name, from) {
    const found = readExample(name, from);
    return found === undefined ? missing : { kind: "text", text: found.text };
  },
};

function loadExample(name: string): System {
  const { system } = readDesign(`${name}/${name}.asyn`, host);
  if (system === undefined) throw new Error(`the example ${name} does not compile`);
  return system;
}

/** Those that run in a moment on the interpreter. */
const names = readdirSync(examples).filter(
  (name) => existsSync(path.join(examples, name, `${name}.asyn`)) && name !== "riscv",
);

test.each(names)("counting changes nothing in the example %s", { timeout: 60_000 }, (name) => {
  const system = loadExample(name);
  const expected = runOn(system, interpreterTarget);
  for (const target of targets) expectSame(expected, runOn(system, target));
});

test("counting changes nothing in random designs", { timeout: 120_000 }, () => {
  const generators = [{}, { maxDepth: 0, maxArrays: 1, maxModules: 8, maxStatements: 5, maxCycles: 30 }];
  for (const [seed, generator] of generators.entries()) {
    const failures = fuzz({ seed: seed + 11, count: 60, reference: interpreterTarget, targets, generator });
    expect(failures.map(printFailure).join("\n")).toBe("");
  }
});

/** The report as it must be, from watching the design itself cycle by cycle; undefined when it faults. */
function watch(system: System): ActivityReport | undefined {
  const simulation: Simulation = createInterpreter(system);
  const modules = moduleIds(system).map((id) => moduleOf(system, id));
  const activations = modules.map(() => 0);
  const stalls = modules.map(() => 0);
  const most = new Map<string, number>();
  while (simulation.stop === undefined) {
    const credits = modules.map(({ kind, name }) => (kind === "stage" ? simulation.credits(name) : 1n));
    const cycle = simulation.cycle;
    simulation.step();
    if (simulation.cycle === cycle) break;
    for (const [index, { kind, name, ports }] of modules.entries()) {
      if (simulation.triggered(name)) activations[index] = (activations[index] ?? 0) + 1;
      else if (kind !== "downstream" && (credits[index] ?? 0n) > 0n) stalls[index] = (stalls[index] ?? 0) + 1;
      for (const port of ports) {
        const fifo = `${name}.${port.name}`;
        most.set(fifo, Math.max(most.get(fifo) ?? 0, simulation.fifo(fifo).length));
      }
    }
  }
  if (simulation.stop?.kind === "fault") return undefined;
  return {
    cycles: simulation.cycle,
    modules: modules.map(({ name, kind }, index) => ({
      name,
      kind,
      activations: activations[index] ?? 0,
      stalls: stalls[index] ?? 0,
    })),
    fifos: modules.flatMap(({ name, ports }) =>
      ports.map((port) => ({
        name: `${name}.${port.name}`,
        ...(port.depth === undefined ? {} : { depth: port.depth }),
        pushes: -1,
        most: most.get(`${name}.${port.name}`) ?? 0,
        left: simulation.fifo(`${name}.${port.name}`).length,
      })),
    ),
  };
}

/** What the counters say behind a run. */
function counted(system: System): ActivityReport {
  const lowered = count(system);
  const simulation = createInterpreter(lowered);
  simulation.run();
  return reportActivity(simulation, lowered);
}

/** A watcher from outside does not see pushes. */
const withoutPushes = ({ fifos, ...rest }: ActivityReport) => ({
  ...rest,
  fifos: fifos.map((fifo) => ({ ...fifo, pushes: -1 })),
});

test.each(names)("the counters tell what a watcher sees in the example %s", { timeout: 60_000 }, (name) => {
  const system = loadExample(name);
  expect(withoutPushes(counted(system))).toEqual(watch(system));
});

test("the counters tell what a watcher sees in random designs", { timeout: 60_000 }, () => {
  let compared = 0;
  for (const generator of [
    {},
    { maxDepth: 0, maxArrays: 1, maxModules: 8, maxStatements: 5, maxCycles: 30 },
  ]) {
    for (const system of sampleSystems(150, 5, generator)) {
      const expected = watch(system);
      if (expected === undefined) continue;
      compared += 1;
      expect(withoutPushes(counted(system))).toEqual(expected);
    }
  }
  expect(compared).toBeGreaterThan(50);
});

test("the report is a table, or JSON", () => {
  const report = counted(loadExample("fifo-depth"));
  expect(formatActivity(report)).toMatchInlineSnapshot(`
    "module    kind    activations           stalls
    Producer  driver           35  100.0 %       0   0.0 %
    consumer  stage            12   34.3 %      22  62.9 %

    FIFO           depth  pushes  most  left
    consumer.item      4      12     4     0
    "
  `);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("a system without counters is an error that says what to do", () => {
  const system = loadExample("async-call");
  expect(() => reportActivity(createInterpreter(system), system)).toThrow(
    "the pass count-activity did not run on it",
  );
});
