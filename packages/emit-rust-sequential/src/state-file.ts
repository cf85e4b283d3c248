/** `src/state.rs`: all modules together, the cycle, and the initial contents of memories. */
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter, toSnakeCase } from "@assassyn/emit-core";
import { limbsOf, printNumber } from "@assassyn/emit-rust";
import { activatorsOf } from "./fast-layout.js";
import { importLines } from "./imports.js";
import type { Layout } from "./layout.js";
import type { DesignModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import { commitCall } from "./module-file.js";

/** Modules that run, or commit, in one function, so that no function grows with the design. */
const CHUNK = 16;
/** Initial contents of more words than this go to a text file. */
const INLINE_WORDS = 256;

/** Writes the state, the tables of initial contents, and their data files. */
export function stateFiles(design: DesignModel, layout: Layout): OutputFile[] {
  const tables = initialTables(design, layout);
  return [
    stateFile(design, layout, tables),
    ...tables.flatMap((table) => table.data ?? []),
    tablesFile(tables),
  ];
}

interface InitialTable {
  /** A definition in `src/tables.rs`. */
  readonly definition: readonly string[];
  /** The statement that loads it; `state` is in scope. */
  readonly load: string;
  readonly data?: OutputFile;
}

function initialTables(design: DesignModel, layout: Layout): InitialTable[] {
  return [...design.arrays.values()].flatMap((array): InitialTable[] => {
    const { name, type, size, initial } = array.declaration;
    if (initial.length === 0 || size === 1) return [];
    const holder = moduleModel(design, array.holder).name;
    const constant = `${toSnakeCase(name).toUpperCase()}_${array.index}`;
    const target = layout.elements(array, true, `state.${holder}`);
    const limbs = Math.max(1, Math.ceil(type.width / 64));
    if (initial.length * limbs > INLINE_WORDS) {
      const path = `data/${toSnakeCase(name)}_${array.index}.hex`;
      const text = initial.map((bits) => bits.toString(16)).join("\n") + "\n";
      const definition = [
        `/// Initial contents of \`${name}\`, one element a line.`,
        `pub static ${constant}: &str = include_str!("../${path}");`,
      ];
      return [{ definition, load: `load_hex(${target}, tables::${constant});`, data: { path, text } }];
    }
    const words = initial.flatMap((bits) => limbsOf(bits, type.width)).map(printNumber);
    const rows = Array.from(
      { length: Math.ceil(words.length / 8) },
      (_, row) => `    ${words.slice(row * 8, row * 8 + 8).join(", ")},`,
    );
    const definition = [
      `/// Initial contents of \`${name}\`.`,
      `pub static ${constant}: [u64; ${words.length}] = [`,
      ...rows,
      "];",
    ];
    return [{ definition, load: `load(${target}, &tables::${constant});` }];
  });
}

function tablesFile(tables: readonly InitialTable[]): OutputFile {
  const lines = [
    "//! Initial contents of memories.",
    ...tables.flatMap(({ definition }) => ["", ...definition]),
  ];
  return { path: "src/tables.rs", text: lines.join("\n") + "\n" };
}

function stateFile(design: DesignModel, layout: Layout, tables: readonly InitialTable[]): OutputFile {
  const code = new CodeWriter();
  code.line("/// All modules of the design.").line("#[derive(Clone, Debug)]");
  code.block("pub struct State {", "}", () => {
    for (const model of design.modules) code.line(`pub ${model.name}: ${model.file}::${model.structName},`);
  });
  code.line();
  const stages = chunked(design.schedule.stages.map((id) => moduleModel(design, id)));
  const downstreams = chunked(design.schedule.downstreams.map((id) => moduleModel(design, id)));
  const commits = chunked(design.modules.flatMap((model) => commitCall(design, layout, model) ?? []));
  writeDesign(code, design, tables, [stages.length, downstreams.length, commits.length]);
  stages.forEach((models, index) => writeRun(code, design, layout, `run_stages_${index}`, models));
  downstreams.forEach((models, index) => writeRun(code, design, layout, `run_downstreams_${index}`, models));
  commits.forEach((calls, index) => {
    const text = calls.join("\n");
    code.block(
      `fn commit_${index}(state: &mut State, ${/\bcx\b/.test(text) ? "cx" : "_cx"}: &mut Context) {`,
      "}",
      () => code.lines(calls),
    );
    code.line();
  });
  layout.items(code, design);
  const text = code.toString().trimEnd() + "\n";
  const files = [...new Set(design.modules.map(({ file }) => file))].sort();
  const own: (readonly [string, RegExp])[] = [
    ["design::INFO", /\bINFO\b/],
    ["externs::{Externs, MissingExterns}", /\bExterns;|\bMissingExterns\b/],
    ["modules::" + (files.length === 1 ? (files[0] ?? "") : `{${files.join(", ")}}`), /./],
    ["tables", /\btables::/],
  ];
  const head = ["//! The state of the design and its cycle.", "", ...importLines(text, own), ""];
  return { path: "src/state.rs", text: head.join("\n") + "\n" + text };
}

function writeDesign(
  code: CodeWriter,
  design: DesignModel,
  tables: readonly InitialTable[],
  counts: readonly [number, number, number],
): void {
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const [stages, downstreams, commits] = counts;
  code.block("impl Design for State {", "}", () => {
    code.line(`type Externs = ${hasExterns ? "dyn Externs" : "()"};`).line();
    code.block("fn info() -> &'static DesignInfo {", "}", () => code.line("&INFO")).line();
    code.block("fn initial() -> Box<Self> {", "}", () => {
      const writeFields = (): void => {
        for (const { name, file, structName } of design.modules)
          code.line(`${name}: ${file}::${structName}::default(),`);
      };
      if (tables.length === 0) {
        code.block("Box::new(Self {", "})", writeFields);
        return;
      }
      code.block("let mut state = Box::new(Self {", "});", writeFields);
      for (const { load } of tables) code.line(load);
      code.line("state");
    });
    code.line();
    code.block("fn missing_externs() -> Box<Self::Externs> {", "}", () =>
      code.line(hasExterns ? "Box::new(MissingExterns)" : "Box::new(())"),
    );
    code.line();
    const runs = [...Array(stages).keys()].map((index) => `run_stages_${index}`);
    const downs = [...Array(downstreams).keys()].map((index) => `run_downstreams_${index}`);
    const externs = hasExterns ? "externs" : "_externs";
    const more = hasExterns ? ", externs" : "";
    code.block(`fn cycle(&mut self, cx: &mut Context, ${externs}: &mut Self::Externs) -> bool {`, "}", () => {
      const [first, ...others] = runs;
      const rest = [
        ...downs.map((run) => `${run}(self, cx${more});`),
        ...Array.from({ length: commits }, (_, index) => `commit_${index}(self, cx);`),
      ];
      if (first !== undefined && others.length === 0 && rest.length === 0) {
        code.line(`${first}(self, cx${more})`);
        return;
      }
      code.line(
        first === undefined
          ? "let active = false;"
          : `let ${others.length > 0 ? "mut " : ""}active = ${first}(self, cx${more});`,
      );
      for (const run of others) code.line(`active |= ${run}(self, cx${more});`);
      code.lines(rest);
      code.line("active");
    });
    for (const [mutable, self] of [
      ["", "&self"],
      ["_mut", "&mut self"],
    ] as const) {
      code.line();
      const reference = mutable === "" ? "&" : "&mut ";
      const last = `${reference}self.${design.modules.at(-1)?.name ?? ""}`;
      const one = design.modules.length === 1;
      code.block(
        `fn module${mutable}(${self}, ${one ? "_index" : "index"}: usize) -> ${reference}dyn ModuleState {`,
        "}",
        () => {
          if (one) {
            code.line(last);
            return;
          }
          code.block("match index {", "}", () => {
            for (const { name, index } of design.modules.slice(0, -1))
              code.line(`${index} => ${reference}self.${name},`);
            code.line(`_ => ${last},`);
          });
        },
      );
    }
  });
  code.line();
}

function writeRun(
  code: CodeWriter,
  design: DesignModel,
  layout: Layout,
  name: string,
  models: readonly ModuleModel[],
): void {
  const stage = models[0]?.module.kind !== "downstream";
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const inner = new CodeWriter();
  for (const model of models) {
    inner.line(`// ${model.module.kind} ${model.module.name}${activatorComment(design, model)}`);
    layout.runModule(inner, design, model);
  }
  const text = inner.toString();
  const externs = hasExterns
    ? `, ${/\bexterns\b/.test(text) ? "externs" : "_externs"}: &mut dyn Externs`
    : "";
  code.block(
    `fn ${name}(state: &mut State, cx: &mut Context${externs})${stage ? " -> bool" : ""} {`,
    "}",
    () => {
      if (stage) code.line("let mut active = false;");
      code.lines(text.trimEnd().split("\n"));
      if (stage) code.line("active");
    },
  );
  code.line();
}

function activatorComment(design: DesignModel, { id, module }: ModuleModel): string {
  if (module.kind !== "downstream") return "";
  return `, behind ${activatorsOf(design, id)
    .map((activator) => activator.module.name)
    .join(", ")}`;
}

function chunked<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, index * CHUNK + CHUNK),
  );
}
