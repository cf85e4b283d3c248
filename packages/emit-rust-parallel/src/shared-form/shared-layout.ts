/** The layout of the shared form: for each module cells that all reach, and what only its task reaches. */
import { portId, slotId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import type { ArrayModel, Body, DesignModel, HostView, Layout, ModuleModel } from "@assassyn/emit-rust";
import { hidden, linkNames, where, writeModuleState } from "@assassyn/emit-rust";
import { arrayHome, cellFields, ownFields } from "./cells.js";
import type { SharedForm } from "./protection.js";
import { commitLines, writeRun } from "./run.js";
import { SharedAccess } from "./shared-access.js";

/** How functions take the state. */
export function stateType(form: SharedForm): string {
  return form.concurrency.receiver === "shared" ? "&State" : "&mut State";
}

/** The type of the embedder's functions. */
export function externsType(design: DesignModel): string {
  const any = design.system.externs.some((declaration) => declaration !== null);
  return `&ExternCell<'_, ${any ? "dyn Externs" : "()"}>`;
}

/** The function that runs the modules of a body. */
export const runName = (body: Body): string => `run_${body.name}`;

/** The layout of the shared form. */
export function sharedLayout(form: SharedForm, design: DesignModel): Layout {
  return {
    access: (of, module, references) => new SharedAccess(of, form, module, references),
    receive: (_, { group }) => [
      ["state", stateType(form)],
      ["own", `&mut ${form.ownStruct(group.structName).own}`],
    ],
    externs: externsType(design),
    fields: (of, module) => cellFields(of, form, module),
    commit: () => [],
    credit: "0",
    elements: (array, mutable, owner) => `&${mutable ? "mut " : ""}${owner}.${array.field}[..]`,
    load: (array, owner, load) => loadStatement(arrayHome(design, form, array), array, owner, load),
    runModule: (code, of, model, references, call) => writeRun(code, of, form, model, references, call),
    moduleItems: (code, of, model) => writeItems(code, of, form, model),
    bodyItems: (code, of, body) => writeRunFunction(code, of, form, body),
    items: () => {},
  };
}

function loadStatement(
  home: ReturnType<typeof arrayHome>,
  { field }: ArrayModel,
  owner: string,
  load: (elements: string) => string,
): string {
  switch (home) {
    case "locked":
      return `${load(`&mut ${owner}.${field}.get_mut().payload[..]`)};`;
    case "atomic":
      return `${owner}.${field}.load(|elements| ${load("elements")});`;
    case "constant":
      return `${load(`&mut ${owner}.${field}[..]`)};`;
    case "own":
      return `if let Some(own) = &mut ${owner}.own { ${load(`&mut own.${field}[..]`)}; }`;
  }
}

/** A text that is equal for modules whose structs may be shared. */
export function sharedShape(design: DesignModel, form: SharedForm, model: ModuleModel): string {
  return JSON.stringify([
    cellFields(design, form, model),
    ownFields(design, form, model),
    commitLines(design, form, model),
    model.module.kind === "stage",
    model.slots,
    model.module.exposed.map(({ type }) => type),
    model.ports,
    model.arrays.map(({ declaration, field }) => [declaration.type, declaration.size, field]),
  ]);
}

function writeItems(code: CodeWriter, design: DesignModel, form: SharedForm, model: ModuleModel): void {
  const { group, module } = model;
  const { structName } = group;
  const { own, run } = form.ownStruct(structName);
  const cells = cellFields(design, form, model);
  const owned = ownFields(design, form, model);
  const count = group.members.length;
  const who =
    count === 1
      ? `the ${module.kind} \`${module.name}\``
      : `each of ${count} instances such as the ${module.kind} \`${module.name}\``;
  code.line(`/// What others reach of ${who}, ${where(design, model)}.`).line("#[derive(Clone, Debug)]");
  code.block(`pub struct ${structName} {`, "}", () => {
    for (const { name, type, comment } of cells) {
      if (comment !== undefined) code.line(`/// ${comment}`);
      code.line(`pub ${name}: ${type},`);
    }
    code.line("/// The rest; while modules run, the thread that runs this one has it.");
    code.line(`pub own: Option<Box<${own}>>,`);
  });
  code.line();
  code.line(`/// What nobody else reaches of ${who}.`).line("#[derive(Clone, Debug)]");
  code.block(`pub struct ${own} {`, "}", () => {
    for (const { name, type, comment } of owned) {
      if (comment !== undefined) code.line(`/// ${comment}`);
      code.line(`pub ${name}: ${type},`);
    }
    code.line(`pub task: TaskPlace<${run}>,`);
  });
  code.line();
  const externs = externsType(design);
  code.line("/// A function that runs a module if it is due: true when it was triggered.");
  code
    .line(`pub type ${run} = fn(${stateType(form)}, &mut ${own}, &mut Context, ${externs}) -> bool;`)
    .line();
  code.block(`impl ${structName} {`, "}", () => {
    code.line("/// The state before the first cycle.").line("#[must_use]");
    code.block(`pub fn new(task: TaskPlace<${run}>) -> Self {`, "}", () => {
      code.block("Self {", "}", () => {
        for (const { name, initial } of cells) code.line(`${name}: ${initial},`);
        const fields = [...owned.map(({ name, initial }) => `${name}: ${initial}`), "task"];
        code.line(`own: Some(Box::new(${own} { ${fields.join(", ")} })),`);
      });
    });
  });
  code.line();
  const shared = form.concurrency.receiver === "shared";
  const place = `state.${group.field}${count === 1 ? "" : "[self.task.at]"}`;
  const commit = commitLines(design, form, model);
  const text = commit.join("\n");
  const mentions = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  code.block(`impl ${shared ? "Task" : "ExclusiveTask"}<State> for ${own} {`, "}", () => {
    code.block("fn module(&self) -> usize {", "}", () => code.line("self.task.module"));
    code.line();
    code.block(
      `fn run(&mut self, state: ${stateType(form)}, cx: &mut Context, externs: ${externs}) -> bool {`,
      "}",
      () => code.line("(self.task.run)(state, self, cx, externs)"),
    );
    code.line();
    const state = hidden("state", commit.length > 0);
    code.block(
      `fn commit(&mut self, ${state}: ${stateType(form)}, ${hidden("cx", mentions("cx"))}: &mut Context) {`,
      "}",
      () => {
        if (commit.length === 0) return;
        if (mentions("cells")) code.line(`let cells = &${place};`);
        code.lines(commit);
      },
    );
    code.line();
    code.block("fn put_back(self: Box<Self>, state: &mut State) {", "}", () => {
      if (count === 1) code.line(`state.${group.field}.own = Some(self);`);
      else code.line("let at = self.task.at;").line(`state.${group.field}[at].own = Some(self);`);
    });
  });
  code.line();
  writeModuleState(code, hostView(design, form, model));
}

function hostView(design: DesignModel, form: SharedForm, model: ModuleModel): HostView {
  const { id, module, ports, slots, arrays, group } = model;
  const isLocked = (location: Parameters<SharedForm["of"]>[0]): boolean => form.of(location).kind === "lock";
  const credit = isLockedCredit(form, model)
    ? "self.credit.inspect(|events| events.len())"
    : "self.credit.owed()";
  return {
    structName: group.structName,
    credit: module.kind === "stage" ? credit : "0",
    triggered: isLocked({ kind: "flag", module: id })
      ? "self.triggered.inspect(|flag| *flag)"
      : "self.triggered.get()",
    fifos: ports.map(({ field }, index) =>
      isLocked({ kind: "fifo", module: id, port: portId(index) })
        ? `self.${field}.inspect(|fifo| inspect::fifo(fifo.peek(), fifo.queue.len(), out))`
        : `self.own.as_ref().map_or(0, |own| inspect::fifo(own.${field}.peek(), own.${field}.queue.len(), out))`,
    ),
    exposed: slots.map(({ field, presentField }, index) => {
      const present = (read: string): string =>
        presentField === undefined ? "self.triggered()" : `self.triggered() && ${read}`;
      return isLocked({ kind: "value", module: id, slot: slotId(index) })
        ? `self.${field}.inspect(|slot| inspect::exposed(${present("slot.present")}, slot.value, out))`
        : `inspect::exposed(${present(`self.${field}.present()`)}, self.${field}.get(), out)`;
    }),
    reads: arrays.map((array) => {
      const { field } = array;
      switch (arrayHome(design, form, array)) {
        case "locked":
          return `self.${field}.inspect(|array| inspect::read(&array.payload[..], index, out))`;
        case "atomic":
          return `self.${field}.inspect(index, out)`;
        case "constant":
          return `inspect::read(&self.${field}[..], index, out)`;
        case "own":
          return `self.own.iter().for_each(|own| inspect::read(&own.${field}[..], index, out))`;
      }
    }),
    writes: arrays.map((array) => {
      const { field } = array;
      switch (arrayHome(design, form, array)) {
        case "locked":
          return `inspect::write(&mut self.${field}.get_mut().payload[..], index, limbs)`;
        case "atomic":
          return `self.${field}.write(index, limbs)`;
        case "constant":
          return `inspect::write(&mut self.${field}[..], index, limbs)`;
        case "own":
          return `self.own.iter_mut().for_each(|own| inspect::write(&mut own.${field}[..], index, limbs))`;
      }
    }),
  };
}

function isLockedCredit(form: SharedForm, { id, module }: ModuleModel): boolean {
  return module.kind === "stage" && form.of({ kind: "credit", module: id }).kind === "lock";
}

/** The function of a task: what stands around the body. */
function writeRunFunction(code: CodeWriter, design: DesignModel, form: SharedForm, body: Body): void {
  const [model] = body.members;
  if (model === undefined) return;
  const { own } = form.ownStruct(model.group.structName);
  const statements = [
    ...(body.links === undefined ? [] : [`let at = &${linkNames(body).table}[own.task.row];`]),
    ...body.run.trimEnd().split("\n"),
    "ran",
  ];
  // The table also serves the activation and what is published, so the body's call may pass its own file's path.
  const text = statements.join("\n").replaceAll(`${body.file}::`, "");
  const used = (name: string): string => hidden(name, new RegExp(`\\b${name}\\b`).test(text));
  code.line(
    `/// Runs ${body.links === undefined ? `\`${model.module.name}\`` : `a module such as \`${model.module.name}\``} if it is due, with what stands around the body.`,
  );
  code.block(
    `pub fn ${runName(body)}(${used("state")}: ${stateType(form)}, ${used("own")}: &mut ${own}, ${used("cx")}: &mut Context, ${used("externs")}: ${externsType(design)}) -> bool {`,
    "}",
    () => code.lines(text.split("\n")),
  );
  code.line();
}
