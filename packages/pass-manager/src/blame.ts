/** Who made an operation: which step of the plan, and for which place in the source. */
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import type { Loc, Module, ModuleId, Operation, OpId, Region, System } from "@assassyn/ir";
import { arrayOf, matchesTracePattern, moduleId, moduleIds, moduleOf, operationPrinter } from "@assassyn/ir";
import type { Plan } from "./plan.js";
import type { Registry } from "./registry.js";
import type { Reproducer } from "./reproducer.js";
import { runPlan } from "./run.js";

/** How {@link PassManager.blame} selects. */
export interface BlameOptions {
  /** Sources of the compilation, found by the paths that the system has; with them, the lines are shown. */
  readonly sources?: readonly SourceFile[];
  /**
   * Which operations; absent: all. Names with `*` and `?`, several between commas: a module (`adder`), a value or an operation in it (`adder.c`,
   * `adder.%12`), a register or FIFO that they touch (`cnt`, `adder.a`), or a line of the source (`adder.asyn:14`).
   */
  readonly pattern?: string;
  /** Only operations that this pass or plugin made or changed; `source` means those that no pass made. */
  readonly by?: string;
  readonly verifyEach?: boolean;
}

/** A place in the source; `file` as the user named it, line and column count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line without the blanks around it; absent where the source is not at hand. */
  readonly text?: string;
}

/** The step that made or changed something. */
export interface BlamedStep {
  readonly pass: string;
  /** The step of this plan; absent where the operation came with the design, which was IR text. */
  readonly step?: string;
  readonly plugin?: string;
}

/** An operation behind the last step. */
export interface BlamedOperation {
  readonly id: OpId;
  /** As in IR text, without place and origin: `%2 c: i32 = %0 + %1`. */
  readonly text: string;
  /** Regions around it. */
  readonly depth: number;
  /** Who made it; absent: it is as the source has it. */
  readonly by?: BlamedStep;
  /** Steps that changed its operands or its type since then, by id. */
  readonly changedBy: readonly string[];
  readonly place: SourcePlace;
}

/** A module with the operations that were selected, in program order. */
export interface BlamedModule {
  readonly name: string;
  readonly kind: Module["kind"];
  readonly place: SourcePlace;
  readonly operations: readonly BlamedOperation[];
}

/** The outcome: modules with selected operations. */
export interface BlameResult {
  readonly modules: readonly BlamedModule[];
  /** False where a step failed; the operations are then those in front of it. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Present after a bug of a pass. */
  readonly reproducer?: Reproducer;
}

/** What became of one operation on its way. */
interface History {
  readonly made: string | undefined;
  readonly changed: readonly string[];
}

/** Runs a plan and follows every operation through it. Takes the time of the run and a look at each changed operation. */
export function blamePlan(
  registry: Registry,
  input: System,
  plan: Plan,
  options: BlameOptions = {},
): BlameResult {
  const histories = new HistoryRecorder();
  const { sources, verifyEach } = options;
  const run = runPlan(registry, input, plan, {
    ...(sources === undefined ? {} : { sources }),
    ...(verifyEach === undefined ? {} : { verifyEach }),
    instruments: {
      observe(step, before, after, ok) {
        if (ok) histories.observe(step.id, before, after);
      },
    },
  });
  const collector = new Collector(registry, plan, run.system, histories, options);
  return {
    modules: moduleIds(run.system)
      .map((id) => collector.module(id))
      .filter(({ operations }) => operations.length > 0),
    ok: run.ok,
    diagnostics: run.diagnostics,
    ...(run.reproducer === undefined ? {} : { reproducer: run.reproducer }),
  };
}

/** Compares the systems before and behind each step. */
class HistoryRecorder {
  /** By module and operation; what came with the design and never changed has none. */
  readonly #histories = new Map<ModuleId, Map<OpId, History>>();

  of(module: ModuleId, id: OpId): History | undefined {
    return this.#histories.get(module)?.get(id);
  }

