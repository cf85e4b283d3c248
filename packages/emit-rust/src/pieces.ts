/**
 * Where a long body is cut into functions. Optimising takes more than linear time, so a function must not grow with the design; but what a
 * piece hands to the next one travels through memory and must be made, even if it is only for a log that is switched off. So a body is cut where
 * little is handed over: on a RISC-V processor of 600 statements with forty live values, cuts every 64 lines doubled the instructions of a cycle.
 */
import type { BodyPiece, PieceParameter } from "./body-context.js";

/** Lines of a body that stay together, and how much is known behind them. */
export interface Chunk {
  /** How many of the body's names are bound behind it. */
  readonly bound: number;
  readonly lines: readonly string[];
}

/** A piece is at least so long, the last one excepted. */
const LEAST_LINES = 64;
/** A piece is cut in front of a chunk that would make it longer than this. */
const MOST_LINES = 768;
/** So many values fit the registers of a call, beside the state and the context; where no more are handed over, a cut costs next to nothing. */
const FREE_PARAMETERS = 4;

/**
 * Joins chunks to pieces and finds what each takes from those before it.
 *
 * @param names all names of the body that are bound outside of arms, with their types, in the order in which they are bound; unique, so a
 * text that mentions one means that value
 */
export function joinChunks(
  chunks: readonly Chunk[],
  names: readonly (readonly [name: string, type: string])[],
): BodyPiece[] {
  const lastUse = findLastUses(chunks, names);
  const live = countLive(chunks, lastUse);
  const starts = chooseStarts(chunks, live);
  return starts.map((start, index): BodyPiece => {
    const end = starts[index + 1] ?? chunks.length;
    return {
      parameters: start === 0 ? [] : parametersAt(start, chunks, names, lastUse),
      lines: chunks.slice(start, end).flatMap(({ lines }) => lines),
    };
  });
}

/** By name: the last chunk that mentions it; -1 if none does. */
function findLastUses(
  chunks: readonly Chunk[],
  names: readonly (readonly [name: string, type: string])[],
): Int32Array {
  const indexOf = new Map(names.map(([name], index) => [name, index]));
  const lastUse = new Int32Array(names.length).fill(-1);
  chunks.forEach(({ lines }, chunk) => {
    for (const line of lines) {
      // A field may have the name of a value.
      for (const word of line.match(/(?<![.\w])[a-z_][a-z0-9_]*/g) ?? []) {
        const index = indexOf.get(word);
        if (index !== undefined) lastUse[index] = chunk;
      }
    }
  });
  return lastUse;
}

/** By chunk: how many values are handed over in front of it. */
function countLive(chunks: readonly Chunk[], lastUse: Int32Array): number[] {
  const ended = new Int32Array(chunks.length + 1);
  let alive = 0;
  let name = 0;
  return chunks.map((chunk, index) => {
    alive -= ended[index] ?? 0;
    const before = alive;
    for (; name < chunk.bound; name += 1) {
      const last = lastUse[name] ?? -1;
      if (last <= index) continue;
      alive += 1;
      ended[last + 1] = (ended[last + 1] ?? 0) + 1;
    }
    return before;
  });
}

/** The chunks with which pieces start. */
function chooseStarts(chunks: readonly Chunk[], live: readonly number[]): number[] {
  const starts = [0];
  let lines = 0;
  /** The best place to cut since the last one. */
  let best: { readonly start: number; readonly live: number } | undefined;
  for (let index = 0; index < chunks.length; index += 1) {
    const handed = live[index] ?? 0;
    const length = chunks[index]?.lines.length ?? 0;
    if (lines >= LEAST_LINES) {
      if (best === undefined || handed <= best.live) best = { start: index, live: handed };
      if (handed <= FREE_PARAMETERS || lines + length > MOST_LINES) {
        starts.push(best.start);
        // What stands behind the cut is looked at again.
        index = best.start;
        lines = 0;
        best = undefined;
      }
    }
    lines += chunks[index]?.lines.length ?? 0;
  }
  return starts;
}

function parametersAt(
  start: number,
  chunks: readonly Chunk[],
  names: readonly (readonly [name: string, type: string])[],
  lastUse: Int32Array,
): PieceParameter[] {
  const bound = chunks[start - 1]?.bound ?? 0;
  const result: PieceParameter[] = [];
  for (let index = 0; index < bound; index += 1) {
    const entry = names[index];
    if (entry !== undefined && (lastUse[index] ?? -1) >= start)
      result.push({ name: entry[0], type: entry[1] });
  }
  return result;
}
