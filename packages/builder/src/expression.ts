/** Values and the operators on them. */
import type { BinaryOperator, CastOperator, OpId } from "@assassyn/ir";
import type { Body, Literal, Operand, OpenRegion } from "./body.js";
import { integer } from "./body.js";
import type { ClassOf, DataType, FieldTypes, RecordType, TypeClass, WidthOf } from "./types.js";
import { bits, bitsNeeded, bool, irType, printDataType, uint } from "./types.js";

/**
 * Something with a value: a {@link Value}, or a register or element of an array, which is read each time it is used.
 *
 * Operators follow the table "Values" of the execution semantics: `add` has the class of the left operand and the greater width, `mul` the
 * summed width, bit operations give raw bits. A literal takes the type of the other operand and must fit it. TypeScript knows a width
 * of 8 or 16 as `8 | 16`, which goes with both; the builder knows it exactly.
 */
export abstract class Expression<Class extends TypeClass = TypeClass, Width extends number = number> {
  readonly type: DataType<Class, Width>;

  constructor(type: DataType<Class, Width>) {
    this.type = type;
  }

  /** For the builder: the body that operators go to. */
  abstract bodyOf(what: string): Body;
  /** For the builder: the operation that has the value, in a body. */
  abstract operationIn(body: Body): OpId;

  /** `a + b` */
  add<Other extends number = Width>(other: Operand<Other>): Value<Class, Width | Other> {
    return binary(this, "add", other, this.type.class);
  }
  /** `a - b`, as wide as a. */
  sub(other: Operand): Value<Class, Width> {
    return binary(this, "sub", other, this.type.class);
  }
  /** `a * b`, as wide as both together: no bit is lost. A literal counts with the width of a. */
  mul(other: Operand): Value<Class> {
    return binary(this, "mul", other, this.type.class);
  }
  /** `a / b`, toward zero; a zero divisor is a fault. */
  div(other: Operand): Value<Class, Width> {
    return binary(this, "div", other, this.type.class);
  }
  /** `a % b`; a zero divisor is a fault. */
  rem(other: Operand): Value<Class, Width> {
    return binary(this, "rem", other, this.type.class);
  }
  /** `a & b` on bits; on conditions too where both may be evaluated (else see `m.all`). */
  and<Other extends number = Width>(other: Operand<Other>): Value<"b", Width | Other> {
    return binary(this, "and", other, "b");
  }
  /** `a | b` on bits. */
  or<Other extends number = Width>(other: Operand<Other>): Value<"b", Width | Other> {
    return binary(this, "or", other, "b");
  }
  /** `a ^ b` on bits. */
  xor<Other extends number = Width>(other: Operand<Other>): Value<"b", Width | Other> {
    return binary(this, "xor", other, "b");
  }
  /** `a << n`; n is unsigned and of any width. */
  shl(amount: Operand): Value<"b", Width> {
    return shift(this, "shl", amount);
  }
  /** `a >> n`, arithmetic where a is signed. */
  shr(amount: Operand): Value<"b", Width> {
    return shift(this, "shr", amount);
  }
  /** `a < b`, signed where a is. */
  lt(other: Operand): Value<"b", 1> {
    return binary(this, "lt", other, "b");
  }
  /** `a > b` */
  gt(other: Operand): Value<"b", 1> {
    return binary(this, "gt", other, "b");
  }
  /** `a <= b` */
  le(other: Operand): Value<"b", 1> {
    return binary(this, "le", other, "b");
  }
  /** `a >= b` */
  ge(other: Operand): Value<"b", 1> {
    return binary(this, "ge", other, "b");
  }
  /** `a == b` */
  eq(other: Operand): Value<"b", 1> {
    return binary(this, "eq", other, "b");
  }
  /** `a != b` */
  ne(other: Operand): Value<"b", 1> {
    return binary(this, "ne", other, "b");
  }
  /** `!a`: every bit flipped. */
  not(): Value<"b", Width> {
    const body = this.bodyOf("not");
    const operand = this.operationIn(body);
    return new Value(body, body.ir.unary("not", operand), bits(width(this)));
  }
  /** `-a` */
  neg(): Value<"b", Width> {
    const body = this.bodyOf("neg");
    const operand = this.operationIn(body);
    return new Value(body, body.ir.unary("neg", operand), bits(width(this)));
  }

