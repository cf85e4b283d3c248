/** Builds a {@link System} operation by operation; the only mutable form of the IR. */
import type {
  ArrayDeclaration,
  ArrayId,
  BinaryOperator,
  CastOperator,
  ExposedSlot,
  ExternDeclaration,
  ExternId,
  Loc,
  Module,
  ModuleId,
  ModuleKind,
  Operation,
  OpId,
  Port,
  PortId,
  Region,
  SlotId,
  System,
  SystemConfig,
  UnaryOperator,
} from "./ir.js";
import { arrayId, DEFAULT_CONFIG, externId, moduleId, opId, portId, slotId } from "./ir.js";
import { parseFormat } from "./format.js";
import type { Type } from "./types.js";
import { BOOL, bits, type } from "./types.js";

const NOWHERE: Loc = { file: 0, line: 1, column: 1 };

/** Result type of `left operator right`, by the table "Values" of the execution semantics. */
export function binaryType(operator: BinaryOperator, left: Type, right: Type): Type {
  switch (operator) {
    case "add":
      return type(left.class, Math.max(left.width, right.width));
    case "mul":
      return type(left.class, left.width + right.width);
    case "sub":
    case "div":
    case "rem":
      return left;
    case "and":
    case "or":
    case "xor":
      return bits(Math.max(left.width, right.width));
    case "shl":
    case "shr":
      return bits(left.width);
    case "lt":
    case "gt":
    case "le":
    case "ge":
    case "eq":
    case "ne":
      return BOOL;
  }
}

/** Collects declarations and modules of a system. */
export class SystemBuilder {
  readonly #name: string;
  readonly #files: string[];
  readonly #arrays: (ArrayDeclaration | null)[] = [];
  readonly #externs: ExternDeclaration[] = [];
  readonly #modules: ModuleBuilder[] = [];
  config: SystemConfig = DEFAULT_CONFIG;

  constructor(name: string, files: readonly string[] = ["design.asyn"]) {
    this.#name = name;
    this.#files = [...files];
  }

