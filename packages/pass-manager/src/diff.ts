/** Differences of two systems as lines of IR text. */
import type { System } from "@assassyn/ir";
import { moduleId, printDeclarations, printModule } from "@assassyn/ir";

/** Lines around a change that are shown with it. */
const CONTEXT = 2;
/** Edits beyond which two modules are shown whole: the search takes time and memory that grow with their square. */
const MAX_EDITS = 2000;

/**
 * What differs, module by module: unchanged lines around a change start with a blank, lost ones with `-`, new ones with `+`. Modules that are
 * the same object are not even looked at.
 */
export function diffSystems(before: System, after: System): string {
  let result = "";
  const declarations = [printDeclarations(before), printDeclarations(after)] as const;
  if (declarations[0] !== declarations[1]) result += diffLines(declarations[0], declarations[1]);
  const count = Math.max(before.modules.length, after.modules.length);
  for (let index = 0; index < count; index += 1) {
    if (before.modules[index] === after.modules[index]) continue;
    const old = before.modules[index] === undefined ? "" : printModule(before, moduleId(index));
    const changed = after.modules[index] === undefined ? "" : printModule(after, moduleId(index));
    if (old === changed) continue;
    const name = after.modules[index]?.name ?? before.modules[index]?.name ?? `#${index}`;
    result += `@@ ${name}\n${diffLines(old, changed)}`;
  }
  return result;
}

/** One line of a script that turns one text into another. */
interface Edit {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

const same = (line: string): Edit => ({ kind: " ", line });

/** The difference of two texts, line by line. */
export function diffLines(before: string, after: string): string {
  const edits = editScript(splitLines(before), splitLines(after));
  const shown = new Set<number>();
  edits.forEach((edit, index) => {
    if (edit.kind === " ") return;
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) shown.add(at);
  });
  let result = "";
  let skipped = false;
  edits.forEach((edit, index) => {
    if (!shown.has(index)) {
      skipped = true;
      return;
    }
    if (skipped && result !== "") result += "  …\n";
    skipped = false;
    result += `${edit.kind}${edit.line}\n`;
  });
  return result;
}

const splitLines = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/**
 * The shortest edit script, by the greedy algorithm of E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
 */
function editScript(a: readonly string[], b: readonly string[]): Edit[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

function middle(a: readonly string[], b: readonly string[]): Edit[] {
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  // furthest[k]: how many lines of `a` are used up on diagonal k; one snapshot for each number of edits.
  const furthest = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    history.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, history);
    }
  }
  return [...a.map((line): Edit => ({ kind: "-", line })), ...b.map((line): Edit => ({ kind: "+", line }))];
}

function backtrack(
  a: readonly string[],
  b: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): Edit[] {
  const result: Edit[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const furthest = history[edits] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
    const previousK = down ? k + 1 : k - 1;
    const previousX = furthest.get(previousK) ?? 0;
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      result.push({ kind: " ", line: a[x] ?? "" });
    }
    if (edits === 0) break;
    if (down) {
      y -= 1;
      result.push({ kind: "+", line: b[y] ?? "" });
    } else {
      x -= 1;
      result.push({ kind: "-", line: a[x] ?? "" });
    }
  }
  return result.reverse();
}
