import { assert, expect, test } from "vitest";
import { renderText } from "@assassyn/diagnostics";
import { printSystem } from "@assassyn/ir";
import {
  defineCatalogue,
  defineEmitter,
  definePass,
  definePlugin,
  message,
  moduleIds,
  moduleOf,
  rewriteModule,
} from "@assassyn/plugin-api";
import { standardLibrary } from "@assassyn/std";
import type { CompileOptions, CompileResult } from "../src/index.js";
import { compile, createMemoryHost, isIrText, readDesign, resolvePath } from "../src/index.js";

const design = `system counter {
  reg n: u32
  driver {
    n <= n + 1
    log("n = {}", n)
  }
}
`;

/** A target whose one file names the modules that it got. */
const namesEmitter = defineEmitter({
  target: "names",
  description: "names of modules",
  options: { upper: { type: "boolean", default: false, description: "in capitals" } },
  emit: ({ system, options }) => {
    const text = system.modules.map((module) => module?.name).join(" ");
    return [{ path: "names.txt", content: options.upper ? text.toUpperCase() : text }];
  },
});

function compileText(text: string, options: Partial<CompileOptions> = {}): CompileResult {
  return compile({ entry: "main.asyn", host: createMemoryHost({ "main.asyn": text }), ...options });
}

const codes = (result: CompileResult) => result.diagnostics.map(({ code }) => code);

test("a design becomes a system, and the files of the target that was passed in", () => {
  const result = compileText(design, {
    target: "names",
    emitters: [namesEmitter],
    emitOptions: { upper: true },
  });
  expect(result.diagnostics).toEqual([]);
  expect(result.system?.name).toBe("counter");
  expect(result.outputs).toEqual([{ path: "names.txt", content: "DRIVER" }]);
  expect(result.plan?.target).toBe("names");
  expect(result.records.length).toBeGreaterThan(0);
  expect(result.sources.map(({ path }) => path)).toEqual(["main.asyn"]);
});

test("no emitter sees a parallel form that is not certified", () => {
  let emitted = 0;
  const target = defineEmitter({
    target: "rust-parallel",
    description: "counts",
    emit: () => {
      emitted += 1;
      return [];
    },
  });
  const careless = definePass({
    name: "drop-brackets",
    description: "Forgets that two modules may look at once",
    run: (cx) => {
      for (const id of moduleIds(cx.base))
        cx.updateModule(
          id,
          rewriteModule(moduleOf(cx.base, id), "drop-brackets", {
            operation: (operation) =>
              operation.kind === "acquire" || operation.kind === "release" ? null : operation,
          }),
        );
    },
  });
  const options = { target: "rust-parallel", emitters: [target] };
  const plugins = [definePlugin({ name: "careless", passes: [careless] })];
  expect(compileText(design, { ...options, pipeline: ["lock-insertion"] }).outputs).toEqual([]);
  const result = compileText(design, {
    ...options,
    plugins,
    pipeline: ["lock-insertion", "drop-brackets"],
    verifyEach: false,
  });
  expect(codes(result)).toEqual([
    "ownership/lock-not-held",
    "ownership/lock-not-held",
    "ownership/lock-not-held",
  ]);
  expect(result.diagnostics[0]?.message).toMatch(
    /^module Driver, `.*n\[%\d+\]` \(main\.asyn:4:\d+\) touches reg\(n\)/,
  );
  expect([result.system, result.outputs, emitted]).toEqual([undefined, undefined, 1]);
});

test("without a target there is a system and no files", () => {
  const { system, outputs } = compileText(design);
  expect([system?.name, outputs]).toEqual(["counter", undefined]);
});

test("an error in the source gives diagnostics with sources, and nothing else", () => {
  const result = compileText(design.replace("n + 1", "nn"), { target: "names", emitters: [namesEmitter] });
  expect([result.system, result.outputs]).toEqual([undefined, undefined]);
  expect(renderText(result.diagnostics, result.sources)).toContain("--> main.asyn:4:10");
});

test("an entry that the host does not have is a diagnostic", () => {
  const result = compile({ entry: "gone.asyn", host: createMemoryHost({}) });
  expect(result.diagnostics.map(({ message }) => message)).toEqual(["cannot read gone.asyn: no such file"]);
});

test("imports and memory files come from the host, relative to the file that names them", () => {
  const host = createMemoryHost({
    "src/main.asyn": `import "../lib/rom.asyn"\n${design}`,
    "lib/rom.asyn": 'import "sub/width.asyn"\nconst ROM = "x"\n',
    "lib/sub/width.asyn": "const WIDTH = 8\n",
  });
  const { sources, diagnostics } = compile({ entry: "src/main.asyn", host });
  expect(diagnostics).toEqual([]);
  expect(sources.map(({ path }) => path)).toEqual(["src/main.asyn", "lib/rom.asyn", "lib/sub/width.asyn"]);
  const memory = design.replace("reg n: u32", 'reg n: u32\n  reg rom: [b32; 4] = file("data/rom.hex")');
  const files = { "src/main.asyn": memory, "src/data/rom.hex": "1 2 3 4\n" };
  expect(
    compile({ entry: "src/main.asyn", host: createMemoryHost(files) }).system?.arrays[1]?.initial,
  ).toEqual([1n, 2n, 3n, 4n]);
});

