/** How a DRAM is modelled in place of the external library that the Python front end calls. */
import type { SourceFile } from "@assassyn/diagnostics";
import type { System, Type } from "@assassyn/ir";

/** Times in cycles, and the geometry. */
export interface DramModel {
  /** Banks, each with one open row: a power of two, ≥ 2. */
  readonly banks: number;
  /** Words of a row: a power of two. */
  readonly columns: number;
  /** Cycles from the issue of a read to its answer where its row is open, ≥ 2. */
  readonly hit: number;
  /** The same where another row, or none, is open; at least {@link hit}. */
  readonly miss: number;
}

/** What metadata or command line say: parts of the model, or `extern`, so that the requests stay functions whose bodies the embedder supplies. */
export type DramChoice = Partial<DramModel> | "extern";

/** The model of a DRAM about which nothing is said. */
export const DEFAULT_DRAM_MODEL: DramModel = { banks: 8, columns: 64, hit: 10, miss: 24 };

/** The names in a {@link DramModel}. */
export const DRAM_MODEL_KEYS = ["banks", "columns", "hit", "miss"] as const;

/** A memory that the library is to make. */
export interface DramRequest {
  readonly type: Type;
  /** Words. */
  readonly depth: number;
  readonly model: DramModel;
}

/**
 * The component `ordered_dram` of the standard library as a system of its own, with one instance, `m`: the stages `m_read` and `m_write`
 * take requests; the registers `m_answered`, `m_word` and `m_place` hold the last answer, `m_cells` the words.
 */
export interface DramComponent {
  readonly kind: "component";
  readonly system: System;
  /** What the system's locations index. */
  readonly sources: readonly SourceFile[];
}

/** Makes a memory, or says why it cannot; the import knows neither the language nor its library. */
export type DramLibrary = (
  request: DramRequest,
) => DramComponent | { readonly kind: "error"; readonly reason: string };

const MOST = 2 ** 31;
const isPower = (value: number): boolean => Number.isInteger(Math.log2(value));

/** Why a model cannot be; undefined where it can. */
export function dramModelProblem({ banks, columns, hit, miss }: DramModel): string | undefined {
  if (banks < 2 || banks > 1024 || !isPower(banks)) return "banks is a power of two from 2 to 1024";
  if (columns < 1 || columns > MOST || !isPower(columns)) return "columns is a power of two";
  if (hit < 2) return "hit is at least 2";
  if (miss < hit || miss > MOST) return "miss is at least hit";
  return undefined;
}

/**
 * Reads a choice as the command line writes it.
 *
 * @returns the reason where the text is none
 * @example parseDramChoice("hit=4,miss=9") // { kind: "choice", choice: { hit: 4, miss: 9 } }
 */
export function parseDramChoice(
  text: string,
):
  | { readonly kind: "choice"; readonly choice: DramChoice }
  | { readonly kind: "error"; readonly reason: string } {
  if (text === "extern") return { kind: "choice", choice: "extern" };
  const model: { -readonly [Key in keyof DramModel]?: number } = {};
  for (const part of text.split(",")) {
    const [, name, digits] = /^\s*(\w+)\s*=\s*(\d{1,10})\s*$/.exec(part) ?? [];
    const key = DRAM_MODEL_KEYS.find((each) => each === name);
    if (key === undefined)
      return {
        kind: "error",
        reason: "wanted is `extern`, or some of `banks=8,columns=64,hit=10,miss=24`",
      };
    model[key] = Number(digits);
  }
  const reason = dramModelProblem({ ...DEFAULT_DRAM_MODEL, ...model });
  return reason === undefined ? { kind: "choice", choice: model } : { kind: "error", reason };
}
