/** What one elaboration shares: sources, diagnostics, arenas, budgets. */
import type { Diagnostic, DiagnosticExtras, Label, Message, SourceFile, Span } from "@assassyn/diagnostics";
import { DiagnosticBag, LineMap } from "@assassyn/diagnostics";
import type {
  ArrayDeclaration,
  ArrayId,
  ExternDeclaration,
  ExternId,
  Loc,
  ModuleId,
  SystemConfig,
} from "@assassyn/ir";
import { arrayId, DEFAULT_CONFIG, externId, moduleId } from "@assassyn/ir";
import type { SourceUnit, SystemDeclaration } from "@assassyn/syntax";
import type { Elaborator } from "./elaborator.js";
import type { Entity } from "./entities.js";
import type { Expansion } from "./frame.js";
import type { MemoryImage } from "./memory-file.js";
import { frontendMessages as messages } from "./messages.js";
import type { ModuleInstance } from "./module-instance.js";
import type { Binding, Scope } from "./scope.js";

/** What the frontend asks of its surroundings; it touches no file itself. */
export interface FrontendHost {
  /** Every source so far, in the order of `Span.file`. It grows while {@link FrontendHost.resolveImport} parses more files. */
  readonly files: readonly SourceFile[];
  /** The unit that an import names; `from` is the index of the importing file. The same file gives the same unit. */
  resolveImport(path: string, from: number): ImportResult;
  /** Text of a memory file; `from` is the index of the file that names it. */
  readMemory(path: string, from: number): MemoryResult;
}

/** A parsed file (its syntax errors are reported by the host), or why there is none. */
export type ImportResult =
  { readonly kind: "unit"; readonly unit: SourceUnit } | { readonly kind: "error"; readonly reason: string };

/** The text of a memory file, or why there is none. */
export type MemoryResult =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

/** Bounds on what a design may expand to. */
export interface ElaborationLimits {
  /** Elaborated statements and loop rounds; default 10 000 000. */
  readonly statements: number;
  /** Nesting of inlined functions and components; default 256. */
  readonly depth: number;
}

/** A declaration, or an instance of one, takes the memory of about so many statements. */
export const DECLARATION_WEIGHT = 40;

/** Far above real designs, low enough that a loop without an end is told before memory runs out. */
export const DEFAULT_LIMITS: ElaborationLimits = { statements: 10_000_000, depth: 256 };

/** Ends the elaboration at once; the diagnostic is in the bag. */
export class ElaborationAbort extends Error {}

/** The state of one elaboration. */
export class Design {
  readonly elaborator: Elaborator;
  readonly host: FrontendHost;
  readonly limits: ElaborationLimits;
  readonly arrays: ArrayDeclaration[] = [];
  readonly externs: ExternDeclaration[] = [];
  readonly modules: ModuleInstance[] = [];
  /** Names that messages and arenas must keep apart, with the place of the first. */
  readonly arrayNames = new Map<string, Span>();
  readonly moduleNames = new Map<string, Span>();
  /** Scopes of files by index; present from the moment a file is first imported. */
  readonly fileScopes = new Map<number, Scope>();
  readonly memoryImages = new Map<string, MemoryImage>();
  /** Bindings being computed, outermost first. */
  readonly resolving: Binding[] = [];
  /** Modules being lowered, outermost first. */
  readonly lowering: ModuleInstance[] = [];
  /** What the language brings; made once. */
  builtins: Scope | undefined;
  /** The system of the root file. */
  system: SystemDeclaration | undefined;
  /** Something is missing that others reported: an import, or an expression with a syntax error. */
  incomplete = false;
  config: SystemConfig = DEFAULT_CONFIG;
  configSpan: Span | undefined;
  /** Counts FIFOs. */
  fifos = 0;
  /** Where the elaboration is: for the message when the stack ends. */
  current: Span | undefined;
  /** What is being elaborated was expanded from this call or use; see `elaborateIn` in `frame.ts`. */
  expansion: Expansion | undefined;
  readonly #bag = new DiagnosticBag();
  readonly #reported = new Set<string>();
  readonly #lines: (LineMap | undefined)[] = [];
  #statements = 0;
  #lastFile = -1;
  #lastStart = -1;
  #beforeStart = -1;
  #beforeLoc: Loc = { file: -1, line: 1, column: 1 };
  #line = 0;
  #lineStart = 0;
  #lineEnd = -1;
  #lastLoc: Loc = { file: 0, line: 1, column: 1 };

  constructor(elaborator: Elaborator, host: FrontendHost, limits: ElaborationLimits) {
    this.elaborator = elaborator;
    this.host = host;
    this.limits = limits;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#bag.all;
  }
  get hasErrors(): boolean {
    return this.#bag.hasErrors;
  }

