import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compile, createMemoryHost, resolvePath } from "@assassyn/compiler";
import type { CompilerHost } from "@assassyn/compiler";
import type { SourceFile } from "@assassyn/diagnostics";
import { renderText } from "@assassyn/diagnostics";
import { SystemBuilder, uint } from "@assassyn/plugin-api";
import { goldenSuite, sampleSystems } from "@assassyn/testing";
import { testWithGraphviz } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import emitDot, { renderGraph } from "../src/index.js";
import { findDotMistake } from "./dot-syntax.js";

const examples = fileURLToPath(new URL("../../../examples", import.meta.url));
const defaults = { arrays: "shared", rankdir: "LR", clusters: true } as const;

/** The graph of a design, by way of the compiler. */
function graphOf(
  entry: SourceFile | string,
  host: CompilerHost,
  emitOptions: Record<string, string> = {},
): string {
  const { outputs, diagnostics, sources } = compile({
    entry,
    host,
    target: "dot",
    plugins: [emitDot],
    emitOptions,
  });
  const content = outputs?.[0]?.content;
  if (typeof content !== "string") throw new Error(renderText(diagnostics, sources));
  return content;
}

/** Options in the first line, `// OPTIONS: arrays=all rankdir=TB`. */
function readOptions(text: string): Record<string, string> {
  const words = /^\/\/ OPTIONS:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  return Object.fromEntries(words.map((word) => word.split("=", 2)));
}

goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".asyn",
  goldens: [".expect.dot"],
  run: ({ name, text }) => ({
    ".expect.dot": graphOf({ path: `${name}.asyn`, text }, createMemoryHost({}), readOptions(text)),
  }),
});

/** A host on the folder of the examples. */
const exampleHost: CompilerHost = {
  readSource(name, from) {
    const resolved = resolvePath(name, from);
    const file = path.join(examples, resolved);
    if (!existsSync(file)) return { kind: "error", reason: "no such file" };
    return { kind: "source", path: resolved, text: readFileSync(file, "utf8") };
  },
  readMemory(name, from) {
    const file = path.join(examples, resolvePath(name, from));
    if (!existsSync(file)) return { kind: "error", reason: "no such file" };
    return { kind: "text", text: readFileSync(file, "utf8") };
  },
};

const exampleNames = readdirSync(examples).filter((name) =>
  existsSync(path.join(examples, name, `${name}.asyn`)),
);

/** Graphs of everything at hand: examples, random designs, names that need quoting. */
function allGraphs(): { readonly name: string; readonly text: string }[] {
  const awkward = new SystemBuilder('a "b" \\ {c}\n');
  const stage = awkward.module("stage", 'x|<y> {"z"} \\');
  stage.port("node", uint(8), 3);
  awkward.module("driver", "graph").call(stage.id);
  return [
    { name: "awkward", text: renderGraph(awkward.build(), defaults) },
    ...exampleNames.map((name) => ({ name, text: graphOf(`${name}/${name}.asyn`, exampleHost) })),
    ...sampleSystems(40, 7).map((system, index) => ({
      name: `random ${index}`,
      text: renderGraph(system, { ...defaults, arrays: "all" }),
    })),
  ];
}

test("every graph keeps to the syntax of DOT and names no node that it does not draw", () => {
  const graphs = allGraphs();
  expect(graphs.length).toBeGreaterThan(50);
  expect(graphs.flatMap(({ name, text }) => findDotMistake(text)?.concat(` in ${name}`) ?? [])).toEqual([]);
});

function table(cell: string): string {
  return `digraph a { m0 [label=<<table><tr>${cell}</tr></table>>]; m0:p1 -> m0; }`;
}

test("the check of the syntax finds mistakes", () => {
  expect(findDotMistake('digraph "a" { m0 [label="x]; }')).toMatch(/unexpected/);
  expect(findDotMistake("digraph a { m0 -> m1; }")).toMatch(/m0 is not drawn/);
  expect(findDotMistake(table('<td port="p1">x</td>'))).toBeUndefined();
  expect(findDotMistake(table('<td port="p2">x</td>'))).toMatch(/no cell p1/);
  expect(findDotMistake(table('<td port="p1">x & y</td>'))).toMatch(/unexpected & in a label/);
  expect(findDotMistake(table('<td port="p1">x</th>'))).toMatch(/unexpected <\/th> in a label/);
});

testWithGraphviz("graphviz lays every graph out", { timeout: 60_000 }, (dot) => {
  for (const { name, text } of allGraphs()) {
    // The router of Graphviz 2.43 itself fails on edges of some dense random graphs.
    const flags = name.startsWith("random") ? ["-Tplain", "-Gsplines=false"] : ["-Tplain"];
    const { status, stdout, stderr } = spawnSync(dot, flags, { input: text, encoding: "utf8" });
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: "" });
    const drawn = text.match(/^ +[max]\d+ \[/gm)?.length ?? 0;
    expect({ name, nodes: stdout.match(/^node /gm)?.length ?? 0 }).toEqual({ name, nodes: drawn });
  }
});

/** A driver that calls two stages, in either order. */
function callBoth(swap: boolean): string {
  const system = new SystemBuilder("s");
  const stages = ["a", "b"].map((name) => system.module("stage", name));
  const driver = system.module("driver", "d");
  for (const stage of swap ? stages.toReversed() : stages) driver.call(stage.id);
  return renderGraph(system.build(), defaults);
}

test("the order of operations within a body makes no difference", () => {
  expect(callBoth(true)).toBe(callBoth(false));
});

test("an option that the target does not have is an error", () => {
  const host = createMemoryHost({ "a.asyn": "system a { driver { finish } }" });
  expect(() => graphOf("a.asyn", host, { rankdir: "XY" })).toThrow(
    'target "dot": option "rankdir" needs one of LR, TB',
  );
});
