import type { ModuleId, PortId, System } from "@assassyn/ir";

/** Committed state between two cycles. */
export interface State {
  cycle: number;
  /** Cycles in a row without a triggered stage. */
  idle: number;
  droppedWrites: number;
  /** Elements by array id; empty for a deleted array. */
  readonly arrays: bigint[][];
  /** Queues by module id and port id, head first. */
  readonly fifos: bigint[][][];
  /** Activations owed, by module id. */
  readonly credits: bigint[];
}

/** Elements of all arrays together that are held at most; each takes at least 8 bytes. */
const MOST_ELEMENTS = 2 ** 25;

/** The arrays of a system have more elements than the interpreter can hold. */
export class StateTooLarge extends RangeError {
  constructor(elements: number) {
    super(`the arrays have ${elements} elements; the interpreter holds at most ${MOST_ELEMENTS}`);
    this.name = "StateTooLarge";
  }
}

/** The state before cycle 1. @throws StateTooLarge */
export function initialState(system: System): State {
  const elements = system.arrays.reduce((sum, array) => sum + (array?.size ?? 0), 0);
  if (elements > MOST_ELEMENTS) throw new StateTooLarge(elements);
  return {
    cycle: 0,
    idle: 0,
    droppedWrites: 0,
    arrays: system.arrays.map((array) => {
      if (array === null) return [];
      return Array.from({ length: array.size }, (_, index) => array.initial[index] ?? array.fill);
    }),
    fifos: system.modules.map((module) => (module === null ? [] : module.ports.map(() => []))),
    credits: system.modules.map(() => 0n),
  };
}

/** Place in the total order of everything that happens in one cycle: canonical index of the module, then operation index. */
export interface Key {
  readonly module: number;
  readonly operation: number;
}

/** True when `a` comes before `b`. */
export function keyBefore(a: Key, b: Key): boolean {
  return a.module < b.module || (a.module === b.module && a.operation < b.operation);
}

/** A push that waits for the commit. */
export interface PendingPush {
  readonly module: ModuleId;
  readonly port: PortId;
  readonly value: bigint;
  readonly pusher: ModuleId;
  readonly key: Key;
}
