/** Runs one body for one cycle. */
import type {
  ExternFunction,
  Loc,
  LogPiece,
  Module,
  ModuleId,
  Operation,
  OpId,
  PortId,
  Region,
  System,
  Type,
} from "@assassyn/ir";
import {
  arrayOf,
  assertNever,
  faultText,
  formatValue,
  moduleOf,
  operationOf,
  packExternResults,
  toNumeric,
} from "@assassyn/ir";
import type { PendingCycle } from "./cycle.js";
import type { TypedBits } from "./evaluate.js";
import { evaluateBinary, evaluateCast, evaluateUnary } from "./evaluate.js";
import type { State } from "./state.js";

/** How a body ended: at its end or by `finish` (triggered), at a failed wait, or by a fault. */
export type Outcome = "triggered" | "waiting" | "fault";

/** What a body needs to know about the run. */
export interface RunContext {
  readonly system: System;
  readonly state: State;
  readonly pending: PendingCycle;
  readonly formatLogs: boolean;
  readonly externs: Readonly<Record<string, ExternFunction>>;
  /** Canonical index by module id. */
  readonly canonicalIndex: ReadonlyMap<ModuleId, number>;
  /** Position of each operation in its body, in program order. */
  readonly positions: (module: ModuleId) => ReadonlyMap<OpId, number>;
  readonly onOperation?: OperationObserver;
}

/** Called behind each operation that did not end its body, with the bit pattern of its result, if it has one. */
export type OperationObserver = (module: ModuleId, operation: OpId, bits: bigint | undefined) => void;

/** Thrown inside this file only, to leave nested regions at once. */
class EndOfBody extends Error {
  constructor(readonly outcome: Outcome) {
    super(outcome);
  }
}

const MAX_SHOWN_INDEX = (1n << 64n) - 1n;

/** Runs the body of module `id` and gathers its effects in `context.pending`. */
export function runBody(context: RunContext, id: ModuleId): Outcome {
  try {
    const body = new BodyRun(context, id);
    body.runRegion(body.module.body);
    return "triggered";
  } catch (error) {
    if (error instanceof EndOfBody) return error.outcome;
    throw error;
  }
}

class BodyRun {
  readonly module: Module;
  readonly #values: (bigint | undefined)[] = [];
  readonly #positions: ReadonlyMap<OpId, number>;

  constructor(
    readonly context: RunContext,
    readonly id: ModuleId,
  ) {
    this.module = moduleOf(context.system, id);
    this.#positions = context.positions(id);
  }

  runRegion(region: Region): bigint | undefined {
    const { onOperation } = this.context;
    for (const id of region.operations) {
      const value = this.#run(operationOf(this.module, id), id);
      this.#values[id] = value;
      onOperation?.(this.id, id, value);
    }
    return region.result === undefined ? undefined : this.#bits(region.result);
  }

