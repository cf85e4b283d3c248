/** One Rust file for all instances of one module declaration: their structs, bodies, and the host's view of them. */
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter } from "@assassyn/emit-core";
import { rustType } from "../rust-type.js";
import { usesExterns } from "./fast-layout.js";
import { importLines, withoutTexts } from "./imports.js";
import type { Layout } from "./layout.js";
import type { DesignModel, GroupModel, ModuleModel } from "./model.js";
import type { Body } from "./sharing.js";
import { linkNames, where, writeLinks } from "./link-files.js";
import { receives } from "./sharing.js";

/** Writes `src/modules/<file>.rs`: the structs and bodies of one declaration. */
export function moduleFile(
  design: DesignModel,
  layout: Layout,
  file: string,
  bodies: readonly Body[],
): OutputFile {
  const code = new CodeWriter();
  const { groups: groupsOf, constants: known } = indexOf(design);
  const groups = groupsOf.get(file) ?? [];
  const inFile = bodiesByFile(bodies).get(file) ?? [];
  for (const group of groups) {
    const [model] = group.members;
    if (model === undefined) continue;
    if (layout.moduleItems !== undefined) {
      layout.moduleItems(code, design, model);
      continue;
    }
    writeStruct(code, design, layout, model);
    writeImplementation(code, design, layout, model);
    writeHostView(code, design, layout, model);
  }
  for (const body of inFile) {
    writeFunction(code, design, layout, body);
    layout.bodyItems?.(code, design, body);
  }
  const text = code.toString();
  const constants = [...new Set(withoutTexts(text).match(/\b[A-Z][A-Z0-9_]*\b/g))]
    .filter((word) => known.has(word))
    .sort((left, right) => (known.get(left) ?? 0) - (known.get(right) ?? 0));
  const own: [string, RegExp][] = [["externs::Externs", /\bExterns\b/]];
  if (layout.tablesApart === true) {
    const types = inFile.filter((body) => body.links !== undefined);
    const names = types.map((body) => linkNames(body).type);
    if (names.length > 0)
      own.push([`links::${names.length === 1 ? names.join() : `{${names.join(", ")}}`}`, /./]);
    own.push(["sites", /\bsites::/]);
  }
  if (constants.length > 0)
    own.push([`design::${constants.length === 1 ? constants.join() : `{${constants.join(", ")}}`}`, /./]);
  own.push(["state::State", /\bState\b/]);
  const source = groups[0]?.members[0]?.module.source ?? file;
  const head = [
    `//! \`${source}\` of the design \`${design.system.name}\`. Comments count lines from the one of the declaration.`,
    "",
    ...importLines(text, own),
    "",
  ];
  return { path: `src/modules/${file}.rs`, text: head.join("\n") + "\n" + text };
}

/** What the files of a design ask for again and again: a design may have as many files as modules. */
interface DesignIndex {
  readonly groups: ReadonlyMap<string, readonly GroupModel[]>;
  /** Constants of the modules, with their order. */
  readonly constants: ReadonlyMap<string, number>;
}

const designIndices = new WeakMap<DesignModel, DesignIndex>();
const bodyIndices = new WeakMap<readonly Body[], ReadonlyMap<string, readonly Body[]>>();

function byFile<Item extends { readonly file: string }>(items: readonly Item[]): Map<string, Item[]> {
  const result = new Map<string, Item[]>();
  for (const item of items) {
    const list = result.get(item.file);
    if (list === undefined) result.set(item.file, [item]);
    else list.push(item);
  }
  return result;
}

function indexOf(design: DesignModel): DesignIndex {
  let index = designIndices.get(design);
  if (index === undefined) {
    const constants = new Map(design.modules.map(({ constant }, position) => [constant, position]));
    index = { groups: byFile(design.groups), constants };
    designIndices.set(design, index);
  }
  return index;
}

function bodiesByFile(bodies: readonly Body[]): ReadonlyMap<string, readonly Body[]> {
  let index = bodyIndices.get(bodies);
  if (index === undefined) {
    index = byFile(bodies);
    bodyIndices.set(bodies, index);
  }
  return index;
}

/** All fields of a module's struct in order, with those that both layouts have. */
function allFields(
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
): { name: string; type: string; initial: string; comment?: string }[] {
  return [
    ...layout.fields(design, model),
    ...model.slots.flatMap(({ field, presentField }, index) => {
      const type = model.module.exposed[index]?.type;
      if (type === undefined) return [];
      const zero = type.width === 1 ? "false" : type.width > 64 ? `[0; ${Math.ceil(type.width / 64)}]` : "0";
      const value = { name: field, type: rustType(type), initial: zero, comment: "Exposed for one cycle." };
      return presentField === undefined
        ? [value]
        : [value, { name: presentField, type: "bool", initial: "false" }];
    }),
    { name: "triggered", type: "bool", initial: "false", comment: "In the last cycle." },
  ];
}