  /** Declares a register array; `size` 1 and `scalar` unless said otherwise. */
  array(
    name: string,
    elementType: Type,
    options: {
      size?: number;
      scalar?: boolean;
      initial?: readonly bigint[];
      fill?: bigint;
      file?: string;
      loc?: Loc;
    } = {},
  ): ArrayId {
    const size = options.size ?? 1;
    this.#arrays.push({
      name,
      type: elementType,
      size,
      scalar: options.scalar ?? options.size === undefined,
      initial: options.initial ?? [],
      fill: options.fill ?? 0n,
      ...(options.file === undefined ? {} : { file: options.file }),
      loc: options.loc ?? NOWHERE,
    });
    return arrayId(this.#arrays.length - 1);
  }

  /** Declares a function with a foreign body. */
  extern(declaration: ExternDeclaration): ExternId {
    this.#externs.push(declaration);
    return externId(this.#externs.length - 1);
  }

  /** Starts a module; its place in the system is the order of these calls. */
  module(kind: ModuleKind, name: string, options: { source?: string; loc?: Loc } = {}): ModuleBuilder {
    const builder = new ModuleBuilder(
      moduleId(this.#modules.length),
      kind,
      name,
      options.source ?? name,
      options.loc ?? NOWHERE,
    );
    this.#modules.push(builder);
    return builder;
  }

  /** The finished system. The builder can go on and be built again. */
  build(): System {
    return {
      name: this.#name,
      files: [...this.#files],
      config: this.config,
      arrays: [...this.#arrays],
      externs: [...this.#externs],
      modules: this.#modules.map((builder) => builder.build()),
    };
  }
}

/** A body under construction. */
interface OpenRegion {
  operations: OpId[];
}

/**
 * Builds one module. Operations are appended to the innermost open region; each method returns the id of its result.
 *
 * @example
 * const adder = system.module("stage", "adder");
 * const a = adder.port("a", int(32));
 * const value = adder.pop(a);
 * adder.log("a = {}", [value]);
 */
export class ModuleBuilder {
  readonly id: ModuleId;
  readonly kind: ModuleKind;
  readonly name: string;
  readonly #source: string;
  readonly #loc: Loc;
  readonly #ports: Port[] = [];
  readonly #exposed: ExposedSlot[] = [];
  readonly #operations: Operation[] = [];
  readonly #root: OpenRegion = { operations: [] };
  #open: OpenRegion = this.#root;
  /** Location given to the operations that follow. */
  loc: Loc;

  constructor(id: ModuleId, kind: ModuleKind, name: string, source: string, loc: Loc) {
    this.id = id;
    this.kind = kind;
    this.name = name;
    this.#source = source;
    this.#loc = loc;
    this.loc = loc;
  }

  /** Declares a FIFO port. */
  port(name: string, portType: Type, depth?: number): PortId {
    this.#ports.push({ name, type: portType, ...(depth === undefined ? {} : { depth }), loc: this.loc });
    return portId(this.#ports.length - 1);
  }

  /** Ports declared so far. */
  get ports(): readonly Port[] {
    return this.#ports;
  }

  /** Slots declared so far. */
  get exposed(): readonly ExposedSlot[] {
    return this.#exposed;
  }

  /** Appends any operation. Prefer the typed methods. */
  append(operation: Operation): OpId {
    const id = opId(this.#operations.length);
    this.#operations.push(operation);
    this.#open.operations.push(id);
    return id;
  }

  /** The operation with this id. */
  operation(id: OpId): Operation {
    const operation = this.#operations[id];
    if (operation === undefined) throw new Error(`module ${this.name} has no operation %${id}`);
    return operation;
  }

  /** Result type of an operation. @throws Error if it has none. */
  typeOf(id: OpId): Type {
    const found = this.operation(id).type;
    if (found === null) throw new Error(`operation %${id} of module ${this.name} has no value`);
    return found;
  }

  /** Names the result, as a `let` does. */
  rename(id: OpId, name: string): void {
    this.#operations[id] = { ...this.operation(id), name };
  }

  const(constType: Type, value: bigint | number): OpId {
    return this.append({
      kind: "const",
      type: constType,
      value: BigInt.asUintN(constType.width, BigInt(value)),
      loc: this.loc,
    });
  }
  unary(operator: UnaryOperator, operand: OpId): OpId {
    return this.append({
      kind: "unary",
      operator,
      operand,
      type: bits(this.typeOf(operand).width),
      loc: this.loc,
    });
  }
  binary(operator: BinaryOperator, left: OpId, right: OpId): OpId {
    const resultType = binaryType(operator, this.typeOf(left), this.typeOf(right));
    return this.append({ kind: "binary", operator, left, right, type: resultType, loc: this.loc });
  }
  cast(operator: CastOperator, operand: OpId, to: Type): OpId {
    return this.append({ kind: "cast", operator, operand, type: to, loc: this.loc });
  }
  slice(operand: OpId, high: number, low: number): OpId {
    return this.append({ kind: "slice", operand, high, low, type: bits(high - low + 1), loc: this.loc });
  }
  concat(operands: readonly OpId[]): OpId {
    const width = operands.reduce((sum, operand) => sum + this.typeOf(operand).width, 0);
    return this.append({ kind: "concat", operands: [...operands], type: bits(width), loc: this.loc });
  }
  select(condition: OpId, then: OpId, otherwise: OpId): OpId {
    return this.append({
      kind: "select",
      condition,
      then,
      else: otherwise,
      type: this.typeOf(then),
      loc: this.loc,
    });
  }
  select1hot(selector: OpId, arms: readonly OpId[]): OpId {
    const [first] = arms;
    if (first === undefined) throw new Error("select1hot needs an arm");
    return this.append({
      kind: "select1hot",
      selector,
      arms: [...arms],
      type: this.typeOf(first),
      loc: this.loc,
    });
  }
  cycle(): OpId {
    return this.append({ kind: "cycle", type: bits(64), loc: this.loc });
  }
  read(array: ArrayId, index: OpId, elementType: Type): OpId {
    return this.append({ kind: "array-read", array, index, type: elementType, loc: this.loc });
  }
  write(array: ArrayId, index: OpId, value: OpId): OpId {
    return this.append({ kind: "array-write", array, index, value, type: null, loc: this.loc });
  }
  fifoValid(module: ModuleId, port: PortId): OpId {
    return this.append({ kind: "fifo-valid", module, port, type: BOOL, loc: this.loc });
  }
  fifoPeek(module: ModuleId, port: PortId, elementType: Type): OpId {
    return this.append({ kind: "fifo-peek", module, port, type: elementType, loc: this.loc });
  }
  pop(port: PortId): OpId {
    const declared = this.#ports[port];
    if (declared === undefined) throw new Error(`module ${this.name} has no port #${port}`);
    return this.append({ kind: "fifo-pop", port, type: declared.type, loc: this.loc });
  }
  push(module: ModuleId, port: PortId, value: OpId): OpId {
    return this.append({ kind: "fifo-push", module, port, value, type: null, loc: this.loc });
  }
  call(module: ModuleId): OpId {
    return this.append({ kind: "call", module, type: null, loc: this.loc });
  }
  wait(condition: OpId): OpId {
    return this.append({ kind: "wait", condition, type: null, loc: this.loc });
  }
  finish(): OpId {
    return this.append({ kind: "finish", type: null, loc: this.loc });
  }
  assert(condition: OpId, message: string): OpId {
    return this.append({ kind: "assert", condition, message, type: null, loc: this.loc });
  }
  /** Appends a `log`. @throws Error if the format string is wrong or does not fit the arguments. */
  log(format: string, values: readonly OpId[] = []): OpId {
    const parsed = parseFormat(format);
    if (parsed.kind === "error") throw new Error(parsed.reason);
    if (parsed.argumentCount !== values.length)
      throw new Error(`format "${format}" takes ${parsed.argumentCount} arguments`);
    return this.append({
      kind: "log",
      pieces: parsed.pieces,
      arguments: [...values],
      type: null,
      loc: this.loc,
    });
  }
  /** Publishes a value under a name, in a new slot. */
  expose(name: string, value: OpId): SlotId {
    const slot = slotId(this.#exposed.length);
    this.#exposed.push({ name, type: this.typeOf(value) });
    this.append({ kind: "expose", slot, value, type: null, loc: this.loc });
    return slot;
  }
  exposedGet(module: ModuleId, slot: SlotId, slotType: Type): OpId {
    return this.append({ kind: "exposed-get", module, slot, type: slotType, loc: this.loc });
  }
  exposedValid(module: ModuleId, slot: SlotId): OpId {
    return this.append({ kind: "exposed-valid", module, slot, type: BOOL, loc: this.loc });
  }
  triggered(module: ModuleId): OpId {
    return this.append({ kind: "triggered", module, type: BOOL, loc: this.loc });
  }
  externCall(extern: ExternId, values: readonly OpId[], resultType: Type): OpId {
    return this.append({
      kind: "extern-call",
      extern,
      arguments: [...values],
      type: resultType,
      loc: this.loc,
    });
  }

  /** `when`: the callbacks fill the two regions. */
  when(condition: OpId, then: () => void, otherwise: () => void = () => {}): OpId {
    const thenRegion = this.#region(() => (then(), undefined));
    const elseRegion = this.#region(() => (otherwise(), undefined));
    return this.append({
      kind: "if",
      type: null,
      condition,
      then: thenRegion,
      else: elseRegion,
      loc: this.loc,
    });
  }

  /** A choice with a value: each callback fills its region and returns the value of that arm. */
  choose(condition: OpId, then: () => OpId, otherwise: () => OpId): OpId {
    const thenRegion = this.#region(then);
    const elseRegion = this.#region(otherwise);
    const result = thenRegion.result;
    if (result === undefined) throw new Error("the arm of a choice has no value");
    return this.append({
      kind: "if",
      type: this.typeOf(result),
      condition,
      then: thenRegion,
      else: elseRegion,
      loc: this.loc,
    });
  }

  /** Runs `fill` and returns its result and the operations that it appended, which stand in no region until {@link place} or {@link branch} puts them into one. */
  collect<Result>(fill: () => Result): { readonly operations: readonly OpId[]; readonly result: Result } {
    const outer = this.#open;
    const inner: OpenRegion = { operations: [] };
    this.#open = inner;
    try {
      return { result: fill(), operations: inner.operations };
    } finally {
      this.#open = outer;
    }
  }

  /** Puts collected operations into the open region. */
  place(operations: readonly OpId[]): void {
    for (const id of operations) this.#open.operations.push(id);
  }

  /** An `if` over collected regions; with a type both regions have a result. */
  branch(condition: OpId, then: Region, otherwise: Region, resultType: Type | null = null): OpId {
    return this.append({
      kind: "if",
      type: resultType,
      condition,
      then,
      else: otherwise,
      loc: this.loc,
    });
  }

  #region(fill: () => OpId | undefined): Region {
    const outer = this.#open;
    const inner: OpenRegion = { operations: [] };
    this.#open = inner;
    const result = fill();
    this.#open = outer;
    return result === undefined ? { operations: inner.operations } : { operations: inner.operations, result };
  }

  /** The module as it is now. */
  build(): Module {
    return {
      kind: this.kind,
      name: this.name,
      source: this.#source,
      ports: [...this.#ports],
      exposed: [...this.#exposed],
      operations: [...this.#operations],
      body: { operations: [...this.#root.operations] },
      loc: this.#loc,
    };
  }
}
