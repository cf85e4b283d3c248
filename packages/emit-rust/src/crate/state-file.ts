/** `src/state.rs`: all modules together, the cycle, and the initial contents of memories. */
import type { ModuleId } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter, toSnakeCase } from "@assassyn/emit-core";
import { limbsOf, printLiteral, printNumber } from "../rust-type.js";
import { blockCount, blockRuns, flagFields, keepsFlags } from "./activity.js";
import { importLines } from "./imports.js";
import type { Layout } from "./layout.js";
import type { ArrayModel, DesignModel, GroupModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import { linkNames } from "./link-files.js";
import { commitCalls } from "./module-file.js";
import type { Body } from "./sharing.js";

/** Modules that run, or commit, in one function, so that no function grows with the design. */
const CHUNK = 16;
/** Initial contents of more words than this go to a text file. */
const INLINE_WORDS = 256;

/** What a target adds to the state. */
export interface StateExtras {
  /** Further fields, with the expression of their first value. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly initial: string }[];
  /** Further items of the implementation of `Design`. */
  readonly items: readonly string[];
  /** Paths outside the crate that the fields and items use. */
  readonly paths: readonly string[];
  /** Further `use` lines below `crate::`, by what mentions them. */
  readonly imports: readonly (readonly [path: string, mention: RegExp])[];
}

const NO_EXTRAS: StateExtras = { fields: [], items: [], paths: [], imports: [] };

/** Writes the state, the tables of initial contents, and their data files. */
export function stateFiles(
  design: DesignModel,
  layout: Layout,
  bodies: readonly Body[],
  extras: StateExtras = NO_EXTRAS,
): OutputFile[] {
  const tables = initialTables(design, layout);
  return [
    stateFile(design, layout, tables, bodies, extras),
    ...tables.flatMap((table) => table.data ?? []),
    tablesFile(tables),
  ];
}

/** Initial contents of an array. */
export interface InitialTable {
  /** A definition in `src/tables.rs`. */
  readonly definition: readonly string[];
  /** The statement that loads it; `state` is in scope. */
  readonly load: string;
  readonly data?: OutputFile;
}

/** The tables of all arrays that have initial contents. */
export function initialTables(design: DesignModel, layout: Layout): InitialTable[] {
  /** Arrays with the same contents have one table. */
  const known = new Map<string, string>();
  return [...design.arrays.values()].flatMap((array): InitialTable[] => {
    const { name, type, size, initial } = array.declaration;
    const holder = moduleModel(design, array.holder).place;
    if (size === 1) return differingValue(design, layout, array);
    if (initial.length === 0) return [];
    const constant = `${toSnakeCase(name).toUpperCase()}_${array.index}`;
    const loadWith = (statement: (elements: string) => string): string =>
      layout.load?.(array, `state.${holder}`, statement) ??
      `${statement(layout.elements(array, true, `state.${holder}`))};`;
    const limbs = Math.max(1, Math.ceil(type.width / 64));
    const contents = `${type.width} ${initial.join()}`;
    const same = known.get(contents);
    if (same === undefined) known.set(contents, constant);
    if (initial.length * limbs > INLINE_WORDS) {
      const load = loadWith((elements) => `load_hex(${elements}, tables::${same ?? constant})`);
      if (same !== undefined) return [{ definition: [], load }];
      const path = `data/${toSnakeCase(name)}_${array.index}.hex`;
      const text = initial.map((bits) => bits.toString(16)).join("\n") + "\n";
      const definition = [
        `/// Initial contents of \`${name}\`, one element a line.`,
        `pub static ${constant}: &str = include_str!("../${path}");`,
      ];
      return [
        {
          definition,
          load,
          data: { path, text },
        },
      ];
    }
    const load = loadWith((elements) => `load(${elements}, &tables::${same ?? constant})`);
    if (same !== undefined) return [{ definition: [], load }];
    const words = initial.flatMap((bits) => limbsOf(bits, type.width)).map(printNumber);
    const definition = [
      `/// Initial contents of \`${name}\`.`,
      `pub static ${constant}: [u64; ${words.length}] = [`,
      ...rowsOf(words),
      "];",
    ];
    return [{ definition, load }];
  });
}

/** The first value of a register. */
const valueOf = ({ declaration: { initial, fill } }: ArrayModel): bigint => initial[0] ?? fill;

/** A statement for a register whose first value is not that of the first module with the same struct. */
function differingValue(design: DesignModel, layout: Layout, array: ArrayModel): InitialTable[] {
  const { group, place } = moduleModel(design, array.holder);
  const first = group.members[0]?.arrays[array.slot] ?? array;
  const value = valueOf(array);
  if (value === valueOf(first)) return [];
  const { width } = array.declaration.type;
  const loadWith = (elements: string): string => `${elements}.fill(${printLiteral(value, width, false)})`;
  const load =
    layout.load?.(array, `state.${place}`, loadWith) ??
    `state.${place}.${array.field} = ${printLiteral(value, width, false)};`;
  return [{ definition: [], load }];
}

/** Writes `src/tables.rs`. */
export function tablesFile(tables: readonly InitialTable[]): OutputFile {
  const lines = [
    "//! Initial contents of memories.",
    ...tables.flatMap(({ definition }) => (definition.length === 0 ? [] : ["", ...definition])),
  ];
  return { path: "src/tables.rs", text: lines.join("\n") + "\n" };
}

/** Modules of one body that run one after the other. */
export interface Run {
  readonly body: Body;
  /** Index of the first among the members. */
  readonly from: number;
  count: number;
}

/** Cuts an order of modules into runs. Members of a body stand in the order in which they run, so each run is a slice of them. */
function runsOf(order: readonly ModuleModel[], bodies: readonly Body[]): Run[] {
  const bodyOf = new Map(
    bodies.flatMap((body) => body.members.map((member, index) => [member.id, { body, index }] as const)),
  );
  const runs: Run[] = [];
  for (const { id } of order) {
    const found = bodyOf.get(id);
    if (found === undefined) continue;
    const last = runs.at(-1);
    if (last?.body === found.body) last.count += 1;
    else runs.push({ body: found.body, from: found.index, count: 1 });
  }
  return runs;
}

/** From how many places the cycle calls each body. */
export function countRuns(design: DesignModel, bodies: readonly Body[]): Map<Body, number> {
  const counts = new Map<Body, number>();
  for (const ids of [design.schedule.stages, design.schedule.downstreams]) {
    const runs = runsOf(
      ids.map((id) => moduleModel(design, id)),
      bodies,
    );
    for (const { body } of runs) counts.set(body, (counts.get(body) ?? 0) + 1);
  }
  return counts;
}

function stateFile(
  design: DesignModel,
  layout: Layout,
  tables: readonly InitialTable[],
  bodies: readonly Body[],
  extras: StateExtras,
): OutputFile {
  const code = new CodeWriter();
  code.line("/// All modules of the design.").line("#[derive(Clone, Debug)]");
  code.block("pub struct State {", "}", () => {
    for (const { field, file, structName, members } of design.groups) {
      const type = `${file}::${structName}`;
      code.line(`pub ${field}: ${members.length === 1 ? type : `[${type}; ${members.length}]`},`);
    }
    for (const { name, type } of [...flags(design), ...extras.fields]) code.line(`pub ${name}: ${type},`);
  });
  code.line();
  const ordered = (ids: readonly ModuleId[]): Run[][] =>
    chunked(
      runsOf(
        ids.map((id) => moduleModel(design, id)),
        bodies,
      ),
    );
  const stages = ordered(design.schedule.stages);
  const downstreams = ordered(design.schedule.downstreams);
  const commits = chunked(
    design.groups.map((group) => commitCalls(design, layout, group)).filter((calls) => calls.length > 0),
  );
  writeDesign(code, design, tables, extras, [stages.length, downstreams.length, commits.length]);
  stages.forEach((runs, index) => writeRuns(code, design, layout, `run_stages_${index}`, runs));
  downstreams.forEach((runs, index) => writeRuns(code, design, layout, `run_downstreams_${index}`, runs));
  commits.forEach((chunk, index) => {
    const calls = chunk.flat();
    const context = /\bcx\b/.test(calls.join("\n")) ? "cx" : "_cx";
    code.block(`fn commit_${index}(state: &mut State, ${context}: &mut Context) {`, "}", () =>
      code.lines(calls),
    );
    code.line();
  });
  writePlaces(code, design);
  layout.items(code, design);
  const text = code.toString().trimEnd() + "\n";
  const files = [...new Set(design.modules.map(({ file }) => file))].sort();
  const own: (readonly [string, RegExp])[] = [
    ["design::INFO", /\bINFO\b/],
    ["externs::{Externs, MissingExterns}", /\bExterns;|\bMissingExterns\b/],
    ["modules::" + (files.length === 1 ? (files[0] ?? "") : `{${files.join(", ")}}`), /./],
    ["links", /\blinks::/],
    ["tables", /\btables::/],
    ...extras.imports,
  ];
  const head = [
    "//! The state of the design and its cycle.",
    "",
    ...extras.paths.map((path) => `use ${path};`),
    ...(extras.paths.length > 0 ? [""] : []),
    ...importLines(text, own),
    "",
  ];
  return { path: "src/state.rs", text: head.join("\n") + "\n" + text };
}

function writeDesign(
  code: CodeWriter,
  design: DesignModel,
  tables: readonly InitialTable[],
  extras: StateExtras,
  counts: readonly [number, number, number],
): void {
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const [stages, downstreams, commits] = counts;
  code.block("impl Design for State {", "}", () => {
    code.line(`type Externs = ${hasExterns ? "dyn Externs" : "()"};`).line();
    writeIdle(code, design);
    if (extras.items.length > 0) code.lines(extras.items).line();
    code.block("fn info() -> &'static DesignInfo {", "}", () => code.line("&INFO")).line();
    code.block("fn initial() -> Box<Self> {", "}", () => {
      const writeFields = (): void => {
        for (const { field, file, structName, members } of design.groups) {
          const one = `${file}::${structName}::default()`;
          code.line(`${field}: ${members.length === 1 ? one : `std::array::from_fn(|_| ${one})`},`);
        }
        for (const { name, initial } of [...flags(design), ...extras.fields])
          code.line(`${name}: ${initial},`);
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
      for (const group of design.groups) {
        if (!keepsFlags(design, group)) continue;
        const { now, next } = flagFields(group);
        code.line(`self.${now} = self.${next};`).line(`self.${next} = [false; ${blockCount(group)}];`);
      }
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
    writeModuleLookup(code, design);
  });
  code.line();
}

/** Entries of a table, eight a line. */
function rowsOf(entries: readonly string[]): string[] {
  return Array.from(
    { length: Math.ceil(entries.length / 8) },
    (_, row) => `    ${entries.slice(row * 8, row * 8 + 8).join(", ")},`,
  );
}

/** Writes when cycles may be passed over. */
function writeIdle(code: CodeWriter, { idle }: DesignModel): void {
  if (idle === undefined) return;
  const points = idle.points.map(printNumber);
  const recurrences = idle.recurrences.map(
    ({ modulus, residue }) => `(${printNumber(modulus)}, ${printNumber(residue)})`,
  );
  code.line("const SKIPS: bool = true;").line();
  code.block("fn next_change(cycle: u64) -> u64 {", "}", () => {
    if (points.length + recurrences.length === 0) {
      code.line("let _ = cycle;").line("u64::MAX");
      return;
    }
    code.line("static POINTS: &[u64] = &[").lines(rowsOf(points)).line("];");
    code.line("static RECURRENCES: &[(u64, u64)] = &[").lines(rowsOf(recurrences)).line("];");
    code.line("idle::next_change(cycle, POINTS, RECURRENCES)");
  });
  code.line();
}

/** Writes the functions of `Design` that find a module by its canonical index. */
export function writeModuleLookup(code: CodeWriter, design: DesignModel): void {
  for (const [mutable, self] of [
    ["", "&self"],
    ["_mut", "&mut self"],
  ] as const) {
    code.line();
    const reference = mutable === "" ? "&" : "&mut ";
    const head = (index: string): string =>
      `fn module${mutable}(${self}, ${index}: usize) -> ${reference}dyn ModuleState {`;
    const [first, ...others] = design.groups;
    if (first === undefined) continue;
    const place = ({ field, members }: GroupModel): string =>
      `${reference}self.${field}${members.length === 1 ? "" : "[at]"}`;
    if (design.modules.length === 1) {
      code.block(head("_index"), "}", () => code.line(place(first)));
      continue;
    }
    code.block(head("index"), "}", () => {
      const anyShared = design.groups.some(({ members }) => members.length > 1);
      code.line(`let (${others.length > 0 ? "group" : "_"}, ${anyShared ? "at" : "_"}) = PLACES[index];`);
      if (others.length === 0) {
        code.line(place(first));
        return;
      }
      code.block("match group {", "}", () => {
        others.forEach((group, index) => code.line(`${index + 1} => ${place(group)},`));
        code.line(`_ => ${place(first)},`);
      });
    });
  }
}

/** Where each module lives, by canonical index: which group, and which of its members. */
export function writePlaces(code: CodeWriter, design: DesignModel): void {
  if (design.modules.length === 1) return;
  const groupIndex = new Map(design.groups.map((group, index) => [group, index]));
  const places = design.modules.map(({ group, at }) => `(${groupIndex.get(group) ?? 0}, ${at})`);
  code.line("/// Field of the state, and index in it, by index in the tables.");
  code.block(`static PLACES: [(usize, usize); ${places.length}] = [`, "];", () => {
    for (let row = 0; row < places.length; row += 8) code.line(`${places.slice(row, row + 8).join(", ")},`);
  });
  code.line();
}

/** Fields by which stages without credits are passed over. */
function flags(design: DesignModel): StateExtras["fields"] {
  return design.groups
    .filter((group) => keepsFlags(design, group))
    .flatMap((group) => {
      const { now, next } = flagFields(group);
      const count = blockCount(group);
      return [next, now].map((name) => ({
        name,
        type: `[bool; ${count}]`,
        initial: `[false; ${count}]`,
      }));
    });
}

function writeRuns(
  code: CodeWriter,
  design: DesignModel,
  layout: Layout,
  name: string,
  runs: readonly Run[],
): void {
  const stage = runs[0]?.body.members[0]?.module.kind !== "downstream";
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const inner = new CodeWriter();
  for (const { body, from, count } of runs) {
    const statements = body.run.trimEnd().split("\n");
    const model = body.members[from];
    if (model === undefined) continue;
    if (body.links === undefined) {
      inner.line(`// ${model.module.kind} ${model.module.name}`).lines(statements);
      continue;
    }
    const table = `${layout.tablesApart === true ? "links" : body.file}::${linkNames(body).table}`;
    const all = count === body.members.length;
    inner.line(`// ${count} instances from ${model.module.name} on`);
    if (keepsFlags(design, model.group)) {
      const { now, next } = flagFields(model.group);
      const blocks = blockRuns(body, from, from + count).map((run) => `(${run.join(", ")})`);
      inner.block("for &(block, from, to) in &[", "] {", () => inner.lines(rowsOf(blocks)));
      inner.line(`    if !state.${now}[block] {`).line("        continue;").line("    }");
      inner.line("    let mut more = false;");
      inner.line(`    for at in &${table}[from..to] {`);
      inner.lines(statements.map((line) => `        ${line}`));
      inner.line("    }").line(`    state.${next}[block] |= more;`).line("}");
      continue;
    }
    inner.block(`for at in ${all ? `&${table}` : `&${table}[${from}..${from + count}]`} {`, "}", () =>
      inner.lines(statements),
    );
  }
  const text = inner.toString();
  const externs = hasExterns
    ? `, ${/\bexterns\b/.test(text) ? "externs" : "_externs"}: &mut dyn Externs`
    : "";
  code.block(
    `fn ${name}(state: &mut State, cx: &mut Context${externs})${stage ? " -> bool" : ""} {`,
    "}",
    () => {
      const flags = stage
        ? ["active", "busy"].filter((flag) => new RegExp(`\\b${flag} \\|=`).test(text))
        : [];
      for (const flag of flags) code.line(`let mut ${flag} = false;`);
      code.lines(text.trimEnd().split("\n"));
      if (flags.includes("busy")) code.line("cx.busy |= busy;");
      if (stage) code.line(flags.length === 0 ? "false" : flags.join(" | "));
    },
  );
  code.line();
}

function chunked<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, index * CHUNK + CHUNK),
  );
}