function writeStruct(code: CodeWriter, design: DesignModel, layout: Layout, model: ModuleModel): void {
  const { members } = model.group;
  const who =
    members.length === 1
      ? `the ${model.module.kind}`
      : `each of ${members.length} instances such as the ${model.module.kind}`;
  code.line(`/// State of ${who} \`${model.module.name}\`, ${where(design, model)}.`);
  code.line("#[derive(Clone, Debug)]");
  code.block(`pub struct ${model.group.structName} {`, "}", () => {
    for (const { name, type, comment } of allFields(design, layout, model)) {
      if (comment !== undefined) code.line(`/// ${comment}`);
      code.line(`pub ${name}: ${type},`);
    }
  });
  code.line();
}

function writeImplementation(
  code: CodeWriter,
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
): void {
  code.block(`impl Default for ${model.group.structName} {`, "}", () =>
    code.line("/// The state before the first cycle.").block("fn default() -> Self {", "}", () =>
      code.block("Self {", "}", () => {
        for (const { name, initial } of allFields(design, layout, model)) code.line(`${name}: ${initial},`);
      }),
    ),
  );
  code.line();
  const commit = layout.commit(design, model);
  if (commit.length === 0) return;
  code.block(`impl ${model.group.structName} {`, "}", () => {
    code.line("/// What waits for the end of the cycle.").line("#[inline]");
    const text = commit.join("\n");
    const parameters = `&mut self${/\bcx\b/.test(text) ? ", cx: &mut Context" : ""}${/\bmodule\b/.test(text) ? ", module: usize" : ""}`;
    code.block(`pub fn commit(${parameters}) {`, "}", () => code.lines(commit));
  });
  code.line();
}

/** Statements that commit the modules of a group; `state` and `cx` are in scope. Empty when nothing waits. */
export function commitCalls(design: DesignModel, layout: Layout, group: GroupModel): string[] {
  const [model] = group.members;
  const commit = model === undefined ? [] : layout.commit(design, model);
  if (model === undefined || commit.length === 0) return [];
  const text = commit.join("\n");
  const context = /\bcx\b/.test(text) ? ["cx"] : [];
  const needsModule = /\bmodule\b/.test(text);
  if (group.members.length === 1) {
    return [
      `state.${model.place}.commit(${[...context, ...(needsModule ? [String(model.index)] : [])].join(", ")});`,
    ];
  }
  if (!needsModule)
    return [`for member in &mut state.${group.field} {`, `    member.commit(${context.join(", ")});`, "}"];
  return [
    `for (member, module) in state.${group.field}.iter_mut().zip([${group.members.map(({ index }) => index).join(", ")}]) {`,
    `    member.commit(${[...context, "module"].join(", ")});`,
    "}",
  ];
}

/** The name of a parameter, marked where the function does not use it. */
export const hidden = (name: string, used: boolean): string => (used ? name : `_${name}`);

/** The host's view of a module: expressions on `self`, in which `out`, `index` and `limbs` are in scope. */
export interface HostView {
  readonly structName: string;
  readonly credit: string;
  readonly triggered: string;
  /** By port; `usize`. */
  readonly fifos: readonly string[];
  /** By slot; `bool`. */
  readonly exposed: readonly string[];
  /** By array of the module. */
  readonly reads: readonly string[];
  /** By array of the module. */
  readonly writes: readonly string[];
}

function writeHostView(code: CodeWriter, design: DesignModel, layout: Layout, model: ModuleModel): void {
  const { ports, slots, arrays } = model;
  writeModuleState(code, {
    structName: model.group.structName,
    credit: model.module.kind === "stage" ? layout.credit : "0",
    triggered: "self.triggered",
    fifos: ports.map(({ field }) => `inspect::fifo(self.${field}.peek(), self.${field}.len(), out)`),
    exposed: slots.map(({ field, presentField }) => {
      const present =
        presentField === undefined ? "self.triggered" : `self.triggered && self.${presentField}`;
      return `inspect::exposed(${present}, self.${field}, out)`;
    }),
    reads: arrays.map((array) => `inspect::read(${layout.elements(array, false, "self")}, index, out)`),
    writes: arrays.map((array) => `inspect::write(${layout.elements(array, true, "self")}, index, limbs)`),
  });
}

