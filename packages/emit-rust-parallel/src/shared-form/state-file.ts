/** `src/state.rs` of the shared form: all modules together, the steps of the cycle, what takes the tasks out. */
import type { ModuleId, Step } from "@assassyn/ir";
import { walk } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter } from "@assassyn/emit-core";
import type { Body, DesignModel, InitialTable, Layout } from "@assassyn/emit-rust";
import {
  importLines,
  initialTables,
  moduleModel,
  printNumber,
  tablesFile,
  usesExterns,
  writeModuleLookup,
  writePlaces,
} from "@assassyn/emit-rust";
import type { SharedForm } from "./protection.js";
import { runName } from "./shared-layout.js";

/** Groups of modules whose tasks are taken in one function, so that no function grows with the design. */
const CHUNK = 64;

/** Writes the state, the tables of initial contents, and their data files. */
export function sharedStateFiles(
  design: DesignModel,
  form: SharedForm,
  layout: Layout,
  bodies: readonly Body[],
  executor: "workers" | "scope" | "rayon",
): OutputFile[] {
  const tables = initialTables(design, layout);
  return [
    stateFile(design, form, tables, bodies, executor),
    ...tables.flatMap((table) => table.data ?? []),
    tablesFile(tables),
  ];
}

function stateFile(
  design: DesignModel,
  form: SharedForm,
  tables: readonly InitialTable[],
  bodies: readonly Body[],
  executor: string,
): OutputFile {
  const code = new CodeWriter();
  const stamp = stampField(form);
  code.line("/// All modules of the design.").line("#[derive(Clone, Debug)]");
  code.block("pub struct State {", "}", () => {
    for (const { field, file, structName, members } of design.groups) {
      const type = `${file}::${structName}`;
      code.line(`pub ${field}: ${members.length === 1 ? type : `[${type}; ${members.length}]`},`);
    }
    if (stamp !== undefined) code.line("/// Number of the cycle.").line(`pub stamp: ${stamp.type},`);
  });
  code.line();
  writeDesign(code, design, form, tables, bodies);
  writeForm(code, design, form);
  writePlan(code, design, form, executor);
  writePlaces(code, design);
  const text = code.toString().trimEnd() + "\n";
  const files = [...new Set(design.modules.map(({ file }) => file))].sort();
  const own: (readonly [string, RegExp])[] = [
    ["design::INFO", /\bINFO\b/],
    ["externs::{Externs, MissingExterns}", /\bExterns;|\bMissingExterns\b/],
    ["modules::" + (files.length === 1 ? (files[0] ?? "") : `{${files.join(", ")}}`), /./],
    ["tables", /\btables::/],
  ];
  const engine = "use assassyn_runtime::parallel::{Engine, ParallelOptions};";
  const head = ["//! The state of the design and its cycle.", "", engine, ...importLines(text, own), ""];
  return { path: "src/state.rs", text: head.join("\n") + "\n" + text };
}

/** The cell of the number of the cycle, where bodies read one. */
function stampField(form: SharedForm): { type: string; initial: string; set: string } | undefined {
  const protection = form.find({ kind: "stamp" });
  if (protection === undefined) return undefined;
  if (protection.kind !== "lock")
    return { type: "AtomicCell<u64>", initial: "AtomicCell::default()", set: "self.stamp.set(cycle);" };
  const [type, take] =
    protection.type === "mutex" ? ["MutexCell<u64>", "lock"] : ["RwLockCell<u64>", "write"];
  return { type, initial: `${type.slice(0, -5)}::default()`, set: `*self.stamp.${take}(cx) = cycle;` };
}

function writeDesign(
  code: CodeWriter,
  design: DesignModel,
  form: SharedForm,
  tables: readonly InitialTable[],
  bodies: readonly Body[],
): void {
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const shared = form.concurrency.receiver === "shared";
  code.block("impl Design for State {", "}", () => {
    code.line(`type Externs = ${hasExterns ? "dyn Externs" : "()"};`);
    code.line("const PARALLEL: bool = true;").line();
    code.block("fn info() -> &'static DesignInfo {", "}", () => code.line("&INFO")).line();
    code.block("fn initial() -> Box<Self> {", "}", () => writeInitial(code, design, form, tables, bodies));
    code.line();
    code.block("fn missing_externs() -> Box<Self::Externs> {", "}", () =>
      code.line(hasExterns ? "Box::new(MissingExterns)" : "Box::new(())"),
    );
    code.line();
    code.block("fn cycle(&mut self, cx: &mut Context, externs: &mut Self::Externs) -> bool {", "}", () =>
      code.line(`${shared ? "run_shared_cycle" : "run_exclusive_cycle"}(self, cx, externs)`),
    );
    code.line();
    code.block("fn engine(options: &ParallelOptions) -> Option<Box<dyn Engine<Self>>> {", "}", () =>
      code.line(`Some(Box::new(${shared ? "SharedEngine" : "ExclusiveEngine"}::new(options)))`),
    );
    writeModuleLookup(code, design);
  });
  code.line();
}

