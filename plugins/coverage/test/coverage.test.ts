import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryHost, readDesign, resolvePath } from "@assassyn/compiler";
import type { CompilerHost } from "@assassyn/compiler";
import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/plugin-api";
import {
  definePass,
  definePlugin,
  moduleIds,
  moduleOf,
  parseSystem,
  printSystem,
  walk,
} from "@assassyn/plugin-api";
import activity from "@assassyn/plugin-activity";
import { loadSync } from "@assassyn/simulator";
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
import coverage, { formatCoverage, formatLcov, reportCoverage } from "../src/index.js";
import type { CoverageReport } from "../src/index.js";
import { parseLcov } from "./lcov-parser.js";

const plugins = [coverage];
const count = lowerFor({ plugins, pipeline: ["count-coverage"] });
const countForWasm = lowerFor({
  plugins,
  passes: ["count-coverage"],
  target: "wasm",
  emitters: [wasmEmitter],
});
const targets = [passesTarget("counted", count), wasmTarget(countForWasm)];

goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".ir",
  goldens: [".expect.ir", ".expect.txt"],
  run: ({ text }) => {
    const { ir, diagnostics } = createPassTester({ plugins }).run(text);
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}\n`).join("");
    // The map is a wall of numbers; what it says, the reports show.
    const shown = ir?.replace(/(reg _coverage_map: \[u16; )\d+\] = \[[^]*?\]( @[\d:]+)?\n/, "$1…] = …\n");
    return { ".expect.ir": shown, ".expect.txt": messages === "" ? undefined : messages };
  },
});

function systemOf(text: string): System {
  const { system, diagnostics } = readDesign({ path: "small.asyn", text }, createMemoryHost({}));
  if (system === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return system;
}

/** The report behind a run on the interpreter, with the pass alone. */
function covered(system: System, prepare = count): CoverageReport {
  const lowered = prepare(system);
  const simulation = createInterpreter(lowered);
  simulation.run();
  return reportCoverage(simulation, lowered);
}

/** The report behind a run in WebAssembly, behind all passes of that target. */
function coveredOnWasm(system: System): CoverageReport {
  const lowered = countForWasm(system);
  const simulation = loadSync(emitWasm(lowered).wasm);
  simulation.run();
  return reportCoverage(simulation, lowered);
}

/*
 * n is 0 in cycle 1, so the driver calls `work` in the cycles 1 to 6 with the values 0 to 5. `work` runs when n is odd, from cycle 2 on: in
 * the cycles 2, 4, 6, 8, 10 and 12 with the values 0 to 5, and waits in the cycles between them, 3, 5, 7, 9 and 11. In cycle 13 it has
 * no credit, and the driver finishes.
 */
const SMALL = `system small {
  config { cycles: 50, idle: 20 }
  reg n: u8
  module work(a: u8) {
    wait_until n[0]
    let x = a.pop()
    when x > 3 {
      log("big {}", x)
    } else when x == 200 {
      log("never")
    }
    log("{}", x == 2 ? u8(7) : 8)
  }
  module idle() { log("no") }
  module leaf[i in 0..3]() {
    when i == 1 && n > 2 { log("leaf") }
  }
  driver {
    n <= n + 1
    when n < 6 {
      work(a: n)
      for i in 1..3 { call leaf[i] }
    }
    when n == 12 { finish }
    log("go on")
  }
}
`;

/** What a reader counts on paper: `work` 6 times, 5 of them late; `leaf[1]` and `leaf[2]` 6 times each; the driver 13 times. */
const COUNTED = {
  lines: [
    [5, 11], // asked in the cycles 2 to 12
    [6, 6],
    [7, 6],
    [8, 2], // 4 and 5
    [9, 4],
    [10, 0],
    [12, 6],
    [14, 0],
    [16, 12], // both instances that are called; the condition of the third is never asked
    [19, 13],
    [20, 13],
    [21, 6],
    [22, 6],
    [24, 13],
    [25, 12], // not in cycle 13, which `finish` ends
  ],
  conditions: [
    ["wait", 5, 11, [6, 5]],
    ["when", 7, 6, [2, 4]],
    ["when", 9, 4, [0, 4]],
    ["select", 12, 6, [1, 5]],
    // leaf[1] runs in the cycles 2 to 7, in which n is 1 to 6; the first instance has a condition, too, that is false at compile time.
    ["when", 16, 12, [4, 8]],
    ["when", 20, 13, [6, 7]],
    ["when", 24, 13, [1, 12]],
  ],
  modules: [
    ["work", 4, 6],
    ["idle", 14, 0],
    ["leaf", 15, 12],
    ["Driver", 18, 13],
  ],
} as const;

/** The numbers of a report in the form of {@link COUNTED}. */
function numbersOf({ files: [file] }: CoverageReport) {
  return {
    lines: file?.lines.map(({ line, count: times }) => [line, times]),
    conditions: file?.conditions.map((each) => [each.kind, each.line, each.count, each.outcomes]),
    modules: file?.modules.map(({ name, line, activations }) => [name, line, activations]),
  };
}

const paths = (report: CoverageReport) => report.files.map((file) => file.path);

/** The system with counters, printed and parsed. */
const throughText = (system: System): System => {
  const { system: parsed } = parseSystem(printSystem(count(system)), { file: 0 });
  if (parsed === undefined) throw new Error("the printed IR cannot be parsed");
  return parsed;
};

test("the counts are those of a reader with a pencil", () => {
  const report = covered(systemOf(SMALL));
  expect(report.cycles).toBe(13);
  expect(report.files.map((file) => file.path)).toEqual(["small.asyn"]);
  expect(numbersOf(report)).toEqual(COUNTED);
  expect(report.files[0]?.modules[2]?.instances).toEqual([
    { name: "leaf_0", activations: 0 },
    { name: "leaf_1", activations: 6 },
    { name: "leaf_2", activations: 6 },
  ]);
});

test("passes behind it and WebAssembly leave the counts as they are", () => {
  expect(numbersOf(coveredOnWasm(systemOf(SMALL)))).toEqual(COUNTED);
});

test("what other passes have added is not counted", () => {
  const prepare = lowerFor({
    plugins: [...plugins, activity],
    pipeline: ["count-activity", "count-coverage"],
  });
  expect(numbersOf(covered(systemOf(SMALL), prepare))).toEqual(COUNTED);
});

test("a pass that removes modules leaves their lines in the report; so does a way through IR text", () => {
  const dropIdle = definePass({
    name: "drop-idle",
    description: "Removes a module that nobody calls",
    after: ["count-coverage"],
    run(cx) {
      for (const id of moduleIds(cx.base))
        if (moduleOf(cx.base, id).name === "idle") cx.updateModule(id, null);
    },
  });
  const prepare = lowerFor({
    plugins: [...plugins, definePlugin({ name: "dropping", passes: [dropIdle] })],
    pipeline: ["count-coverage", "drop-idle"],
  });
  expect(prepare(systemOf(SMALL)).modules).toContain(null);
  expect(numbersOf(covered(systemOf(SMALL), prepare))).toEqual(COUNTED);
  expect(numbersOf(covered(systemOf(SMALL), throughText))).toEqual(COUNTED);
});

test("the tracefile says the same, read back", () => {
  const report = covered(systemOf(SMALL));
  const [file, ...others] = parseLcov(formatLcov(report));
  expect(others).toEqual([]);
  expect(file?.path).toBe("small.asyn");
  expect(file?.lines).toEqual(COUNTED.lines);
  expect(file?.functions).toEqual(COUNTED.modules);
  // Block 0 of each line, as no line has two conditions; `-` for what was never asked.
  const branches = COUNTED.conditions.flatMap(([, line, , outcomes]) =>
    outcomes.map((taken, index) => [line, 0, index, String(taken)]),
  );
  expect(file?.branches).toEqual(branches);
});

test("a condition that was never asked has no outcomes in the tracefile; conditions of one line are told apart", () => {
  const system = systemOf(
    `system small {
  config { cycles: 3, idle: 20 }
  reg n: u8
  module never() { when n > 3 { log("a") } }
  driver { when n > 0 { log("b") }; when n < 1 { log("c") } }
}
`,
  );
  expect(parseLcov(formatLcov(covered(system)))[0]?.branches).toEqual([
    [4, 0, 0, "-"],
    [4, 0, 1, "-"],
    [5, 0, 0, "0"],
    [5, 0, 1, "3"],
    [5, 1, 0, "3"],
    [5, 1, 1, "0"],
  ]);
});

test("the table shows shares and what was missed", () => {
  expect(formatCoverage(covered(systemOf(SMALL)))).toMatchInlineSnapshot(`
    "                        lines           outcomes          modules
    small.asyn  13 of 15   86.7 %  13 of 14   92.9 %  3 of 4   75.0 %

    small.asyn:9: the condition was never true
    small.asyn:10: was never reached
    small.asyn:14: "idle" was never activated
    small.asyn:14: was never reached
    "
  `);
});

test("arms of select1hot are counted one by one", () => {
  const system = systemOf(`system small {
  config { cycles: 5 }
  reg n: u8
  driver {
    n <= n + 1
    log("{}", select1hot(b3(1) << (n & 1), n, 7, 8))
  }
}
`);
  expect(covered(system).files[0]?.conditions).toEqual([
    { kind: "select1hot", line: 6, column: 15, count: 5, outcomes: [3, 2, 0] },
  ]);
});

test("files of the standard library count only if they are asked for", () => {
  const std = {
    plugins,
    pipeline: ["count-coverage"],
    passOptions: { "count-coverage": { "standard-library": true } },
  };
  const system = loadExample("dram");
  expect(paths(covered(system))).toEqual(["dram/dram.asyn"]);
  expect(paths(covered(system, lowerFor(std)))).toEqual(["dram/dram.asyn", "std/memory.asyn"]);
});

test("a system without counters is an error that says what to do", () => {
  const system = systemOf(SMALL);
  expect(() => reportCoverage(createInterpreter(system), system)).toThrow(
    "the pass count-coverage did not run on it",
  );
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
    const failures = fuzz({ seed: seed + 31, count: 60, reference: interpreterTarget, targets, generator });
    expect(failures.map(printFailure).join("\n")).toBe("");
  }
});

/** How often each module was triggered and, by line, how many lines were logged, from watching the design itself; undefined when it faults. */
function watch(system: System) {
  const logged = new Map<string, number>();
  const simulation = createInterpreter(system, {
    onLog: ({ loc }) => {
      const place = `${system.files[loc.file]}:${loc.line}`;
      logged.set(place, (logged.get(place) ?? 0) + 1);
    },
  });
  const modules = moduleIds(system).map((id) => moduleOf(system, id).name);
  const activations = new Map(modules.map((name) => [name, 0]));
  while (simulation.stop === undefined) {
    const { cycle } = simulation;
    simulation.step();
    if (simulation.cycle === cycle) break;
    for (const name of modules)
      if (simulation.triggered(name)) activations.set(name, (activations.get(name) ?? 0) + 1);
  }
  return simulation.stop?.kind === "fault" ? undefined : { activations, logged };
}

/** The most logs of one module on each line. */
function logsByLine(system: System): Map<string, number> {
  const most = new Map<string, number>();
  for (const id of moduleIds(system)) {
    const own = new Map<string, number>();
    walk(moduleOf(system, id), ({ kind, loc }) => {
      const place = `${system.files[loc.file]}:${loc.line}`;
      if (kind === "log") own.set(place, (own.get(place) ?? 0) + 1);
    });
    for (const [place, times] of own) most.set(place, Math.max(most.get(place) ?? 0, times));
  }
  return most;
}

/** Activations of the instances in a report. */
function activationsOf({ files }: CoverageReport): Map<string, number> {
  const instances = files.flatMap((file) => file.modules.flatMap((module) => module.instances));
  return new Map(instances.map(({ name, activations }) => [name, activations]));
}

test.each(names)("activations and logged lines are those that a watcher sees in the example %s", (name) => {
  const system = loadExample(name);
  const seen = watch(system);
  if (seen === undefined) throw new Error(`the example ${name} faults`);
  for (const report of [covered(system), coveredOnWasm(system)]) {
    for (const [module, activations] of activationsOf(report))
      expect([module, activations]).toEqual([module, seen.activations.get(module)]);
    const counted = new Map<string, number>(
      report.files.flatMap((file) =>
        file.lines.map((each) => [`${file.path}:${each.line}`, each.count] as const),
      ),
    );
    // Whatever else stands on the line ran at least as often; in a compile-time loop one log is several.
    const logs = logsByLine(system);
    for (const [place, times] of seen.logged)
      expect([place, (counted.get(place) ?? 0) * (logs.get(place) ?? 0) >= times]).toEqual([place, true]);
  }
});

test("activations are those that a watcher sees in random designs", { timeout: 60_000 }, () => {
  let compared = 0;
  for (const generator of [
    {},
    { maxDepth: 0, maxArrays: 1, maxModules: 8, maxStatements: 5, maxCycles: 30 },
  ]) {
    for (const system of sampleSystems(150, 9, generator)) {
      const seen = watch(system);
      if (seen === undefined) continue;
      compared += 1;
      expect(activationsOf(covered(system))).toEqual(seen.activations);
    }
  }
  expect(compared).toBeGreaterThan(50);
});