  #bits(id: OpId): bigint {
    const value = this.#values[id];
    if (value === undefined)
      throw new Error(`operation %${id} of ${this.module.name} is used before it has a value`);
    return value;
  }

  #typed(id: OpId): TypedBits {
    return { bits: this.#bits(id), type: this.#typeOf(id) };
  }

  #typeOf(id: OpId): Type {
    const operation = operationOf(this.module, id);
    if (operation.type === null) throw new Error(`operation %${id} of ${this.module.name} has no value`);
    return operation.type;
  }

  #key(id: OpId): { module: number; operation: number } {
    return { module: this.context.canonicalIndex.get(this.id) ?? 0, operation: this.#positions.get(id) ?? 0 };
  }

  #fault(id: OpId, message: string): never {
    const fault = {
      message,
      module: this.module.name,
      cycle: this.context.state.cycle,
      loc: operationOf(this.module, id).loc,
    };
    this.context.pending.requestStop({ kind: "fault", key: this.#key(id), fault });
    throw new EndOfBody("fault");
  }

  #fifo(module: ModuleId, port: PortId): { readonly name: string; readonly queue: readonly bigint[] } {
    const owner = moduleOf(this.context.system, module);
    return {
      name: `${owner.name}.${owner.ports[port]?.name}`,
      queue: this.context.state.fifos[module]?.[port] ?? [],
    };
  }

  /** Runs one operation; returns its value where it has one. */
  #run(operation: Operation, id: OpId): bigint | undefined {
    const { system, state, pending } = this.context;
    switch (operation.kind) {
      case "const":
        return operation.value;
      case "unary":
        return evaluateUnary(operation.operator, this.#typed(operation.operand));
      case "binary": {
        const result = evaluateBinary(
          operation.operator,
          this.#typed(operation.left),
          this.#typed(operation.right),
          operation.type,
        );
        if (result === undefined) {
          this.#fault(
            id,
            operation.operator === "div" ? faultText.divisionByZero() : faultText.remainderByZero(),
          );
        }
        return result;
      }
      case "cast":
        return evaluateCast(operation.operator, this.#typed(operation.operand), operation.type);
      case "slice":
        return BigInt.asUintN(
          operation.high - operation.low + 1,
          this.#bits(operation.operand) >> BigInt(operation.low),
        );
      case "concat":
        return operation.operands.reduce(
          (sum, operand) => (sum << BigInt(this.#typeOf(operand).width)) | this.#bits(operand),
          0n,
        );
      case "select":
        return this.#bits(this.#bits(operation.condition) !== 0n ? operation.then : operation.else);
      case "select1hot": {
        const selector = this.#bits(operation.selector);
        const arm = operation.arms.findIndex((_, index) => selector === 1n << BigInt(index));
        const chosen = operation.arms[arm];
        if (chosen === undefined) return this.#fault(id, faultText.notOneHot());
        return this.#bits(chosen);
      }
      case "cycle":
        return BigInt(state.cycle);
      case "array-read": {
        const index = this.#bits(operation.index);
        const array = arrayOf(system, operation.array);
        if (index >= BigInt(array.size)) {
          const shown = index > MAX_SHOWN_INDEX ? MAX_SHOWN_INDEX : index;
          this.#fault(id, faultText.readRange(array.name, shown, array.size));
        }
        return state.arrays[operation.array]?.[Number(index)];
      }
      case "fifo-valid":
        return this.#fifo(operation.module, operation.port).queue.length > 0 ? 1n : 0n;
      case "fifo-peek": {
        const { name, queue } = this.#fifo(operation.module, operation.port);
        return queue[0] ?? this.#fault(id, faultText.peekEmpty(name));
      }
      case "fifo-pop": {
        const { name, queue } = this.#fifo(this.id, operation.port);
        if (pending.pops.some((pop) => pop.module === this.id && pop.port === operation.port)) {
          this.#fault(id, faultText.popTwice(name));
        }
        const head = queue[0] ?? this.#fault(id, faultText.popEmpty(name));
        pending.pops.push({ module: this.id, port: operation.port });
        return head;
      }
      case "exposed-get": {
        const value = pending.exposed.get(operation.module)?.get(operation.slot);
        if (value === undefined) {
          const owner = moduleOf(system, operation.module);
          this.#fault(id, faultText.absentValue(`${owner.name}.${owner.exposed[operation.slot]?.name}`));
        }
        return value;
      }
      case "exposed-valid":
        return pending.exposed.get(operation.module)?.has(operation.slot) === true ? 1n : 0n;
      case "triggered":
        return pending.triggered.has(operation.module) ? 1n : 0n;
      case "extern-call":
        return this.#callExtern(operation, id);
      case "array-write": {
        const array = arrayOf(system, operation.array);
        if (pending.writes.some((write) => write.array === operation.array && write.writer === this.id)) {
          this.#fault(id, faultText.writeTwice(array.name));
        }
        pending.writes.push({
          array: operation.array,
          writer: this.id,
          index: this.#bits(operation.index),
          value: this.#bits(operation.value),
        });
        return undefined;
      }
      case "fifo-push": {
        const { name } = this.#fifo(operation.module, operation.port);
        const earlier = pending.pushes.find(
          (push) => push.module === operation.module && push.port === operation.port,
        );
        if (earlier !== undefined) {
          // Bodies run in canonical order here, so the second push has the larger key.
          this.#fault(id, faultText.pushTwice(name, moduleOf(system, earlier.pusher).name, this.module.name));
        }
        const { module, port } = operation;
        pending.pushes.push({
          module,
          port,
          value: this.#bits(operation.value),
          pusher: this.id,
          key: this.#key(id),
        });
        return undefined;
      }
      case "call":
        pending.calls.push(operation.module);
        return undefined;
      case "wait":
        if (this.#bits(operation.condition) === 0n) throw new EndOfBody("waiting");
        return undefined;
      case "finish":
        pending.requestStop({
          kind: "finish",
          key: this.#key(id),
          module: this.module.name,
          loc: operation.loc,
        });
        throw new EndOfBody("triggered");
      case "assert":
        if (this.#bits(operation.condition) === 0n) this.#fault(id, faultText.assertion(operation.message));
        return undefined;
      case "log":
        if (this.context.formatLogs) this.#log(id, operation.pieces, operation.arguments, operation.loc);
        return undefined;
      case "expose": {
        const slots = pending.exposed.get(this.id) ?? new Map<typeof operation.slot, bigint>();
        slots.set(operation.slot, this.#bits(operation.value));
        pending.exposed.set(this.id, slots);
        return undefined;
      }
      // One body runs at a time here, so nobody waits for a lock.
      case "acquire":
      case "release":
        return undefined;
      case "if":
        return this.runRegion(this.#bits(operation.condition) !== 0n ? operation.then : operation.else);
      default:
        return assertNever(operation);
    }
  }

  #log(id: OpId, pieces: readonly LogPiece[], values: readonly OpId[], loc: Loc): void {
    let text = "";
    for (const piece of pieces) {
      if (piece.kind === "text") {
        text += piece.text;
        continue;
      }
      const argument = values[piece.index];
      if (argument === undefined)
        throw new Error(`log %${id} of ${this.module.name} misses argument ${piece.index}`);
      text += formatValue(this.#bits(argument), this.#typeOf(argument), piece.spec);
    }
    this.context.pending.logs.push({
      key: this.#key(id),
      record: { cycle: this.context.state.cycle, module: this.module.name, text, loc },
    });
  }

  #callExtern(operation: Extract<Operation, { kind: "extern-call" }>, id: OpId): bigint {
    const declaration = this.context.system.externs[operation.extern];
    if (declaration == null) throw new Error(`no extern #${operation.extern}`);
    const body = this.context.externs[declaration.name];
    if (body === undefined) throw new Error(`extern ${declaration.name} has no body`);
    try {
      return packExternResults(
        declaration.results.map((result) => result.type),
        body(
          ...operation.arguments.map((argument) => toNumeric(this.#bits(argument), this.#typeOf(argument))),
        ),
      );
    } catch (error) {
      this.#fault(
        id,
        faultText.extern(declaration.name, error instanceof Error ? error.message : String(error)),
      );
    }
  }
}