function writeInitial(
  code: CodeWriter,
  design: DesignModel,
  form: SharedForm,
  tables: readonly InitialTable[],
  bodies: readonly Body[],
): void {
  const runs = new Map<ModuleId, { readonly run: string; readonly row: number }>();
  for (const body of bodies)
    body.members.forEach(({ id }, row) => runs.set(id, { run: `${body.file}::${runName(body)}`, row }));
  const placeOf = (id: ModuleId): { readonly run: string; readonly row: number } =>
    runs.get(id) ?? { run: "", row: 0 };
  for (const { field, file, structName, members } of design.groups) {
    if (members.length === 1) continue;
    const type = `(usize, usize, ${file}::${form.ownStruct(structName).run})`;
    code.block(`static ${field.toUpperCase()}_TASKS: [${type}; ${members.length}] = [`, "];", () => {
      for (const { id, index } of members) {
        const { run, row } = placeOf(id);
        code.line(`(${index}, ${row}, ${run}),`);
      }
    });
  }
  const writeFields = (): void => {
    for (const { field, file, structName, members } of design.groups) {
      const [first] = members;
      if (first === undefined) continue;
      if (members.length === 1) {
        const { run, row } = placeOf(first.id);
        code.line(
          `${field}: ${file}::${structName}::new(TaskPlace { module: ${first.index}, at: 0, row: ${row}, run: ${run} }),`,
        );
        continue;
      }
      code.block(`${field}: std::array::from_fn(|at| {`, "}),", () =>
        code
          .line(`let (module, row, run) = ${field.toUpperCase()}_TASKS[at];`)
          .line(`${file}::${structName}::new(TaskPlace { module, at, row, run })`),
      );
    }
    const stamp = stampField(form);
    if (stamp !== undefined) code.line(`stamp: ${stamp.initial},`);
  };
  if (tables.length === 0) {
    code.block("Box::new(Self {", "})", writeFields);
    return;
  }
  code.block("let mut state = Box::new(Self {", "});", writeFields);
  for (const { load } of tables) code.line(load);
  code.line("state");
}

/** The functions by which the runtime takes the modules out of the state. */
function writeForm(code: CodeWriter, design: DesignModel, form: SharedForm): void {
  const shared = form.concurrency.receiver === "shared";
  const task = `dyn ${shared ? "Task" : "ExclusiveTask"}<State>`;
  const chunks: string[][] = [];
  design.groups.forEach(({ field, members }, index) => {
    const lines =
      members.length === 1
        ? [`take(&mut state.${field}.own, tasks);`]
        : [`for member in &mut state.${field} {`, "    take(&mut member.own, tasks);", "}"];
    (chunks[Math.floor(index / CHUNK)] ??= []).push(...lines);
  });
  code.block(`impl ${shared ? "SharedDesign" : "ExclusiveDesign"} for State {`, "}", () => {
    code.block("fn plan() -> &'static SharedPlan {", "}", () => code.line("&PLAN")).line();
    code.block(`fn take_tasks(&mut self) -> Vec<Box<${task.replace("<State>", "<Self>")}>> {`, "}", () => {
      code.line(`let mut tasks = Vec::with_capacity(${design.modules.length});`);
      chunks.forEach((_, index) => code.line(`take_${index}(self, &mut tasks);`));
      code.line("tasks.sort_unstable_by_key(|task| task.module());").line("tasks");
    });
    code.line();
    const stamp = stampField(form);
    const cx = stamp?.set.includes("cx") === true ? "cx" : "_cx";
    code.block(
      `fn set_stamp(&self, ${cx}: &mut Context, ${stamp === undefined ? "_cycle" : "cycle"}: u64) {`,
      "}",
      () => {
        if (stamp !== undefined) code.line(stamp.set);
      },
    );
  });
  code.line();
  code.line(`type Tasks = Vec<Box<${task}>>;`).line();
  const bound = task.replace("dyn ", "");
  code.block(`fn take<T: ${bound} + 'static>(own: &mut Option<Box<T>>, tasks: &mut Tasks) {`, "}", () =>
    code.block("if let Some(own) = own.take() {", "}", () => code.line("tasks.push(own);")),
  );
  code.line();
  chunks.forEach((lines, index) => {
    code.block(`fn take_${index}(state: &mut State, tasks: &mut Tasks) {`, "}", () => code.lines(lines));
    code.line();
  });
}

function writePlan(code: CodeWriter, design: DesignModel, form: SharedForm, executor: string): void {
  const indices = (ids: readonly ModuleId[]): string =>
    ids.map((id) => moduleModel(design, id).index).join(", ");
  const externs = design.modules.filter(({ id }) => usesExterns(design, id)).map(({ id }) => id);
  code.line("/// What the runtime knows before the run.");
  code.block("static PLAN: SharedPlan = SharedPlan {", "};", () => {
    code.line(`executor: Executor::${executor.slice(0, 1).toUpperCase()}${executor.slice(1)},`);
    code.block("steps: &[", "],", () => {
      for (const step of form.concurrency.steps) code.line(`${stepText(step, indices)},`);
    });
    const costs = design.modules.map(({ module }) => {
      let cost = 1n;
      walk(module, () => (cost += 1n));
      return printNumber(cost);
    });
    code.line(`costs: &[${costs.join(", ")}],`).line(`externs: &[${indices(externs)}],`);
  });
  code.line();
}

function stepText(step: Step, indices: (ids: readonly ModuleId[]) => string): string {
  switch (step.kind) {
    case "run":
      return `Step::Run(&[${indices(step.modules)}])`;
    case "barrier":
      return "Step::Barrier";
    case "commit":
      return "Step::Commit";
    case "receive":
      throw new Error("mail is received in the form with clusters alone");
  }
}
