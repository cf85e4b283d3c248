/**
 * The body of one module under construction.
 *
 * Unlike the public `ModuleBuilder` of the IR it lets a caller append operations first and decide later whether they become a region of an
 * `if`: {@link Body.cut} takes the end of the current list off. So an arm of a choice is written in place, and moves only if it can fault.
 */
import type { Span } from "@assassyn/diagnostics";
import type {
  ArrayId,
  BinaryOperator,
  CastOperator,
  ExternId,
  Loc,
  LogPiece,
  ModuleId,
  Operation,
  OpId,
  PortId,
  SlotId,
  Type,
  UnaryOperator,
} from "@assassyn/ir";
import { BOOL, binaryType, bits, opId } from "@assassyn/ir";
import type { Design } from "./design.js";
import type { ModuleInstance } from "./module-instance.js";

/** Effects certain to have happened when control is inside a region, by key, with the place of each. */
interface Certain {
  readonly outer: Certain | undefined;
  effects: Map<number, Span> | undefined;
}

export class Body {
  readonly module: ModuleInstance;
  readonly operations: Operation[] = [];
  readonly root: OpId[] = [];
  /** The region that operations are appended to. */
  list: OpId[] = this.root;
  /** Counts operations that may fault or have an effect: an arm during which it did not move can be evaluated at any time. */
  impure = 0;
  /** Number of enclosing regions and choices. */
  depth = 0;
  /** A `wait_until` or `take` came before. */
  waited = false;
  readonly #design: Design;
  #certain: Certain = { outer: undefined, effects: undefined };

  constructor(design: Design, module: ModuleInstance) {
    this.#design = design;
    this.module = module;
  }

