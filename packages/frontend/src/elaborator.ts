/**
 * What the parts of the frontend call through the design instead of importing each other: expressions contain calls, calls contain
 * statements, statements contain expressions. `elaborate.ts` ties the knot.
 */
import type { Span } from "@assassyn/diagnostics";
import type { Expression, Item, SourceUnit, Statement } from "@assassyn/syntax";
import type { Design } from "./design.js";
import type { Entity, Value } from "./entities.js";
import type { Frame } from "./frame.js";
import type { ModuleInstance } from "./module-instance.js";
import type { Scope } from "./scope.js";
import type { DataType } from "./types.js";

/** The mutually recursive parts. */
export interface Elaborator {
  /** See `evaluate.ts`. */
  evaluate(frame: Frame, node: Expression, hint: DataType | undefined): Entity;
  /** See `evaluate.ts`. */
  readEntity(frame: Frame, entity: Entity, span: Span): Value;
  /** See `statements.ts`. */
  lowerStatements(
    frame: Frame,
    statements: readonly Statement[],
    wanted?: WantedResult,
  ): BlockResult | undefined;
  /** See `lower-module.ts`. */
  lowerModule(design: Design, module: ModuleInstance): void;
  /** See `lower-module.ts`. */
  reportLoop(design: Design, loop: readonly ModuleInstance[], use?: Span): void;
  /** See `items.ts`. */
  declareItems(frame: Frame, items: readonly Item[], where: Where): Steps;
  /** See `files.ts`. */
  openFile(design: Design, unit: SourceUnit, where: Where): OpenedFile;
}

/** Asks a list of statements for a result. `type` is the one a literal takes. */
export interface WantedResult {
  readonly type: DataType | undefined;
}

/** The value of a block's last statement, and where it stands. */
export interface BlockResult {
  readonly value: Value;
  readonly node: Span;
}

/** What makes hardware, in order; lists are nested where items were. */
export type Steps = (Steps | (() => void))[];

/** Where items stand. `imported`: at the top of a file that is not the one compiled. */
export type Where = "file" | "imported" | "system" | "component";

/** The scope of a file, with the steps of its items when it was opened for the first time. */
export interface OpenedFile {
  readonly scope: Scope;
  readonly steps?: Steps;
}

/** Runs steps in order. */
export function runSteps(steps: Steps): void {
  for (const step of steps) {
    if (typeof step === "function") step();
    else runSteps(step);
  }
}