  /** `a as T`: keeps the value where it can; extends by the class of a, or keeps the low bits. */
  as<To extends TypeClass, Bits extends number>(type: DataType<To, Bits>): Value<To, Bits> {
    const wider = type.width > this.type.width;
    return cast(this, wider ? (this.type.class === "i" ? "sext" : "zext") : "bitcast", type);
  }
  /** Extends with zeros, or keeps the low bits. */
  zext<To extends TypeClass, Bits extends number>(type: DataType<To, Bits>): Value<To, Bits> {
    return cast(this, "zext", type);
  }
  /** Extends with the top bit, whatever the class of a, or keeps the low bits. */
  sext<To extends TypeClass, Bits extends number>(type: DataType<To, Bits>): Value<To, Bits> {
    return cast(this, "sext", type);
  }
  /** The same bits as another type; with zeros in front where that is wider. */
  bitcast<To extends TypeClass, Bits extends number>(type: DataType<To, Bits>): Value<To, Bits> {
    return cast(this, "bitcast", type);
  }

  /** `a[high:low]`, bounds included. @throws BuilderError `index-range` */
  slice(high: number, low: number): Value<"b"> {
    const body = this.bodyOf("slice");
    if (!Number.isInteger(high) || !Number.isInteger(low) || low < 0 || high < low || high >= this.type.width)
      body.state.fail("index-range", `${printDataType(this.type)} has no bits ${high}:${low}`);
    if (low === 0 && high === this.type.width - 1) return cast(this, "bitcast", bits(this.type.width));
    const operand = this.operationIn(body);
    return new Value(body, body.ir.slice(operand, high, low), bits(high - low + 1));
  }

  /** `a[i]`: one bit, of a constant or computed index; past the top bit it is 0. @throws BuilderError `index-range` */
  bit(index: Operand): Value<"b", 1> {
    const body = this.bodyOf("bit");
    if (typeof index !== "object") {
      const at = integer(body.state, index);
      if (at < 0n || at >= BigInt(this.type.width))
        body.state.fail("index-range", `${printDataType(this.type)} has no bit ${at}`);
      if (this.type.width === 1) return cast(this, "bitcast", bool);
      return new Value(body, body.ir.slice(this.operationIn(body), Number(at), Number(at)), bool);
    }
    const value = this.read();
    const amount = index.operationIn(body);
    const raw = cast(value, "bitcast", bits(this.type.width)).operationIn(body);
    const shifted = body.ir.binary("shr", raw, amount);
    return new Value(body, this.type.width === 1 ? shifted : body.ir.slice(shifted, 0, 0), bool);
  }

  /**
   * A part of a record.
   *
   * @param type the record type, whose width the value has
   * @example value.field(packet, "hi")
   */
  field<Fields extends FieldTypes, Key extends keyof Fields & string>(
    type: RecordType<Fields>,
    name: Key,
  ): Value<ClassOf<Fields[Key]>, WidthOf<Fields[Key]>> {
    const body = this.bodyOf("field");
    if (type.width !== this.type.width) {
      body.state.fail(
        "width-mismatch",
        `the record has ${type.width} bits, but the value is ${printDataType(this.type)}`,
      );
    }
    let high = type.width - 1;
    for (const [key, field] of Object.entries(type.fields)) {
      if (key === name) break;
      high -= field.width;
    }
    const field = fieldType(type, name);
    if (field === undefined) return body.state.fail("bad-name", `the record has no field "${name}"`);
    return this.slice(high, high - field.width + 1).bitcast(field);
  }

  /** The value with a name, as a `let` gives it: messages, waveforms and printed IR show it. A register is read here. */
  named(name: string): Value<Class, Width> {
    const body = this.bodyOf("named");
    let id = this.operationIn(body);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      body.state.fail("bad-name", `"${name}" cannot name a value: use letters, digits and _`);
    const { ir } = body;
    if (ir.operation(id).name !== undefined) id = ir.cast("bitcast", id, irType(this.type));
    ir.rename(id, name);
    return new Value(body, id, this.type);
  }