  #append(operation: Operation): OpId {
    const id = opId(this.operations.length);
    this.operations.push(operation);
    this.list.push(id);
    return id;
  }

  #loc(span: Span): Loc {
    return this.#design.locate(span);
  }

  /** The operation with this id. */
  operation(id: OpId): Operation {
    const operation = this.operations[id];
    if (operation === undefined) throw new Error(`no operation %${id}`);
    return operation;
  }

  /** Type of a result. */
  typeOf(id: OpId): Type {
    const { type } = this.operation(id);
    if (type === null) throw new Error(`operation %${id} has no value`);
    return type;
  }

  /** Gives a result the name of its binding. */
  rename(id: OpId, name: string): void {
    // Nobody else has seen the operation yet, so it is changed in place: copying it would cost more than making it.
    const operation: { name?: string } = this.operation(id);
    operation.name = name;
  }

  // ---- regions

  /** Takes off what was appended to the current list since its length was `from`. */
  cut(from: number): OpId[] {
    return this.list.splice(from);
  }

  /** Runs `action` with `list` as the region to append to. */
  within<Result>(list: OpId[], action: () => Result): Result {
    const outer = this.list;
    this.list = list;
    const result = action();
    this.list = outer;
    return result;
  }

  /** Runs `action` as something that happens only sometimes. */
  sometimes<Result>(action: () => Result): Result {
    const outer = this.#certain;
    this.#certain = { outer, effects: undefined };
    this.depth += 1;
    const result = action();
    this.depth -= 1;
    this.#certain = outer;
    return result;
  }

  /** Notes an effect that a module may have once a cycle; returns the place of an earlier one that surely happened before. */
  once(key: number, span: Span): Span | undefined {
    for (let at: Certain | undefined = this.#certain; at !== undefined; at = at.outer) {
      const earlier = at.effects?.get(key);
      if (earlier !== undefined) return earlier;
    }
    this.#certain.effects ??= new Map();
    this.#certain.effects.set(key, span);
    return undefined;
  }

  /** Appends an `if` over finished lists. With results it has a value of type `type`. */
  branch(
    condition: OpId,
    then: OpId[],
    otherwise: OpId[],
    span: Span,
    value?: { type: Type; then: OpId; else: OpId },
  ): OpId {
    return this.#append({
      kind: "if",
      type: value === undefined ? null : value.type,
      condition,
      then: value === undefined ? { operations: then } : { operations: then, result: value.then },
      else: value === undefined ? { operations: otherwise } : { operations: otherwise, result: value.else },
      loc: this.#loc(span),
    });
  }

  // ---- pure operations

  constant(type: Type, value: bigint, span: Span): OpId {
    return this.#append({ kind: "const", type, value, loc: this.#loc(span) });
  }
  unary(operator: UnaryOperator, operand: OpId, span: Span): OpId {
    return this.#append({
      kind: "unary",
      operator,
      operand,
      type: bits(this.typeOf(operand).width),
      loc: this.#loc(span),
    });
  }
  /** `type` is the result type by the table of the execution semantics. */
  binary(
    operator: BinaryOperator,
    left: OpId,
    right: OpId,
    span: Span,
    type = binaryType(operator, this.typeOf(left), this.typeOf(right)),
  ): OpId {
    if (operator === "div" || operator === "rem") {
      const divisor = this.operation(right);
      if (divisor.kind !== "const" || divisor.value === 0n) this.impure += 1;
    }
    return this.#append({ kind: "binary", operator, left, right, type, loc: this.#loc(span) });
  }
  cast(operator: CastOperator, operand: OpId, to: Type, span: Span): OpId {
    return this.#append({ kind: "cast", operator, operand, type: to, loc: this.#loc(span) });
  }
  slice(operand: OpId, high: number, low: number, span: Span): OpId {
    return this.#append({
      kind: "slice",
      operand,
      high,
      low,
      type: bits(high - low + 1),
      loc: this.#loc(span),
    });
  }
  concat(operands: OpId[], width: number, span: Span): OpId {
    return this.#append({ kind: "concat", operands, type: bits(width), loc: this.#loc(span) });
  }
  select(condition: OpId, then: OpId, otherwise: OpId, type: Type, span: Span): OpId {
    return this.#append({ kind: "select", condition, then, else: otherwise, type, loc: this.#loc(span) });
  }
  select1hot(selector: OpId, arms: OpId[], type: Type, span: Span): OpId {
    this.impure += 1;
    return this.#append({ kind: "select1hot", selector, arms, type, loc: this.#loc(span) });
  }
  cycle(span: Span): OpId {
    return this.#append({ kind: "cycle", type: bits(64), loc: this.#loc(span) });
  }

  // ---- reads of state

  read(array: ArrayId, index: OpId, size: number, type: Type, span: Span): OpId {
    const operation = this.operation(index);
    const fits =
      operation.kind === "const"
        ? operation.value < BigInt(size)
        : operation.type !== null && operation.type.width < 32 && 2 ** operation.type.width <= size;
    if (!fits) this.impure += 1;
    return this.#append({ kind: "array-read", array, index, type, loc: this.#loc(span) });
  }
  fifoValid(module: ModuleId, port: PortId, span: Span): OpId {
    return this.#append({ kind: "fifo-valid", module, port, type: BOOL, loc: this.#loc(span) });
  }
  fifoPeek(module: ModuleId, port: PortId, type: Type, span: Span): OpId {
    this.impure += 1;
    return this.#append({ kind: "fifo-peek", module, port, type, loc: this.#loc(span) });
  }
  exposedGet(module: ModuleId, slot: SlotId, type: Type, span: Span): OpId {
    this.impure += 1;
    return this.#append({ kind: "exposed-get", module, slot, type, loc: this.#loc(span) });
  }
  exposedValid(module: ModuleId, slot: SlotId, span: Span): OpId {
    return this.#append({ kind: "exposed-valid", module, slot, type: BOOL, loc: this.#loc(span) });
  }
  triggered(module: ModuleId, span: Span): OpId {
    return this.#append({ kind: "triggered", module, type: BOOL, loc: this.#loc(span) });
  }

  // ---- effects

  pop(port: PortId, type: Type, span: Span): OpId {
    this.impure += 1;
    return this.#append({ kind: "fifo-pop", port, type, loc: this.#loc(span) });
  }
  externCall(extern: ExternId, values: OpId[], type: Type, span: Span): OpId {
    this.impure += 1;
    return this.#append({ kind: "extern-call", extern, arguments: values, type, loc: this.#loc(span) });
  }
  write(array: ArrayId, index: OpId, value: OpId, span: Span): void {
    this.impure += 1;
    this.#append({ kind: "array-write", array, index, value, type: null, loc: this.#loc(span) });
  }
  push(module: ModuleId, port: PortId, value: OpId, span: Span): void {
    this.impure += 1;
    this.#append({ kind: "fifo-push", module, port, value, type: null, loc: this.#loc(span) });
  }
  call(module: ModuleId, span: Span): void {
    this.impure += 1;
    this.#append({ kind: "call", module, type: null, loc: this.#loc(span) });
  }
  wait(condition: OpId, span: Span): void {
    this.impure += 1;
    this.waited = true;
    this.#append({ kind: "wait", condition, type: null, loc: this.#loc(span) });
  }
  finish(span: Span): void {
    this.impure += 1;
    this.#append({ kind: "finish", type: null, loc: this.#loc(span) });
  }
  assert(condition: OpId, text: string, span: Span): void {
    this.impure += 1;
    this.#append({ kind: "assert", condition, message: text, type: null, loc: this.#loc(span) });
  }
  log(pieces: readonly LogPiece[], values: OpId[], span: Span): void {
    this.impure += 1;
    this.#append({ kind: "log", pieces, arguments: values, type: null, loc: this.#loc(span) });
  }

  /**
   * Puts `expose` operations behind the definitions they publish. Every list is rebuilt once, so this is linear in the lists concerned.
   */
  insertExposes(
    exposes: readonly { readonly list: readonly OpId[]; readonly value: OpId; readonly slot: SlotId }[],
  ): void {
    const byList = new Map<readonly OpId[], Map<OpId, OpId[]>>();
    for (const { list, value, slot } of exposes) {
      const id = opId(this.operations.length);
      this.operations.push({ kind: "expose", slot, value, type: null, loc: this.operation(value).loc });
      let behind = byList.get(list);
      if (behind === undefined) byList.set(list, (behind = new Map()));
      const ids = behind.get(value);
      if (ids === undefined) behind.set(value, [id]);
      else ids.push(id);
    }
    if (byList.size === 0) return;
    const rebuild = (list: readonly OpId[]): OpId[] | undefined => {
      const behind = byList.get(list);
      return behind && list.flatMap((id) => [id, ...(behind.get(id) ?? [])]);
    };
    const root = rebuild(this.root);
    if (root !== undefined) {
      this.root.length = 0;
      for (const id of root) this.root.push(id);
    }
    for (let index = 0; index < this.operations.length; index += 1) {
      const operation = this.operations[index];
      if (operation?.kind !== "if") continue;
      const then = rebuild(operation.then.operations);
      const otherwise = rebuild(operation.else.operations);
      if (then === undefined && otherwise === undefined) continue;
      this.operations[index] = {
        ...operation,
        then: then === undefined ? operation.then : { ...operation.then, operations: then },
        else: otherwise === undefined ? operation.else : { ...operation.else, operations: otherwise },
      };
    }
  }
}