  observe(step: string, before: System, after: System): void {
    const print = { before: operationPrinter(before), after: operationPrinter(after) };
    after.modules.forEach((module, index) => {
      const old = before.modules[index];
      if (module === null || module === old) return;
      const id = moduleId(index);
      let entries = this.#histories.get(id);
      if (entries === undefined) this.#histories.set(id, (entries = new Map<OpId, History>()));
      for (const op of idsIn(module.body, module)) {
        const was = old?.operations[op];
        const is = module.operations[op];
        if (is == null || was === is) continue;
        if (was == null || was.kind !== is.kind || was.origin !== is.origin) {
          entries.set(op, { made: step, changed: [] });
        } else if (contentOf(print.before(id, op), was) !== contentOf(print.after(id, op), is)) {
          const earlier = entries.get(op) ?? { made: undefined, changed: [] };
          entries.set(op, { ...earlier, changed: [...earlier.changed, step] });
        }
      }
    });
  }
}

/** The printed operation without its name, which moves from one operation to another. */
const contentOf = (text: string, operation: Operation): string =>
  operation.name === undefined ? text : text.replace(/^(%\d+) .*?: /s, "$1: ");

/** Selects operations and puts together what is known of them. */
class Collector {
  readonly #registry: Registry;
  readonly #plan: Plan;
  readonly #system: System;
  readonly #histories: HistoryRecorder;
  readonly #options: BlameOptions;
  readonly #print: (module: ModuleId, id: OpId) => string;
  readonly #lines = new Map<string, readonly string[]>();
  readonly #globs: readonly string[];
  readonly #places: readonly { readonly file: string; readonly line: number }[];

  constructor(
    registry: Registry,
    plan: Plan,
    system: System,
    histories: HistoryRecorder,
    options: BlameOptions,
  ) {
    this.#registry = registry;
    this.#plan = plan;
    this.#system = system;
    this.#histories = histories;
    this.#options = options;
    this.#print = operationPrinter(system);
    const parts = (options.pattern ?? "").split(",").map((part) => part.trim());
    const place = /^(.+):(\d+)$/;
    this.#globs = parts.filter((part) => part !== "" && !place.test(part));
    this.#places = parts.flatMap((part) => {
      const [, file, line] = place.exec(part) ?? [];
      return file === undefined ? [] : [{ file, line: Number(line) }];
    });
  }

  module(id: ModuleId): BlamedModule {
    const module = moduleOf(this.#system, id);
    const operations = idsIn(module.body, module, true)
      .map(([op, depth]) => this.#operation(id, module, op, depth))
      .filter((operation) => operation !== undefined);
    return { name: module.name, kind: module.kind, place: this.#place(module.loc), operations };
  }

  #operation(id: ModuleId, module: Module, op: OpId, depth: number): BlamedOperation | undefined {
    const operation = module.operations[op];
    if (operation == null) return undefined;
    const place = this.#place(operation.loc);
    const history = this.#histories.of(id, op);
    const by = this.#maker(operation, history);
    const changedBy = history?.changed ?? [];
    if (!this.#isWanted(module, op, operation, place) || !this.#isBy(by, changedBy)) return undefined;
    const text = this.#print(id, op);
    return { id: op, text, depth, ...(by === undefined ? {} : { by }), changedBy, place };
  }

  #maker(operation: Operation, history: History | undefined): BlamedStep | undefined {
    const step = this.#plan.steps.find(({ id }) => id === history?.made);
    // A pass that forgets to note itself is found by its step all the same.
    const pass = step?.pass.name ?? operation.origin;
    if (pass === undefined) return undefined;
    const plugin = step?.plugin ?? this.#registry.passes.get(pass)?.plugin;
    return {
      pass,
      ...(step === undefined ? {} : { step: step.id }),
      ...(plugin === undefined ? {} : { plugin }),
    };
  }

  #isBy(by: BlamedStep | undefined, changedBy: readonly string[]): boolean {
    const wanted = this.#options.by;
    if (wanted === undefined) return true;
    if (wanted === "source") return by === undefined;
    const names = [by?.pass, by?.step, by?.plugin];
    for (const id of changedBy) {
      const step = this.#plan.steps.find((entry) => entry.id === id);
      names.push(id, step?.pass.name, step?.plugin);
    }
    return names.includes(wanted);
  }

  #isWanted(module: Module, op: OpId, operation: Operation, place: SourcePlace): boolean {
    if (this.#globs.length === 0 && this.#places.length === 0) return true;
    const isThere = this.#places.some(
      ({ file, line }) => line === place.line && (place.file === file || place.file.endsWith(`/${file}`)),
    );
    if (isThere) return true;
    const owners = module.name === module.source ? [module.name] : [module.name, module.source];
    const names = [
      ...owners.flatMap((owner) => [
        `${owner}.%${op}`,
        ...(operation.name === undefined ? [] : [`${owner}.${operation.name}`]),
      ]),
      ...this.#touched(module, operation),
    ];
    return this.#globs.some((glob) => names.some((name) => matchesTracePattern(glob, name)));
  }

  /** Names of the register, FIFO or exposed value that an operation reads or writes. */
  #touched(module: Module, operation: Operation): string[] {
    switch (operation.kind) {
      case "array-read":
      case "array-write":
        return [arrayOf(this.#system, operation.array).name];
      case "fifo-pop":
        return [`${module.name}.${module.ports[operation.port]?.name ?? ""}`];
      case "fifo-valid":
      case "fifo-peek":
      case "fifo-push": {
        const other = moduleOf(this.#system, operation.module);
        return [`${other.name}.${other.ports[operation.port]?.name ?? ""}`];
      }
      case "expose":
        return [`${module.name}.${module.exposed[operation.slot]?.name ?? ""}`];
      case "exposed-get":
      case "exposed-valid": {
        const other = moduleOf(this.#system, operation.module);
        return [`${other.name}.${other.exposed[operation.slot]?.name ?? ""}`];
      }
      default:
        return [];
    }
  }

  #place({ file: index, line, column }: Loc): SourcePlace {
    const file = this.#system.files[index] ?? `file ${index}`;
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      const source = this.#options.sources?.find(({ path }) => path === file);
      lines = source?.text.split(/\r?\n/) ?? [];
      this.#lines.set(file, lines);
    }
    const text = lines[line - 1]?.trim();
    return { file, line, column, ...(text === undefined ? {} : { text }) };
  }
}

