/** The contract of every simulation in JavaScript: the reference interpreter and the host of the WASM target. */
import type { Loc } from "./ir.js";

/** Why a run ended. Only a fault makes the exit status 1. */
export type Stop =
  | { readonly kind: "limit" }
  | { readonly kind: "idle" }
  | { readonly kind: "finish"; readonly module: string; readonly loc: Loc }
  | { readonly kind: "fault"; readonly fault: Fault };

/** A run-time fault. */
export interface Fault {
  /** What happened, e.g. `pop of the empty FIFO adder.a`. */
  readonly message: string;
  readonly module: string;
  readonly cycle: number;
  readonly loc: Loc;
}

/** One printed line. */
export interface LogRecord {
  readonly cycle: number;
  readonly module: string;
  readonly text: string;
  readonly loc: Loc;
}

/** What is known when a run ends. */
export interface RunSummary {
  /** Cycles run so far. */
  readonly cycles: number;
  readonly stop: Stop;
  /** Array writes out of range, which had no effect. */
  readonly droppedWrites: number;
}

/** All committed state. Opaque; restores exactly in the simulation that made it. */
export interface Snapshot {
  readonly kind: "snapshot";
  readonly data: unknown;
}

/**
 * The body of an `extern fn`. Takes the arguments as numbers of their types (negative only for signed ones) and returns the result, or
 * one number for each result. Throwing is a fault.
 */
export type ExternFunction = (...values: readonly bigint[]) => bigint | readonly bigint[];

/** Options of a run; each overrides the design's own `config`. */
export interface SimulationOptions {
  /** Last cycle that runs. */
  readonly cycles?: number;
  /** Idle cycles in a row that stop the run. */
  readonly idle?: number;
  /** Called for each line, in order. Absent: logs are not even formatted. */
  readonly onLog?: (record: LogRecord) => void;
  /** Bodies of the design's extern functions by name. */
  readonly externs?: Readonly<Record<string, ExternFunction>>;
}

/**
 * A simulation between two cycles. Names: `cnt` (register), `rf` (array), `adder` (module), `adder.a` (FIFO), `adder.c` (exposed value).
 * Numbers are given and taken as `bigint`, negative only for signed types. An unknown name, an index out of range or a value that
 * does not fit throws a `RangeError`.
 *
 * @example
 * simulation.step(10);
 * simulation.read("cnt"); // 10n
 */
export interface Simulation {
  /** Cycles run so far; 0 after a reset. */
  readonly cycle: number;
  /** Why it stopped, or undefined while it can go on. */
  readonly stop: Stop | undefined;
  /** Runs up to `count` cycles (default 1); returns the stop, if one was reached. After a stop it runs nothing. */
  step(count?: number): Stop | undefined;
  /** Runs to the stop. */
  run(): RunSummary;
  /** Committed value of a register, or of one element of an array. */
  read(name: string, index?: number): bigint;
  /** Committed elements of an array. */
  readArray(name: string): bigint[];
  /** Changes committed state before the next cycle. */
  write(name: string, value: bigint | number, index?: number): void;
  /** Committed length of a FIFO and its head. */
  fifo(name: string): { readonly length: number; readonly head: bigint | undefined };
  /** The value exposed in the last cycle, or undefined when it was absent. */
  exposed(name: string): bigint | undefined;
  /** Whether the module was triggered in the last cycle. */
  triggered(name: string): boolean;
  /** Credits owed to a stage. */
  credits(name: string): bigint;
  /** Array writes out of range so far. */
  readonly droppedWrites: number;
  /** Back to the initial state. */
  reset(): void;
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
  /** Frees what the simulation holds; using it afterwards is an error. */
  dispose(): void;
}