  /** What it is now, as a value that stays: a register or element is read here. */
  read(): Value<Class, Width> {
    const body = this.bodyOf("read");
    return new Value(body, this.operationIn(body), this.type);
  }
}

/** The result of an operation, in the module and region that made it. */
export class Value<Class extends TypeClass = TypeClass, Width extends number = number> extends Expression<
  Class,
  Width
> {
  readonly #body: Body;
  readonly #id: OpId;
  readonly #region: OpenRegion;

  /** For the builder. */
  constructor(body: Body, id: OpId, type: DataType<Class, Width>) {
    super(type);
    this.#body = body;
    this.#id = id;
    this.#region = body.region;
  }

  override bodyOf(): Body {
    const { state } = this.#body;
    const open = state.openBody(`a value of ${this.#body.name} is used`);
    if (open !== this.#body) {
      state.fail(
        "foreign-value",
        `a value of ${this.#body.name} is used in ${open.name}; pass it on through a port or register, or m.expose it for a downstream`,
      );
    }
    return open;
  }

  override operationIn(body: Body): OpId {
    if (body !== this.#body) {
      body.state.fail(
        "foreign-value",
        `a value of ${this.#body.name} is used in ${body.name}; pass it on through a port or register, or m.expose it for a downstream`,
      );
    }
    if (!this.#region.open)
      body.state.fail("ended-value", "a value is used behind the `when` or arm in which it was made");
    return this.#id;
  }
}

/** The width as the type argument has it. */
function width<Width extends number>(expression: Expression<TypeClass, Width>): Width {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the type argument is the width that the type was made with
  return expression.type.width as Width;
}

function binary<Class extends TypeClass, Width extends number>(
  left: Expression,
  operator: BinaryOperator,
  right: Operand,
  typeClass: Class,
): Value<Class, Width> {
  const body = left.bodyOf(operator);
  const leftOperation = left.operationIn(body);
  const rightOperation =
    typeof right === "object"
      ? right.operationIn(body)
      : body.constant(left.type, integer(body.state, right));
  const isDivision = operator === "div" || operator === "rem";
  if (isDivision && (typeof right === "object" || integer(body.state, right) === 0n)) body.impure += 1;
  const { ir } = body;
  const id = ir.binary(operator, leftOperation, rightOperation);
  return new Value(body, id, { class: typeClass, width: ir.typeOf(id).width });
}

/** A literal amount is unsigned and as wide as it must be. */
function shift<Width extends number>(
  left: Expression<TypeClass, Width>,
  operator: "shl" | "shr",
  amount: Operand,
): Value<"b", Width> {
  const body = left.bodyOf(operator);
  const leftOperation = left.operationIn(body);
  const amountOperation = typeof amount === "object" ? amount.operationIn(body) : literalAmount(body, amount);
  return new Value(body, body.ir.binary(operator, leftOperation, amountOperation), bits(width(left)));
}

function literalAmount(body: Body, amount: Literal): OpId {
  const value = integer(body.state, amount);
  return body.constant(uint(value < 0n ? 32 : bitsNeeded(value)), value);
}

function cast<To extends TypeClass, Bits extends number>(
  operand: Expression,
  operator: CastOperator,
  to: DataType<To, Bits>,
): Value<To, Bits> {
  const body = operand.bodyOf(operator);
  const id = operand.operationIn(body);
  const same = operand.type.class === to.class && operand.type.width === to.width;
  return new Value(body, same ? id : body.ir.cast(operator, id, irType(to)), to);
}

/** The type of a field, or undefined where JavaScript asks for one that does not exist. */
function fieldType<Fields extends FieldTypes, Key extends keyof Fields & string>(
  { fields }: RecordType<Fields>,
  name: Key,
): DataType<ClassOf<Fields[Key]>, WidthOf<Fields[Key]>> | undefined {
  if (!Object.hasOwn(fields, name)) return undefined;
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the conditional types take apart what the field's type is made of
  return fields[name] as unknown as DataType<ClassOf<Fields[Key]>, WidthOf<Fields[Key]>>;
}
