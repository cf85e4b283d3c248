/** What can be written in the body of a module. */
import type { LogPiece, OpId } from "@assassyn/ir";
import { MAX_WIDTH, parseFormat } from "@assassyn/ir";
import type { Body, Literal, Operand } from "./body.js";
import { pattern } from "./body.js";
import type { Arm, Case } from "./choices.js";
import { logical, match, select, selectOneHot } from "./choices.js";
import type { Name } from "./design-state.js";
import { checkIdentifier } from "./design-state.js";
import { Exposed } from "./exposed.js";
import type { Expression } from "./expression.js";
import { Value } from "./expression.js";
import type { ArrayContents, Register, RegisterArray } from "./storage.js";
import { declareArray, declareRegister } from "./storage.js";
import type { DataType, FieldTypes, RecordType, TypeClass, WidthOf } from "./types.js";
import { bits, bitsNeeded, bool, int, uint } from "./types.js";

/** The same value under the type arguments that the caller's types promise. */
function promise<Class extends TypeClass, Width extends number>(
  body: Body,
  value: Value,
): Value<Class, Width> {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- arms have the class and width of the first one, which the signatures name
  return new Value(body, value.operationIn(body), value.type as DataType<Class, Width>);
}

/** Common to the bodies of all kinds of modules. */
export class ModuleBody {
  protected readonly inner: Body;

  /** For the builder: `module.body(…)` makes it. */
  constructor(body: Body) {
    this.inner = body;
  }

