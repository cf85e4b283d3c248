/** One Rust file for all instances of one module declaration: their structs, bodies, and the host's view of them. */
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter } from "@assassyn/emit-core";
import { rustType, writeBody } from "@assassyn/emit-rust";
import { usesExterns } from "./fast-layout.js";
import { importLines } from "./imports.js";
import type { Layout } from "./layout.js";
import type { DesignModel, ModuleModel } from "./model.js";

/** Writes `src/modules/<file>.rs` for `members`, which share a declaration. */
export function moduleFile(
  design: DesignModel,
  layout: Layout,
  file: string,
  members: readonly ModuleModel[],
): OutputFile {
  const code = new CodeWriter();
  for (const member of members) {
    writeStruct(code, design, layout, member);
    writeImplementation(code, design, layout, member);
    writeHostView(code, design, layout, member);
    writeFunction(code, design, layout, member);
  }
  const text = code.toString();
  const constants = design.modules
    .map(({ constant }) => constant)
    .filter((constant) => new RegExp(`\\b${constant}\\b`).test(text));
  const own: [string, RegExp][] = [
    ...(usesAnyExterns(design, members)
      ? [["externs::Externs", /\bExterns\b/] satisfies [string, RegExp]]
      : []),
    ...(constants.length > 0
      ? [
          [
            `design::${constants.length === 1 ? constants.join() : `{${constants.join(", ")}}`}`,
            /./,
          ] satisfies [string, RegExp],
        ]
      : []),
    ["state::State", /\bState\b/],
  ];
  const source = members[0]?.module.source ?? file;
  const head = [
    `//! \`${source}\` of the design \`${design.system.name}\`.`,
    "",
    ...importLines(text, own),
    "",
  ];
  return { path: `src/modules/${file}.rs`, text: head.join("\n") + "\n" + text };
}

function usesAnyExterns(design: DesignModel, members: readonly ModuleModel[]): boolean {
  return members.some(({ id }) => usesExterns(design, id));
}

/** `design.asyn:5` */
function where(design: DesignModel, { module }: ModuleModel): string {
  return `${design.system.files[module.loc.file] ?? "?"}:${module.loc.line}`;
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
  code.line(`/// State of the ${model.module.kind} \`${model.module.name}\`, ${where(design, model)}.`);
  code.line("#[derive(Clone, Debug)]");
  code.block(`pub struct ${model.structName} {`, "}", () => {
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
  code.block(`impl Default for ${model.structName} {`, "}", () =>
    code.line("/// The state before the first cycle.").block("fn default() -> Self {", "}", () =>
      code.block("Self {", "}", () => {
        for (const { name, initial } of allFields(design, layout, model)) code.line(`${name}: ${initial},`);
      }),
    ),
  );
  code.line();
  const commit = layout.commit(design, model);
  if (commit.length === 0) return;
  code.block(`impl ${model.structName} {`, "}", () => {
    code.line("/// What waits for the end of the cycle.").line("#[inline]");
    const text = commit.join("\n");
    const parameters = `&mut self${/\bcx\b/.test(text) ? ", cx: &mut Context" : ""}${/\bmodule\b/.test(text) ? ", module: usize" : ""}`;
    code.block(`pub fn commit(${parameters}) {`, "}", () => code.lines(commit));
  });
  code.line();
}

/** The call of `commit` on the struct of a module in `state`; undefined when nothing waits. */
export function commitCall(design: DesignModel, layout: Layout, model: ModuleModel): string | undefined {
  const commit = layout.commit(design, model);
  if (commit.length === 0) return undefined;
  const text = commit.join("\n");
  const values = [
    ...(/\bcx\b/.test(text) ? ["cx"] : []),
    ...(/\bmodule\b/.test(text) ? [String(model.index)] : []),
  ];
  return `state.${model.name}.commit(${values.join(", ")});`;
}

/** The name of a parameter, marked where the function does not use it. */
const hidden = (name: string, used: boolean): string => (used ? name : `_${name}`);

function writeHostView(code: CodeWriter, design: DesignModel, layout: Layout, model: ModuleModel): void {
  const { ports, slots, arrays } = model;
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
  code.block(`impl ModuleState for ${model.structName} {`, "}", () => {
    code.block("fn credit(&self) -> u64 {", "}", () =>
      code.line(model.module.kind === "stage" ? layout.credit : "0"),
    );
    code.line();
    code.block("fn triggered(&self) -> bool {", "}", () => code.line("self.triggered"));
    code.line();
    const any = ports.length > 0;
    code.block(
      `fn fifo(&self, ${hidden("port", any)}: usize, ${hidden("out", any)}: &mut Vec<u64>) -> usize {`,
      "}",
      () =>
        match(
          "port",
          ports.map(({ field }) => `inspect::fifo(self.${field}.peek(), self.${field}.len(), out)`),
          "0",
        ),
    );
    code.line();
    const anySlot = slots.length > 0;
    code.block(
      `fn exposed(&self, ${hidden("slot", anySlot)}: usize, ${hidden("out", anySlot)}: &mut Vec<u64>) -> bool {`,
      "}",
      () =>
        match(
          "slot",
          slots.map(({ field, presentField }) => {
            const present =
              presentField === undefined ? "self.triggered" : `self.triggered && self.${presentField}`;
            return `inspect::exposed(${present}, self.${field}, out)`;
          }),
          "false",
        ),
    );
    code.line();
    const anyArray = arrays.length > 0;
    const readParameters = `${hidden("array", anyArray)}: usize, ${hidden("index", anyArray)}: usize`;
    code.block(`fn read(&self, ${readParameters}, ${hidden("out", anyArray)}: &mut Vec<u64>) {`, "}", () => {
      if (anyArray)
        match(
          "array",
          arrays.map((array) => `inspect::read(${layout.elements(array, false, "self")}, index, out)`),
          "{}",
        );
    });
    code.line();
    code.block(`fn write(&mut self, ${readParameters}, ${hidden("limbs", anyArray)}: &[u64]) {`, "}", () => {
      if (anyArray)
        match(
          "array",
          arrays.map((array) => `inspect::write(${layout.elements(array, true, "self")}, index, limbs)`),
          "{}",
        );
    });
  });
  code.line();
}

function writeFunction(code: CodeWriter, design: DesignModel, layout: Layout, model: ModuleModel): void {
  const body = new CodeWriter();
  const context = {
    system: design.system,
    module: model.module,
    moduleIndex: model.constant,
    access: layout.access(design, model),
  };
  writeBody(body, context);
  const text = body.toString();
  const parameter = (name: string): string => hidden(name, new RegExp(`\\b${name}\\b`).test(text));
  const externs = usesExterns(design, model.id) ? ", externs: &mut dyn Externs" : "";
  code.line(
    `/// Runs the ${model.module.kind} \`${model.module.name}\`, ${where(design, model)}; true when it was triggered.`,
  );
  if (/\blet mut wrote_/.test(text))
    code.line("#[allow(unused_assignments)] // The last mark of a path is not looked at again.");
  code.block(
    `pub fn ${model.name}(${parameter("state")}: &mut State, ${parameter("cx")}: &mut Context${externs}) -> bool {`,
    "}",
    () => code.lines(text.trimEnd().split("\n")),
  );
  code.line();
}
