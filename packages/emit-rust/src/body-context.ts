/** What goes into the writing of a body, and what comes out. */
import type { Loc, Module, ModuleId, Operation, OpId, System } from "@assassyn/ir";
import type { RangeAnalysis } from "@assassyn/emit-core";
import type { StateAccess } from "./state-access.js";

/** Everything a body needs to know. */
export interface BodyContext {
  readonly system: System;
  readonly module: Module;
  /** Index of the module in the tables, as an expression. Asked for only where it is written. */
  readonly moduleIndex: () => string;
  readonly access: StateAccess;
  /**
   * The site of an operation as an expression: its position in the body, and where it stands in the source. Asked for only where it is
   * written. Default: spelled out.
   */
  readonly site?: (position: number, loc: Loc) => string;
  /**
   * An expression for a constant that is data of the instance, at most 64 bits wide; `undefined` for one that is written as it is, which is
   * the default.
   */
  readonly parameter?: (
    position: number,
    constant: Extract<Operation, { kind: "const" }>,
  ) => string | undefined;
  /** What is known of values, so that checks can be left out; default: nothing. */
  readonly ranges?: RangeAnalysis | undefined;
  /** Operations behind which a cycle is not quiet (`cx.busy`); default: nobody asks. */
  readonly marks?: ReadonlySet<OpId> | undefined;
  /** Id of the module in {@link BodyContext.ranges}. */
  readonly id: ModuleId;
  /** Writes values without the names, and statements without the comments, that they have in the source; default false. */
  readonly anonymous?: boolean;
}

/** A value that a later piece needs. */
export interface PieceParameter {
  readonly name: string;
  readonly type: string;
}

/** A part of a body that becomes a function of its own. */
export interface BodyPiece {
  /** Values of earlier pieces that this one or a later one mentions. */
  readonly parameters: readonly PieceParameter[];
  readonly lines: readonly string[];
}

/** A site where it stands: `site(3, 0, 7, 5)`. */
export function spelledSite(position: number, { file, line, column }: Loc): string {
  return `site(${position}, ${file}, ${line}, ${column})`;
}

/**
 * The comment that says where an operation stands. Counts lines from the one of the declaration, so that the text stays the same when the
 * declaration moves. What stands elsewhere, as a function does, has only its file.
 */
export function commentOf(
  { anonymous, module, system }: Pick<BodyContext, "anonymous" | "module" | "system">,
  operation: Operation,
): string {
  if (anonymous === true) return "//";
  const { file, line } = operation.loc;
  const lines = line - module.loc.line;
  return file === module.loc.file && lines >= 0 ? `// +${lines}` : `// ${system.files[file] ?? "?"}`;
}
