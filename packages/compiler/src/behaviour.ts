/** What a design does, as far as anybody can see: what passes must not change. */
import type { ExternDeclaration, ExternFunction, Stop, System } from "@assassyn/ir";
import { arrayIds, arrayOf, printFault, toNumeric } from "@assassyn/ir";
import { createInterpreter } from "@assassyn/interpreter";
import type { Verdict } from "@assassyn/pass-manager";

/** Cycles that are compared unless something else is said: the interpreter runs them in seconds. */
export const COMPARED_CYCLES = 10_000;

/** How the two designs of a comparison are run. */
export interface BehaviourOptions {
  /** Cycles that are compared at most; default 10 000, and never more than the design itself asks for. */
  readonly cycles?: number;
  /** Bodies of extern functions; one that is missing is replaced by a function that mixes its arguments. */
  readonly externs?: Readonly<Record<string, ExternFunction>>;
}

/** One run. */
interface Behaviour {
  readonly lines: readonly string[];
  readonly stop: string;
  readonly cycles: number;
  /** Committed elements by register; absent behind a fault, where the state means nothing. */
  readonly registers?: ReadonlyMap<string, readonly bigint[]>;
}

/**
 * Runs a design on the reference interpreter and returns a judge that tells whether another one does the same: the same lines in the same
 * cycles from the same places, the same stop or fault in the same cycle, and the same registers at the end. The design says how many cycles
 * are compared.
 *
 * @example
 * const judge = createBehaviourJudge(read.system);
 * await manager.bisect(read.system, plan, { judge });
 */
export function createBehaviourJudge(
  design: System,
  options: BehaviourOptions = {},
): (system: System) => Verdict {
  const cycles = Math.min(options.cycles ?? COMPARED_CYCLES, design.config.cycles);
  const externs = { ...standIns(design), ...options.externs };
  const expected = observe(design, cycles, externs);
  return (system) => {
    let found: Behaviour;
    try {
      found = observe(system, cycles, externs);
    } catch (error) {
      // A system that was not verified may be broken in any way.
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "differs", reason: `the interpreter cannot run it: ${reason}` };
    }
    const reason = firstDifference(expected, found);
    return reason === undefined ? { kind: "same" } : { kind: "differs", reason };
  };
}

function observe(
  system: System,
  cycles: number,
  externs: Readonly<Record<string, ExternFunction>>,
): Behaviour {
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    cycles,
    externs,
    onLog: ({ cycle, module, text, loc }) => {
      const place = `${system.files[loc.file] ?? "?"}:${loc.line}`;
      lines.push(`${JSON.stringify(text)} of ${module} in cycle ${cycle} (${place})`);
    },
  });
  try {
    const { stop, cycles: ran } = simulation.run();
    const registers = new Map<string, readonly bigint[]>();
    for (const id of arrayIds(system)) {
      const { name } = arrayOf(system, id);
      registers.set(name, simulation.readArray(name));
    }
    const isSpecified = stop.kind !== "fault" && simulation.stateSpecified;
    return { lines, stop: stopText(stop, system), cycles: ran, ...(isSpecified ? { registers } : {}) };
  } finally {
    simulation.dispose();
  }
}

function stopText(stop: Stop, system: System): string {
  switch (stop.kind) {
    case "limit":
      return "the limit of cycles";
    case "idle":
      return "being idle";
    case "finish":
      return `finish in ${stop.module}`;
    case "fault":
      return printFault(stop.fault, system);
  }
}

/** The first difference in one sentence part, in the order in which it shows. */
function firstDifference(expected: Behaviour, found: Behaviour): string | undefined {
  const count = Math.max(expected.lines.length, found.lines.length);
  for (let at = 0; at < count; at += 1) {
    const [was, is] = [expected.lines[at], found.lines[at]];
    if (was === is) continue;
    if (is === undefined) return `line ${at + 1} of the log is missing: ${was ?? ""}`;
    if (was === undefined) return `the log has one more line, ${at + 1}: ${is}`;
    return `line ${at + 1} of the log is ${is}; it was ${was}`;
  }
  if (expected.stop !== found.stop || expected.cycles !== found.cycles)
    return `the run ends behind cycle ${found.cycles} by ${found.stop}; it ended behind cycle ${expected.cycles} by ${expected.stop}`;
  for (const [name, was] of expected.registers ?? []) {
    const is = found.registers?.get(name);
    // A pass may remove a register; that nobody saw it, the log says.
    const index = is === undefined ? -1 : was.findIndex((value, at) => value !== is[at]);
    if (is === undefined || index < 0) continue;
    const element = was.length === 1 ? name : `${name}[${index}]`;
    return `the register ${element} ends as ${is[index]}; it was ${was[index]}`;
  }
  return undefined;
}

/** For each extern function something that depends on its arguments: enough to notice when they change. */
function standIns(system: System): Record<string, ExternFunction> {
  return Object.fromEntries(
    system.externs.flatMap((extern) => (extern === null ? [] : [[extern.name, standIn(extern)]])),
  );
}

function standIn({ results }: ExternDeclaration): ExternFunction {
  return (...values) => {
    // Knuth's multiplier for linear congruences modulo 2^64, so that every bit of an argument reaches the high bits of the sum.
    let mixed = 0n;
    for (const value of values) mixed = BigInt.asUintN(64, (mixed ^ value) * 6364136223846793005n + 1n);
    const numbers = results.map(({ type }, index) =>
      toNumeric(BigInt.asUintN(type.width, (mixed >> 32n) + BigInt(index)), type),
    );
    const [only] = numbers;
    return numbers.length === 1 && only !== undefined ? only : numbers;
  };
}