/** Writes the implementation of `ModuleState`. */
export function writeModuleState(code: CodeWriter, view: HostView): void {
  const match = (selector: string, arms: readonly string[], otherwise: string): void => {
    const [only] = arms;
    if (only === undefined) {
      code.line(otherwise);
      return;
    }
    if (arms.length === 1 && otherwise === "{}") {
      code.block(`if ${selector} == 0 {`, "}", () => code.line(`${only};`));
      return;
    }
    code.block(`match ${selector} {`, "}", () => {
      arms.forEach((arm, index) => code.line(`${index} => ${arm},`));
      code.line(`_ => ${otherwise}${otherwise === "{}" ? "" : ","}`);
    });
  };
  const { fifos, exposed, reads, writes } = view;
  code.block(`impl ModuleState for ${view.structName} {`, "}", () => {
    code.block("fn credit(&self) -> u64 {", "}", () => code.line(view.credit));
    code.line();
    code.block("fn triggered(&self) -> bool {", "}", () => code.line(view.triggered));
    code.line();
    const any = fifos.length > 0;
    code.block(
      `fn fifo(&self, ${hidden("port", any)}: usize, ${hidden("out", any)}: &mut Vec<u64>) -> usize {`,
      "}",
      () => match("port", fifos, "0"),
    );
    code.line();
    const anySlot = exposed.length > 0;
    code.block(
      `fn exposed(&self, ${hidden("slot", anySlot)}: usize, ${hidden("out", anySlot)}: &mut Vec<u64>) -> bool {`,
      "}",
      () => match("slot", exposed, "false"),
    );
    code.line();
    const anyArray = reads.length > 0;
    const readParameters = `${hidden("array", anyArray)}: usize, ${hidden("index", anyArray)}: usize`;
    code.block(`fn read(&self, ${readParameters}, ${hidden("out", anyArray)}: &mut Vec<u64>) {`, "}", () => {
      if (anyArray) match("array", reads, "{}");
    });
    code.line();
    code.block(`fn write(&mut self, ${readParameters}, ${hidden("limbs", anyArray)}: &[u64]) {`, "}", () => {
      if (anyArray) match("array", writes, "{}");
    });
  });
  code.line();
}

function writeFunction(code: CodeWriter, design: DesignModel, layout: Layout, body: Body): void {
  const [model] = body.members;
  if (model === undefined) return;
  if (layout.tablesApart !== true) writeLinks(code, body);
  const { pieces, links } = body;
  const { kind, name } = model.module;
  const who = links === undefined ? `the ${kind} \`${name}\`` : `a ${kind} such as \`${name}\``;
  // What every piece takes: the name of an argument, and its type.
  const common: readonly (readonly [name: string, type: string])[] = [
    ...receives(design, layout, model),
    ["cx", "&mut Context"],
    ...(links === undefined ? [] : [["at", `&${linkNames(body).type}`] as const]),
    ...(usesExterns(design, model.id) ? [["externs", layout.externs ?? "&mut dyn Externs"] as const] : []),
  ];
  pieces.forEach(({ parameters, lines }, index) => {
    const next = pieces[index + 1];
    const text = lines.join("\n");
    const used = (argument: string): boolean =>
      next !== undefined || new RegExp(`\\b${argument}\\b`).test(text);
    const takes = common.map(([argument, type]) => `${hidden(argument, used(argument))}: ${type}`);
    const mutable = (argument: string): string =>
      new RegExp(`^ *${argument} = `, "m").test(text) ? `mut ${argument}` : argument;
    for (const { name: argument, type } of parameters) takes.push(`${mutable(argument)}: ${type}`);
    if (index === 0) code.line(`/// Runs ${who}, ${where(design, model)}; true when it was triggered.`);
    else code.line(`/// Goes on with [\`${body.name}\`].`).line("#[inline(never)]");
    const lints = [
      ...(takes.length > 7 ? ["clippy::too_many_arguments"] : []),
      ...(/\bwrote_/.test(text) ? ["unused_assignments", "unused_mut"] : []),
    ];
    if (body.inline === true) code.line("#[inline]");
    if (lints.length > 0) code.line(`#[allow(${lints.join(", ")})]`);
    const visible = index === 0 ? "pub " : "";
    code.block(`${visible}fn ${pieceName(body, index)}(${takes.join(", ")}) -> bool {`, "}", () => {
      code.lines(lines);
      if (next === undefined) return;
      const values = [
        ...common.map(([argument]) => argument),
        ...next.parameters.map((parameter) => parameter.name),
      ];
      code.line(`${pieceName(body, index + 1)}(${values.join(", ")})`);
    });
    code.line();
  });
}

/** The function of a piece: that of the body, then numbered parts. */
function pieceName(body: Body, index: number): string {
  return index === 0 ? body.name : `${body.name}_part_${index + 1}`;
}
