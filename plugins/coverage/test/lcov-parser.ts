/** A reader of lcov tracefiles, as strict as geninfo(1) describes them: for the tests alone. */

/** What a tracefile says of one source file. */
export interface LcovFile {
  path: string;
  /** Line and count. */
  lines: [number, number][];
  /** Name, line, count. */
  functions: [string, number, number][];
  /** Line, block, branch, taken or `-`. */
  branches: [number, number, number, string][];
}

/** How many of these happened at all. */
function hit(counts: readonly number[]): number {
  return counts.filter((times) => times > 0).length;
}

/** Parses a tracefile. @throws Error at the first line that is no record, or whose totals are not those of the records before it */
export function parseLcov(text: string): LcovFile[] {
  const files: LcovFile[] = [];
  let open: LcovFile | undefined;
  let totals: Record<string, number> = {};
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const [, key = "", value = ""] = /^([A-Z]+|end_of_record)(?::(.*))?$/.exec(line) ?? [];
    const fail = (): never => {
      throw new Error(`line ${index + 1}: ${line}`);
    };
    const numbers = (pattern: RegExp): string[] => pattern.exec(value)?.slice(1) ?? fail();
    if (key === "TN") continue;
    if (key === "SF") {
      if (open !== undefined || value === "") fail();
      open = { path: value, lines: [], functions: [], branches: [] };
      totals = {};
      continue;
    }
    const file: LcovFile = open ?? fail();
    switch (key) {
      case "FN": {
        const [at, name = ""] = numbers(/^(\d+),(.+)$/);
        file.functions.push([name, Number(at), -1]);
        break;
      }
      case "FNDA": {
        const [times, name] = numbers(/^(\d+),(.+)$/);
        const known = file.functions.find((each) => each[0] === name && each[2] === -1) ?? fail();
        known[2] = Number(times);
        break;
      }
      case "BRDA": {
        const [at, block, branch, taken = ""] = numbers(/^(\d+),(\d+),(\d+),(\d+|-)$/);
        file.branches.push([Number(at), Number(block), Number(branch), taken]);
        break;
      }
      case "DA": {
        const [at, times] = numbers(/^(\d+),(\d+)$/);
        if (file.lines.some(([other]) => other >= Number(at))) fail();
        file.lines.push([Number(at), Number(times)]);
        break;
      }
      case "FNF":
      case "FNH":
      case "BRF":
      case "BRH":
      case "LF":
      case "LH":
        totals[key] = Number(numbers(/^(\d+)$/)[0]);
        break;
      case "end_of_record": {
        const functions = file.functions.map(([, , times]) => times);
        const lines = file.lines.map(([, times]) => times);
        const branches = file.branches.map(([, , , taken]) => (taken === "-" ? 0 : Number(taken)));
        const wanted = {
          FNF: functions.length,
          FNH: hit(functions),
          BRF: branches.length,
          BRH: hit(branches),
          LF: lines.length,
          LH: hit(lines),
        };
        for (const [name, total] of Object.entries(wanted)) if (totals[name] !== total) fail();
        files.push(file);
        open = undefined;
        break;
      }
      default:
        fail();
    }
  }
  if (open !== undefined) throw new Error("the last record does not end");
  return files;
}
