/** The texts of run-time faults and stops, word for word the same on every target. */
import type { System } from "./ir.js";
import type { Fault, Stop } from "./simulation.js";

/** What happened, without place and cycle. FIFOs are named `module.port`, exposed values `module.name`. */
export const faultText = {
  popEmpty: (fifo: string): string => `pop of the empty FIFO ${fifo}`,
  popTwice: (fifo: string): string => `second pop of the FIFO ${fifo} in one cycle`,
  peekEmpty: (fifo: string): string => `peek of the empty FIFO ${fifo}`,
  /** `first` and `second` are the pushing modules in canonical order; equal when one module pushes twice. */
  pushTwice: (fifo: string, first: string, second: string): string =>
    `two pushes into the FIFO ${fifo} in one cycle, by ${first} and ${second}`,
  overflow: (fifo: string, limit: number): string => `the FIFO ${fifo} overflows its depth of ${limit}`,
  writeTwice: (array: string): string => `second write of ${array} in one cycle`,
  /** An index above 2^64 - 1 is shown as that. */
  readRange: (array: string, index: bigint, size: number): string =>
    `read of ${array}[${index}], which has ${size} element${size === 1 ? "" : "s"}`,
  assertion: (message: string): string =>
    message === "" ? "assertion failed" : `assertion failed: ${message}`,
  notOneHot: (): string => "select1hot with a selector that is not one-hot",
  divisionByZero: (): string => "division by zero",
  remainderByZero: (): string => "remainder by zero",
  absentValue: (value: string): string => `use of the absent value ${value}`,
  extern: (name: string, reason: string): string => `extern ${name} failed: ${reason}`,
} as const;

/**
 * The line that a fault prints on standard error.
 *
 * @example `fault: pop of the empty FIFO adder.a, in adder at cycle 3 (design.asyn:7:5)`
 */
export function printFault(fault: Fault, system: Pick<System, "files">): string {
  const { file, line, column } = fault.loc;
  return `fault: ${fault.message}, in ${fault.module} at cycle ${fault.cycle} (${system.files[file] ?? "?"}:${line}:${column})`;
}

/** The line that the idle stop prints on standard output. */
export function idleText(idle: number): string {
  return `Simulation stopped due to reaching idle threshold of ${idle}`;
}

/** Exit status of a run that stopped so: 1 for a fault, else 0. */
export function exitStatus(stop: Stop): 0 | 1 {
  return stop.kind === "fault" ? 1 : 0;
}

/** How each text of {@link faultText} begins or goes on, to tell the kinds apart where only the text is at hand. */
const faultPatterns: { readonly [Kind in keyof typeof faultText]: RegExp } = {
  popEmpty: /^pop of the empty FIFO /,
  popTwice: /^second pop of the FIFO /,
  peekEmpty: /^peek of the empty FIFO /,
  pushTwice: /^two pushes into the FIFO /,
  overflow: /^the FIFO \S+ overflows /,
  writeTwice: /^second write of /,
  readRange: /^read of \S+\[/,
  assertion: /^assertion failed/,
  notOneHot: /^select1hot with /,
  divisionByZero: /^division by zero/,
  remainderByZero: /^remainder by zero/,
  absentValue: /^use of the absent value /,
  extern: /^extern \S+ failed/,
};

/** What kind of fault a text of {@link faultText} tells of; undefined for other texts. */
export function faultKind(text: string): keyof typeof faultText | undefined {
  for (const kind of Object.keys(faultText)) {
    if (isFaultKind(kind) && faultPatterns[kind].test(text)) return kind;
  }
  return undefined;
}

function isFaultKind(text: string): text is keyof typeof faultText {
  return text in faultText;
}
