/** Where in the generator something of the design comes from. */

/** A place in a file; line and column count from 1. */
export interface SourceLocation {
  /** As logs and messages show it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Says where the code that runs now stands; undefined where that is unknown. Called once for each operation. */
export type Locate = () => SourceLocation | undefined;

/** `at f (file:///home/a/b.ts:3:14)`, `at /home/a/b.ts:3:14`, `f@http://host/b.js:3:14`. */
const FRAME = /(?:\(|@|\bat (?:async )?|^)([^()@]+):(\d+):(\d+)\)?$/;

/** So many frames are looked at first: the builder's own are at most eight, and frames are costly. */
const USUAL_DEPTH = 16;
/** And so many then: a generator may call helpers of other files in between. */
const GREATEST_DEPTH = 128;

/**
 * Locations from the stack: the innermost caller in the file that calls this function is the place, so the logs of the design show lines
 * of the generator. Frames of other files (the builder, helpers) are skipped.
 *
 * Lines are those of the code that runs: of the TypeScript source under Vitest, `tsx`, or `node --enable-source-maps`, else of the compiled
 * file. The file is shown by its last part alone, so the design is the same in every folder. It costs a stack trace for each operation,
 * about 20 microseconds each.
 *
 * @param url `import.meta.url` of the generator
 * @param file the name to show; default: the last part of `url`
 * @example const design = new Design("fir", { locate: callerLocation(import.meta.url) });
 */
export function callerLocation(url: string, file: string = lastPart(url)): Locate {
  const wanted = pathOf(url);
  const find = (depth: number): SourceLocation | undefined => {
    for (const line of stackLines(depth)) {
      const frame = FRAME.exec(line.trim());
      if (frame === null || pathOf(frame[1] ?? "") !== wanted) continue;
      return { file, line: Number(frame[2]), column: Number(frame[3]) };
    }
    return undefined;
  };
  return () => find(USUAL_DEPTH) ?? find(GREATEST_DEPTH);
}

function stackLines(depth: number): readonly string[] {
  // Not in the standard, and ignored by engines that do not have it.
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  Reflect.set(Error, "stackTraceLimit", depth);
  const { stack = "" } = new Error("where am I");
  if (limit !== undefined) Reflect.set(Error, "stackTraceLimit", limit);
  return stack.split("\n");
}

/** Path of a URL or path, without a query: bundlers and test runners append one. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/, "").replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function lastPart(url: string): string {
  return pathOf(url).split("/").at(-1) ?? url;
}