  /** A register of this module, called `<module>_<name>`. */
  reg<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    initial?: Literal,
  ): Register<Class, Width> {
    return declareRegister(this.inner.state, name, `${this.inner.name}_`, type, initial);
  }

  /** An array of this module, called `<module>_<name>`. */
  array<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    size: number,
    contents: ArrayContents = {},
  ): RegisterArray<Class, Width> {
    return declareArray(this.inner.state, name, `${this.inner.name}_`, type, size, contents);
  }

  /** A number of a type: `u8(42)`. @throws BuilderError `literal-range` */
  constant<Class extends TypeClass, Width extends number>(
    type: DataType<Class, Width>,
    value: Literal,
  ): Value<Class, Width> {
    const body = this.#here();
    return new Value(body, body.constant(type, BigInt(value)), type);
  }

  /** `cycle()`: the number of the running cycle, from 1. */
  cycle(): Value<"b", 64> {
    const body = this.#here();
    return new Value(body, body.ir.cycle(), bits(64));
  }

  /** `cat(a, b, …)`: the first one most significant. @throws BuilderError `bad-width` past 65536 bits */
  cat(...parts: readonly Expression[]): Value<"b"> {
    const body = this.#here();
    const width = parts.reduce((sum, part) => sum + part.type.width, 0);
    if (width < 1 || width > MAX_WIDTH) body.state.fail("bad-width", `no value has ${width} bits`);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only.bitcast(bits(width));
    const operations = parts.map((part) => part.operationIn(body));
    return new Value(body, body.ir.concat(operations), bits(width));
  }

  /** `Packet { hi: a, lo: b }`: the fields joined. @throws BuilderError `width-mismatch`, `literal-range` */
  pack<Fields extends FieldTypes>(
    type: RecordType<Fields>,
    values: { readonly [Key in keyof Fields]: Operand<WidthOf<Fields[Key]>> },
  ): Value<"b"> {
    const parts = Object.entries(type.fields).map(([key, field]) => {
      const body = this.#here();
      const value: Operand | undefined = values[key];
      if (value === undefined) return body.state.fail("call-arguments", `the record misses its field ${key}`);
      return new Value(body, body.operation(value, field, `field ${key}`), bits(field.width));
    });
    return this.cat(...parts);
  }

  /** `condition ? then : otherwise`; an arm that is a function is evaluated only if it is chosen. */
  select<Class extends TypeClass, Width extends number>(
    condition: Operand<1>,
    then: Literal,
    otherwise: Arm<Class, Width>,
  ): Value<Class, Width>;
  /** The same where the first arm has a type. */
  select<Class extends TypeClass, Width extends number>(
    condition: Operand<1>,
    then: Arm<Class, Width>,
    otherwise: Arm<TypeClass, NoInfer<Width>>,
  ): Value<Class, Width>;
  select<Class extends TypeClass, Width extends number>(
    condition: Operand<1>,
    then: Arm,
    otherwise: Arm,
  ): Value<Class, Width> {
    const body = this.#here();
    return promise(body, select(body, condition, then, otherwise));
  }

  /**
   * `match subject { 0 => a, 1 | 2 => b, _ => otherwise }`. Without `otherwise` the patterns cover every value.
   *
   * @example m.match(opcode, [[0, a], [[1, 2], () => b.div(c)]], 0)
   * @throws BuilderError `arms`
   */
  match<Class extends TypeClass, Width extends number>(
    subject: Operand,
    cases: readonly Case<Class, Width>[],
    otherwise?: Arm<TypeClass, NoInfer<Width>>,
  ): Value<Class, Width> {
    const body = this.#here();
    return promise(body, match(body, subject, cases, otherwise));
  }

  /** `select1hot(selector, a, b, …)`: bit i chooses arm i; a fault unless exactly one bit is set. @throws BuilderError `arms` */
  select1hot<Class extends TypeClass, Width extends number>(
    selector: Operand,
    arms: readonly Arm<Class, Width>[],
  ): Value<Class, Width> {
    const body = this.#here();
    return promise(body, selectOneHot(body, selector, arms));
  }

  /** `a && b && …`: an operand that is a function is evaluated only if all before it hold. */
  all(...conditions: readonly (Operand<1> | (() => Operand<1>))[]): Value<"b", 1> {
    return logical(this.#here(), "and", conditions);
  }

  /** `a || b || …`: an operand that is a function is evaluated only if none before it holds. */
  any(...conditions: readonly (Operand<1> | (() => Operand<1>))[]): Value<"b", 1> {
    return logical(this.#here(), "or", conditions);
  }

  /** `when condition { … } else { … }`. */
  when(condition: Operand<1>, then: () => void, otherwise: () => void = () => {}): void {
    const body = this.#here();
    const decided = body.operation(condition, bool, "the condition of a when");
    const { loc } = body.ir;
    const regions = [then, otherwise].map((fill) => ({
      operations: body.collect(() => void fill()).operations,
    }));
    const [thenRegion = { operations: [] }, elseRegion = { operations: [] }] = regions;
    const ir = body.effect();
    ir.loc = loc;
    ir.branch(decided, thenRegion, elseRegion);
  }

  /**
   * `log(format, …)` with a Rust format string: `{}`, `{:x}`, `{:>8}`. A literal is printed as it is, text is put in.
   *
   * @throws BuilderError `format`
   */
  log(format: string, ...values: readonly (Operand | string)[]): void {
    const body = this.#here();
    const parsed = parseFormat(format);
    if (parsed.kind === "error") return body.state.fail("format", `"${format}": ${parsed.reason}`);
    if (parsed.argumentCount !== values.length) {
      const given = `${values.length} ${values.length === 1 ? "is" : "are"} given`;
      body.state.fail("format", `"${format}" takes ${parsed.argumentCount} arguments, but ${given}`);
    }
    const places = new Map<number, number | string>();
    const operations: OpId[] = [];
    for (const [index, value] of values.entries()) {
      if (typeof value === "string") places.set(index, value);
      else places.set(index, operations.push(this.#loggable(value)) - 1);
    }
    const pieces: LogPiece[] = parsed.pieces.flatMap((piece): LogPiece[] => {
      const place = piece.kind === "argument" ? places.get(piece.index) : undefined;
      if (typeof place === "string") return place === "" ? [] : [{ kind: "text", text: place }];
      return piece.kind === "argument" && place !== undefined ? [{ ...piece, index: place }] : [piece];
    });
    const ir = body.effect();
    ir.append({ kind: "log", pieces: joined(pieces), arguments: operations, type: null, loc: ir.loc });
  }

  #loggable(value: Operand): OpId {
    const body = this.#here();
    if (typeof value === "object") return value.operationIn(body);
    const number = BigInt(value);
    const type = number < 0n ? int(bitsNeeded(-number - 1n) + 1) : uint(bitsNeeded(number));
    return body.constant(type, number);
  }

  /** `assert condition, "message"`: a fault where it does not hold. */
  assert(condition: Operand<1>, message: string): void {
    const body = this.#here();
    const decided = body.operation(condition, bool, "the condition of an assert");
    body.effect().assert(decided, message);
  }

  /** `finish`: ends the body here, and the run with this cycle. */
  finish(): void {
    this.#here().effect().finish();
  }

  /**
   * Shows a value to downstreams in the same cycle, under a name that is unique in the module.
   *
   * @example const { sum } = adder.body((m) => ({ sum: m.expose("sum", a.add(b)) }));
   * @throws BuilderError `duplicate-name`, `literal-untyped`
   */
  expose<Class extends TypeClass, Width extends number>(
    name: string,
    value: Expression<Class, Width>,
  ): Exposed<Class, Width> {
    const body = this.#here();
    checkIdentifier(name, "exposed value");
    const full = `${body.name}.${name}`;
    if (body.ir.exposed.some((slot) => slot.name === name))
      body.state.fail("duplicate-name", `there is an exposed value ${full} already`);
    const operation = value.operationIn(body);
    const slot = body.effect().expose(name, operation);
    return new Exposed(body.state, body.ir.id, slot, full, value.type);
  }

  /** The body, if it is this one that is being filled. */
  #here(): Body {
    const { state } = this.inner;
    if (state.body === this.inner) return this.inner;
    return state.fail(
      "outside-module",
      `the body of ${this.inner.name} is finished, or another one is filled`,
    );
  }
}

function joined(pieces: readonly LogPiece[]): LogPiece[] {
  const result: LogPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind === "text" && last?.kind === "text")
      result[result.length - 1] = { kind: "text", text: last.text + piece.text };
    else result.push(piece);
  }
  return result;
}