/** The operations of a region and those below it, in program order; with their depth if asked for. */
function idsIn(region: Region, module: Module): OpId[];
function idsIn(region: Region, module: Module, withDepth: true): [OpId, number][];
function idsIn(region: Region, module: Module, withDepth?: true): OpId[] | [OpId, number][] {
  const found = new Map<OpId, number>();
  const visit = (inner: Region, depth: number): void => {
    for (const id of inner.operations) {
      // Without verification an operation may stand anywhere, even in itself.
      if (found.has(id)) continue;
      found.set(id, depth);
      const operation = module.operations[id];
      if (operation?.kind !== "if") continue;
      visit(operation.then, depth + 1);
      visit(operation.else, depth + 1);
    }
  };
  visit(region, 0);
  return withDepth === true ? [...found] : [...found.keys()];
}

/** Columns that the operations take before what is known of them; longer ones push it to the right. */
const TEXT_COLUMNS = 44;

/**
 * The operations as text for a terminal, a line each.
 *
 * @example formatBlame(result); // module wide (wide.asyn:12:3)\n  %12: b64 = %3 + %5    by legalize-widths from wide.asyn:14:9  `c <= a * b`\n
 */
export function formatBlame({ modules }: Pick<BlameResult, "modules">): string {
  return modules
    .map(({ name, kind, place, operations }) => {
      const lines = operations.map((operation) => {
        const text = `${"  ".repeat(operation.depth + 1)}${operation.text}`;
        return `${text.padEnd(TEXT_COLUMNS)}  ${provenance(operation)}\n`;
      });
      return `${kind} ${name} (${placeText(place)})\n${lines.join("")}`;
    })
    .join("\n");
}

function provenance({ by, changedBy, place }: BlamedOperation): string {
  const maker = by === undefined ? "by source" : `by ${by.step ?? by.pass}`;
  const changed = changedBy.length === 0 ? "" : `, changed by ${changedBy.join(", ")},`;
  const text = place.text === undefined || place.text === "" ? "" : `  \`${place.text}\``;
  return `${maker}${changed} from ${placeText(place)}${text}`;
}

const placeText = ({ file, line, column }: SourcePlace): string => `${file}:${line}:${column}`;