  /** Reports a message once per place: a loop or an index range would repeat it for every round. */
  report<Arguments>(entry: Message<Arguments>, args: Arguments, span: Span, extras?: DiagnosticExtras): void {
    const key = `${entry.code}:${span.file}:${span.start}:${span.end}`;
    const module = this.lowering.at(-1);
    if (module !== undefined && entry.severity === "error") module.broken = true;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const labels = [...(extras?.labels ?? []), ...expansionLabels(this.expansion, span)];
    this.#bag.report(entry, args, span, { ...extras, labels });
  }

  /** Line and column of the start of a span. */
  locate(span: Span): Loc {
    if (span.start === this.#lastStart && span.file === this.#lastFile) return this.#lastLoc;
    // An operator stands where its left operand begins, which was asked for just before the right one.
    const before = this.#beforeLoc;
    if (span.start === this.#beforeStart && span.file === before.file) return before;
    let lines = this.#lines[span.file];
    if (lines === undefined) {
      lines = new LineMap(this.host.files[span.file]?.text ?? "");
      this.#lines[span.file] = lines;
    }
    // Most places are on the line of the one before.
    if (span.file !== this.#lastFile || span.start < this.#lineStart || span.start >= this.#lineEnd) {
      this.#line = lines.locate(span.start).line;
      this.#lineStart = lines.lineStart(this.#line) ?? 0;
      this.#lineEnd = lines.lineStart(this.#line + 1) ?? Infinity;
    }
    this.#beforeStart = this.#lastStart;
    this.#beforeLoc = this.#lastLoc;
    this.#lastFile = span.file;
    this.#lastStart = span.start;
    this.#lastLoc = { file: span.file, line: this.#line, column: span.start - this.#lineStart + 1 };
    return this.#lastLoc;
  }

  /** The source text of a span. */
  textOf(span: Span): string {
    return this.host.files[span.file]?.text.slice(span.start, span.end) ?? "";
  }

  /**
   * Counts an elaborated statement or loop round.
   *
   * @param weight as many statements it counts for; see {@link DECLARATION_WEIGHT}
   * @throws ElaborationAbort past the limit
   */
  count(span: Span, weight = 1): void {
    this.#statements += weight;
    this.current = span;
    if (this.#statements <= this.limits.statements) return;
    this.report(messages["statement-limit"], { limit: this.limits.statements }, span);
    throw new ElaborationAbort();
  }

  /** Checks the nesting of functions and components. @throws ElaborationAbort past the limit. */
  checkDepth(depth: number, what: string, span: Span): void {
    if (depth <= this.limits.depth) return;
    this.report(messages["recursion-limit"], { what, limit: this.limits.depth }, span);
    throw new ElaborationAbort();
  }

  /** The meaning of a name; undefined when it is asked for while it is being computed. */
  resolve(binding: Binding): Entity | undefined {
    if (binding.entity !== undefined) return binding.entity;
    this.resolving.push(binding);
    const entity = binding.resolve();
    this.resolving.pop();
    return entity;
  }

  addArray(declaration: ArrayDeclaration, span: Span): ArrayId {
    this.#claim(this.arrayNames, declaration.name, "registers", span);
    this.arrays.push(declaration);
    return arrayId(this.arrays.length - 1);
  }

  addExtern(declaration: ExternDeclaration): ExternId {
    this.externs.push(declaration);
    return externId(this.externs.length - 1);
  }

  /** The id of the next module, whose name is claimed. */
  nextModule(name: string, span: Span): ModuleId {
    this.#claim(this.moduleNames, name, "modules", span);
    return moduleId(this.modules.length);
  }

  #claim(names: Map<string, Span>, name: string, what: string, span: Span): void {
    const earlier = names.get(name);
    if (earlier === undefined) names.set(name, span);
    else
      this.report(messages["name-collision"], { name, what }, span, {
        labels: [{ span: earlier, message: "the other one" }],
      });
  }
}

/** So many calls and uses, the innermost ones, are shown behind a message. */
const SHOWN_EXPANSIONS = 3;

/** The calls and uses that led to the place of a message; those that contain it, as for a wrong argument, say nothing new. */
function expansionLabels(innermost: Expansion | undefined, place: Span): Label[] {
  const labels: Label[] = [];
  for (let each = innermost; each !== undefined && labels.length < SHOWN_EXPANSIONS; each = each.outer) {
    const { span } = each;
    const contains = span.file === place.file && span.start <= place.start && span.end >= place.end;
    const known = labels.some((label) => label.span === span);
    if (!contains && !known) labels.push({ span, message: "expanded from here" });
  }
  return labels;
}
