/** Compares runs and says in a few lines where they part. */
import type { RunTrace, TraceLine } from "./trace.js";

const CONTEXT = 3;
const MAX_DIFFERENCES = 12;

function printLine(line: TraceLine | undefined): string {
  if (line === undefined) return "(no more lines)";
  const { cycle, module, text, place } = line;
  return `@${cycle} [${module}] ${JSON.stringify(text)}${place === undefined ? "" : ` (${place})`}`;
}

/** Equal places; some targets leave out the column. */
const samePlace = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a === b || a.startsWith(`${b}:`) || b.startsWith(`${a}:`);

const sameLine = (a: TraceLine | undefined, b: TraceLine | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.cycle === b.cycle &&
  a.module === b.module &&
  a.text === b.text &&
  samePlace(a.place, b.place);

function compareLines(a: RunTrace, b: RunTrace): string[] {
  const count = Math.max(a.lines.length, b.lines.length);
  for (let index = 0; index < count; index += 1) {
    const left = a.lines[index];
    const right = b.lines[index];
    if (sameLine(left, right)) continue;
    const before = a.lines.slice(Math.max(0, index - CONTEXT), index);
    return [
      `log line ${index + 1} of ${a.lines.length} (${a.target}) and ${b.lines.length} (${b.target}):`,
      ...before.map((line) => `    ${printLine(line)}`),
      `  - ${printLine(left)}`,
      `  + ${printLine(right)}`,
    ];
  }
  return [];
}

function show(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) ??
    "absent"
  );
}

/** Values by name. With `mayLack`, a name that `b` lacks is no difference: a pass may drop exposed values that nobody reads. */
function compareNamed(
  what: string,
  a: ReadonlyMap<string, unknown>,
  b: ReadonlyMap<string, unknown>,
  mayLack = false,
): string[] {
  return [...a].flatMap(([name, value]) => {
    if (mayLack && !b.has(name)) return [];
    const left = show(value);
    const right = show(b.get(name));
    return left === right ? [] : [`${what} ${name}:`, `  - ${left}`, `  + ${right}`];
  });
}

/** Where `b` differs from `a`, line by line; empty when they are the same. State is compared only where the semantics define it. */
export function compareTraces(a: RunTrace, b: RunTrace): string[] {
  const result: string[] = [];
  if (a.stop !== b.stop) result.push("stop:", `  - ${a.stop}`, `  + ${b.stop}`);
  if (a.cycles !== b.cycles) result.push("cycles:", `  - ${a.cycles}`, `  + ${b.cycles}`);
  result.push(...compareLines(a, b));
  const specified = (a.stateSpecified ?? b.stateSpecified ?? true) && (b.stateSpecified ?? true);
  if (specified) {
    if (a.droppedWrites !== b.droppedWrites)
      result.push("dropped writes:", `  - ${a.droppedWrites}`, `  + ${b.droppedWrites}`);
    if (a.state !== undefined && b.state !== undefined) {
      result.push(...compareNamed("array", a.state.arrays, b.state.arrays));
      result.push(...compareNamed("FIFO", a.state.fifos, b.state.fifos));
      result.push(...compareNamed("credits of", a.state.credits, b.state.credits));
      result.push(...compareNamed("triggered", a.state.triggered, b.state.triggered));
      result.push(...compareNamed("exposed", a.state.exposed, b.state.exposed, true));
    }
  }
  return result.length > 3 * MAX_DIFFERENCES ? [...result.slice(0, 3 * MAX_DIFFERENCES), "…"] : result;
}

/**
 * Asserts that two runs cannot be told apart.
 *
 * @throws Error whose message shows the first different log line and all other differences; `-` is `expected`, `+` is `actual`
 */
export function expectSame(expected: RunTrace, actual: RunTrace): void {
  const differences = compareTraces(expected, actual);
  if (differences.length === 0) return;
  throw new Error(
    `${actual.target} differs from ${expected.target}\n- ${expected.target}\n+ ${actual.target}\n\n${differences.join("\n")}`,
  );
}
