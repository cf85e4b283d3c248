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

/** A piece before it is known what it takes. */
export interface LoosePiece {
  /** Names bound behind it outside of arms, and their types. */
  readonly bound: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

/** Finds what each piece takes from those before it. */
export function withParameters(pieces: readonly LoosePiece[]): BodyPiece[] {
  // Names are unique in a body, so a name that a text mentions is that value.
  const needed = new Set<string>();
  return pieces
    .toReversed()
    .map(({ lines }, index): BodyPiece => {
      // A field may have the name of a value.
      for (const word of lines.join("\n").match(/(?<![.\w])[a-z_][a-z0-9_]*/g) ?? []) needed.add(word);
      const before = pieces[pieces.length - 2 - index]?.bound ?? new Map<string, string>();
      const parameters = [...before]
        .filter(([name]) => needed.has(name))
        .map(([name, type]) => ({ name, type }));
      return { parameters, lines };
    })
    .reverse();
}

/** A site where it stands: `site(3, 0, 7, 5)`. */
export function spelledSite(position: number, { file, line, column }: Loc): string {
  return `site(${position}, ${file}, ${line}, ${column})`;
}
