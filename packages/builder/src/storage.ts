/** Registers and arrays. */
import type { ArrayId, OpId } from "@assassyn/ir";
import { indexWidth, uint as irUint } from "@assassyn/ir";
import type { Body, Literal, Operand } from "./body.js";
import { integer, pattern } from "./body.js";
import type { DesignState, Name } from "./design-state.js";
import { Expression } from "./expression.js";
import type { DataType, TypeClass } from "./types.js";
import { irType, uint } from "./types.js";

/** Largest number of elements of an array. */
const LARGEST_SIZE = 2 ** 31;

/**
 * A register: a value that stays. Used as an operand it is read, as it was committed at the end of the last cycle; what is written is
 * seen in the next one.
 */
export class Register<Class extends TypeClass = TypeClass, Width extends number = number> extends Expression<
  Class,
  Width
> {
  readonly name: string;
  readonly #state: DesignState;
  readonly #array: ArrayId;

  /** For the builder: `design.reg` makes registers. */
  constructor(state: DesignState, array: ArrayId, name: string, type: DataType<Class, Width>) {
    super(type);
    this.#state = state;
    this.#array = array;
    this.name = name;
  }

  /** `r <= value`. A module writes a register at most once a cycle. @throws BuilderError `width-mismatch`, `literal-range` */
  set(value: Operand<Width>): void {
    const body = this.bodyOf(`a write of ${this.name}`);
    const operation = body.operation(value, this.type, `register ${this.name}`);
    const ir = body.effect();
    ir.write(this.#array, ir.const(irUint(1), 0n), operation);
  }

  override bodyOf(what: string): Body {
    return this.#state.openBody(what === "named" || what === "read" ? `a read of ${this.name}` : what);
  }

  override operationIn(body: Body): OpId {
    ofDesign(body, this.#state, `register ${this.name}`);
    const { ir } = body;
    return ir.read(this.#array, ir.const(irUint(1), 0n), irType(this.type));
  }
}

/** Registers under one name, chosen by an index. One write per module and cycle. */
export class RegisterArray<Class extends TypeClass = TypeClass, Width extends number = number> {
  readonly name: string;
  readonly type: DataType<Class, Width>;
  /** Number of elements. */
  readonly size: number;
  readonly #state: DesignState;
  readonly #array: ArrayId;

  /** For the builder: `design.array` makes arrays. */
  constructor(state: DesignState, array: ArrayId, name: string, type: DataType<Class, Width>, size: number) {
    this.#state = state;
    this.#array = array;
    this.name = name;
    this.type = type;
    this.size = size;
  }

  /**
   * `arr[index]`, to be read or written. A computed index is read here; it counts as unsigned. Out of range a read faults, and a write
   * has no effect.
   *
   * @throws BuilderError `index-range` for a constant out of range
   */
  at(index: Operand): Element<Class, Width> {
    if (typeof index === "object") {
      const value = index.read();
      return new Element(this.#state, this.#array, this, (body) => value.operationIn(body));
    }
    const constant = integer(this.#state, index);
    if (constant < 0n || constant >= BigInt(this.size))
      this.#state.fail("index-range", `${this.name} has elements 0 to ${this.size - 1}, but no ${constant}`);
    return new Element(this.#state, this.#array, this, (body) =>
      body.constant(uint(indexWidth(this.size)), constant),
    );
  }
}

/** An element of an array, made by {@link RegisterArray.at}. Used as an operand it is read. */
export class Element<Class extends TypeClass = TypeClass, Width extends number = number> extends Expression<
  Class,
  Width
> {
  readonly #state: DesignState;
  readonly #array: ArrayId;
  readonly #of: RegisterArray<Class, Width>;
  readonly #index: (body: Body) => OpId;

  /** For the builder. */
  constructor(
    state: DesignState,
    array: ArrayId,
    of: RegisterArray<Class, Width>,
    index: (body: Body) => OpId,
  ) {
    super(of.type);
    this.#state = state;
    this.#array = array;
    this.#of = of;
    this.#index = index;
  }

  /** `arr[i] <= value`. A module writes an array at most once a cycle. @throws BuilderError `width-mismatch`, `literal-range` */
  set(value: Operand<Width>): void {
    const body = this.bodyOf(`a write of ${this.#of.name}`);
    const operation = body.operation(value, this.type, `array ${this.#of.name}`);
    const index = this.#index(body);
    body.effect().write(this.#array, index, operation);
  }

  override bodyOf(what: string): Body {
    return this.#state.openBody(what);
  }

  override operationIn(body: Body): OpId {
    ofDesign(body, this.#state, `array ${this.#of.name}`);
    const index = this.#index(body);
    const { ir } = body;
    const { kind, type } = ir.operation(index);
    const fits = kind === "const" || (type !== null && type.width < 32 && 2 ** type.width <= this.#of.size);
    if (!fits) body.impure += 1;
    return ir.read(this.#array, index, irType(this.type));
  }
}

function ofDesign(body: Body, state: DesignState, what: string): void {
  if (body.state !== state)
    body.state.fail("foreign-value", `${what} belongs to design ${state.name}, not to ${body.state.name}`);
}

/** What an array starts with: the first elements, and all others. Numbers must fit the type; what is left out is 0. */
export interface ArrayContents {
  readonly initial?: readonly Literal[];
  readonly fill?: Literal;
}

/** Declares a register of one element. */
export function declareRegister<Class extends TypeClass, Width extends number>(
  state: DesignState,
  name: Name,
  prefix: string,
  type: DataType<Class, Width>,
  initial: Literal | undefined,
): Register<Class, Width> {
  const { full } = state.claim("register", name, prefix);
  const contents = initial === undefined ? {} : { initial: [pattern(state, type, initial)] };
  const id = state.system.array(full, irType(type), { ...contents, loc: state.here() });
  return new Register(state, id, full, type);
}

/** Declares an array. */
export function declareArray<Class extends TypeClass, Width extends number>(
  state: DesignState,
  name: Name,
  prefix: string,
  type: DataType<Class, Width>,
  size: number,
  { initial = [], fill = 0 }: ArrayContents,
): RegisterArray<Class, Width> {
  const { full } = state.claim("register", name, prefix);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_SIZE)
    state.fail("bad-shape", `array ${full} cannot have ${size} elements; 1 to 2^31 are possible`);
  if (initial.length > size)
    state.fail(
      "bad-shape",
      `array ${full} has ${size} elements, but there are ${initial.length} initial values`,
    );
  const id = state.system.array(full, irType(type), {
    size,
    scalar: false,
    initial: initial.map((value) => pattern(state, type, value)),
    fill: pattern(state, type, fill),
    loc: state.here(),
  });
  return new RegisterArray(state, id, full, type, size);
}