test("one file imported on two ways is read once", () => {
  let reads = 0;
  const files = createMemoryHost({
    "main.asyn": `import "a.asyn"\nimport "./b.asyn"\n${design}`,
    "a.asyn": 'import "b.asyn"\n',
    "b.asyn": "const B = 1\n",
  });
  const result = compile({
    entry: "main.asyn",
    host: { ...files, readSource: (path, from) => ((reads += 1), files.readSource(path, from)) },
  });
  expect(result.diagnostics).toEqual([]);
  expect(result.sources.map(({ path }) => path)).toEqual(["main.asyn", "a.asyn", "b.asyn"]);
  expect(reads).toBe(4);
});

test("std/… is the embedded library, never a file of the host", () => {
  const [path] = standardLibrary.keys();
  expect(path).toBeDefined();
  const host = createMemoryHost({
    "main.asyn": `import "${path}"\n${design}`,
    [path ?? ""]: "not even a design",
  });
  const { diagnostics, sources } = compile({ entry: "main.asyn", host });
  expect(diagnostics).toEqual([]);
  expect(sources[1]).toEqual({ path, text: standardLibrary.get(path ?? "") });
  const unknown = compileText(`import "std/nothing.asyn"\n${design}`);
  expect(unknown.diagnostics[0]?.message).toContain("std/nothing.asyn");
  expect(JSON.stringify(unknown.diagnostics)).toContain(path);
});

test("IR text is accepted as it is, comments before the header included", () => {
  const { system } = readDesign("main.asyn", createMemoryHost({ "main.asyn": design }));
  assert(system !== undefined);
  const text = printSystem(system);
  expect([
    isIrText(text),
    isIrText(`// a comment\n\n${text}`),
    isIrText(design),
    isIrText("irregular 1"),
  ]).toEqual([true, true, false, false]);
  const result = compileText(`// dumped\n${text}`, { target: "names", emitters: [namesEmitter] });
  expect(result.outputs?.[0]?.content).toBe("Driver");
  const broken = compileText(text.replace("reg n: u32", "reg n: u33"));
  expect(broken.system).toBeUndefined();
  expect(codes(broken)[0]).toMatch(/^ir\//);
});

test("passes are chosen, refused and watched", () => {
  const printed: string[] = [];
  const chosen = compileText(design, {
    pipeline: ["fold-constants"],
    instruments: { printIrAfter: true, print: (text) => printed.push(text) },
  });
  expect([chosen.records.map(({ step }) => step.id), printed.length]).toEqual([["fold-constants"], 1]);
  expect(codes(compileText(design, { passes: ["fold-constant"] }))).toEqual(["pass-manager/unknown-pass"]);
  expect(codes(compileText(design, { target: "verilog" }))).toEqual(["pass-manager/unknown-target"]);
  const stopped = compileText(design, {
    target: "names",
    emitters: [namesEmitter],
    instruments: { stopAfter: "fold-constants" },
  });
  expect([stopped.outputs, stopped.system?.name]).toEqual([undefined, "counter"]);
});

const lint = defineCatalogue("lint", {
  "no-driver": message("error", () => "no drivers here", "House rule."),
});

test("checks and passes of plugins report with their origin; a crash is a diagnostic and a reproducer", () => {
  const strict = definePlugin({
    name: "strict",
    checks: [{ name: "drivers", description: "", run: ({ report }) => report(lint["no-driver"], {}) }],
  });
  const checked = compileText(design, { plugins: [strict] });
  expect(checked.system).toBeUndefined();
  expect(checked.diagnostics).toMatchObject([{ code: "lint/no-driver", origin: "strict: drivers" }]);
  const crash = definePass({
    name: "crash",
    description: "",
    run(cx) {
      throw new Error(`boom ${moduleIds(cx.base).length}`);
    },
  });
  const crashed = compileText(design, {
    plugins: [definePlugin({ name: "bad", passes: [crash] })],
    pipeline: ["crash"],
  });
  expect(crashed.diagnostics[0]?.message).toBe('the pass "crash" of "bad" crashed: boom 1');
  expect(crashed.reproducer).toMatchObject({ step: "crash", plugin: "bad", pipeline: ["crash"] });
});

test("a limit of an emitter is a diagnostic, its wrong option too", () => {
  const full = defineEmitter({
    target: "full",
    description: "",
    emit: () => {
      throw new RangeError("the state needs 5 GiB, and a module has 4");
    },
  });
  expect(
    compileText(design, { target: "full", emitters: [full] }).diagnostics.map(({ message }) => message),
  ).toEqual(["the target full cannot express this design: the state needs 5 GiB, and a module has 4"]);
  const wrong = compileText(design, {
    target: "names",
    emitters: [namesEmitter],
    emitOptions: { uper: true },
  });
  expect(wrong.diagnostics[0]?.message).toContain('there is no option "uper"');
});

test("a broken system in a text does not hide behind a syntax error", () => {
  expect(codes(compileText("system {"))).not.toContain("frontend/no-system");
  expect(codes(compileText(""))).toEqual(["frontend/no-system"]);
});

test.each([
  ["a.asyn", undefined, "a.asyn"],
  ["a.asyn", "src/b.asyn", "src/a.asyn"],
  ["../lib/a.asyn", "src/b.asyn", "lib/a.asyn"],
  ["../../a.asyn", "src/b.asyn", "../a.asyn"],
  ["./x//y.asyn", "b.asyn", "x/y.asyn"],
  ["/abs/a.asyn", "src/b.asyn", "/abs/a.asyn"],
  ["a.asyn", "/abs/b.asyn", "/abs/a.asyn"],
])("%s from %s is %s", (path, from, expected) => {
  expect(resolvePath(path, from)).toBe(expected);
});