/** The body of a module that may wait: a stage, the driver, the testbench. */
export class WaitingBody extends ModuleBody {
  /** `wait_until condition`: ends the body here while it does not hold; a stage keeps its credit. */
  waitUntil(condition: Operand<1>): void {
    const { inner } = this;
    const decided = inner.operation(condition, bool, "the condition of a wait_until");
    inner.effect().wait(decided);
  }
}

/** What can be written in a testbench: all that a driver can, and `at` for single cycles. */
export class TestbenchBody extends WaitingBody {
  /** `at n { … }`: only in cycle n, from 1. */
  at(cycle: Literal, fill: () => void): void {
    const { inner } = this;
    if (pattern(inner.state, bits(64), cycle) === 0n)
      inner.state.fail("literal-range", "cycle 0 does not exist: cycles count from 1");
    const number = this.constant(bits(64), cycle);
    this.when(this.cycle().eq(number), fill);
  }
}

/** A module that a downstream can ask whether it was triggered. */
export interface Triggerable {
  readonly name: string;
  /** For the builder. */
  triggeredIn(body: Body): OpId;
}

/** The body of a downstream. It runs if a module was triggered whose exposed value it reads. */
export class DownstreamBody extends ModuleBody {
  /** `m.triggered`: whether the module ran to its end in this cycle. That alone does not make the downstream run. */
  triggered(module: Triggerable): Value<"b", 1> {
    return new Value(this.inner, module.triggeredIn(this.inner), bool);
  }
}
