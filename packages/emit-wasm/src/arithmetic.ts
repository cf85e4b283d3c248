/**
 * Code for the operators of the IR on values of at most 64 bits. A value of at most 32 bits is an i32, a wider one an i64; bits above its
 * width are zero. Signed operations extend the sign where they need it.
 */
import type { BinaryOperator, Type } from "@assassyn/ir";
import { assertNever } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import type { ValueType } from "./binary/opcodes.js";
import { I32, I64, op } from "./binary/opcodes.js";

/** Emits code that leaves one value on the stack. */
export type Emit = () => void;

/** Bits of the container that holds values of this width. */
export function container(width: number): 32 | 64 {
  return width <= 32 ? 32 : 64;
}

/** The value type that holds values of this width, at most 64. */
export function valueType(width: number): ValueType {
  return width <= 32 ? I32 : I64;
}

/** Pushes a constant of this width. */
export function emitConst(f: FunctionBuilder, width: number, value: bigint): void {
  if (width <= 32) f.i32(Number(BigInt.asIntN(32, value)));
  else f.i64(value);
}

/** Clears the bits above `width` of the value on the stack, which is in the container of `width`. */
export function emitMask(f: FunctionBuilder, width: number): void {
  if (width === 32 || width === 64) return;
  emitConst(f, width, (1n << BigInt(width)) - 1n);
  f.code(width < 32 ? op.i32And : op.i64And);
}

/** Moves the value on the stack from the container of one width to that of another. */
export function emitConvert(f: FunctionBuilder, from: number, to: number): void {
  if (from <= 32 && to > 32) f.code(op.i64ExtendI32U);
  else if (from > 32 && to <= 32) f.code(op.i32WrapI64);
}

/** Copies the sign of a value of `width` bits into the rest of its container. */
export function emitSignExtend(f: FunctionBuilder, width: number): void {
  if (width === 32 || width === 64) return;
  if (width === 8) f.code(op.i32Extend8S);
  else if (width === 16) f.code(op.i32Extend16S);
  else {
    const unused = container(width) - width;
    emitConst(f, width, BigInt(unused));
    f.code(width < 32 ? op.i32Shl : op.i64Shl);
    emitConst(f, width, BigInt(unused));
    f.code(width < 32 ? op.i32ShrS : op.i64ShrS);
  }
}

/** Moves the top bit of a value to the top of its container, which keeps the signed order. */
function emitAlignTop(f: FunctionBuilder, width: number): void {
  const unused = container(width) - width;
  if (unused === 0) return;
  emitConst(f, width, BigInt(unused));
  f.code(width < 32 ? op.i32Shl : op.i64Shl);
}

/** The opcode for a container, given both variants. */
const pick = (width: number, narrow: number, wide: number): number => (width <= 32 ? narrow : wide);

/**
 * Emits `left operator right` for operands of equal width. Not for shifts, division and remainder, which need more than their operands.
 */
export function emitBinary(
  f: FunctionBuilder,
  operator: Exclude<BinaryOperator, "shl" | "shr" | "div" | "rem">,
  operand: Type,
  left: Emit,
  right: Emit,
  staysInWidth = false,
): void {
  const { width } = operand;
  const signed = operand.class === "i";
  const simple = (narrow: number, wide: number): void => {
    left();
    right();
    f.code(pick(width, narrow, wide));
  };
  const masked = (narrow: number, wide: number): void => {
    simple(narrow, wide);
    if (!staysInWidth) emitMask(f, width);
  };
  const ordered = (signedNarrow: number, signedWide: number, narrow: number, wide: number): void => {
    left();
    if (signed) emitAlignTop(f, width);
    right();
    if (signed) emitAlignTop(f, width);
    f.code(signed ? pick(width, signedNarrow, signedWide) : pick(width, narrow, wide));
  };
  switch (operator) {
    case "add":
      return masked(op.i32Add, op.i64Add);
    case "sub":
      return masked(op.i32Sub, op.i64Sub);
    case "mul":
      return masked(op.i32Mul, op.i64Mul);
    case "and":
      return simple(op.i32And, op.i64And);
    case "or":
      return simple(op.i32Or, op.i64Or);
    case "xor":
      return simple(op.i32Xor, op.i64Xor);
    case "eq":
      return simple(op.i32Eq, op.i64Eq);
    case "ne":
      return simple(op.i32Ne, op.i64Ne);
    case "lt":
      return ordered(op.i32LtS, op.i64LtS, op.i32LtU, op.i64LtU);
    case "gt":
      return ordered(op.i32GtS, op.i64GtS, op.i32GtU, op.i64GtU);
    case "le":
      return ordered(op.i32LeS, op.i64LeS, op.i32LeU, op.i64LeU);
    case "ge":
      return ordered(op.i32GeS, op.i64GeS, op.i32GeU, op.i64GeU);
    default:
      return assertNever(operator);
  }
}

/**
 * Emits a shift. `amount` is in the container of `amountWidth` and is emitted up to twice, so it must be cheap and without effect.
 * `constant` is the amount where it is known.
 */
export function emitShift(
  f: FunctionBuilder,
  operator: "shl" | "shr",
  operand: Type,
  amountWidth: number,
  constant: bigint | undefined,
  left: Emit,
  amount: Emit,
  known: { readonly amountFits: boolean; readonly staysInWidth: boolean },
): void {
  const { width } = operand;
  const signed = operand.class === "i" && operator === "shr";
  const bits = BigInt(width);
  const shift = (): void => {
    if (operator === "shl") f.code(pick(width, op.i32Shl, op.i64Shl));
    else if (signed) f.code(pick(width, op.i32ShrS, op.i64ShrS));
    else f.code(pick(width, op.i32ShrU, op.i64ShrU));
  };
  const value = (): void => {
    left();
    if (signed) emitSignExtend(f, width);
  };
  const finish = (): void => {
    if (operator === "shl" ? !known.staysInWidth : signed) emitMask(f, width);
  };
  if (constant !== undefined) {
    if (constant >= bits && !signed) return emitConst(f, width, 0n);
    value();
    emitConst(f, width, constant >= bits ? bits - 1n : constant);
    shift();
    return finish();
  }
  const converted = (): void => {
    amount();
    emitConvert(f, amountWidth, width);
  };
  // Whether the amount can reach the width at all.
  const safe = known.amountFits || (amountWidth < 32 && 2 ** amountWidth <= width);
  const inRange = (): void => {
    amount();
    emitConst(f, amountWidth, bits);
    f.code(pick(amountWidth, op.i32LtU, op.i64LtU));
  };
  if (safe) {
    value();
    converted();
    shift();
    return finish();
  }
  if (signed) {
    value();
    converted();
    emitConst(f, width, bits - 1n);
    inRange();
    f.code(op.select);
    shift();
    return finish();
  }
  value();
  converted();
  shift();
  finish();
  emitConst(f, width, 0n);
  inRange();
  f.code(op.select);
}

/** Emits a division or remainder whose divisor is not zero. Both operands are locals, so that the special case can be told apart. */
export function emitDivision(
  f: FunctionBuilder,
  operator: "div" | "rem",
  operand: Type,
  left: Emit,
  right: Emit,
): void {
  const { width } = operand;
  if (operand.class !== "i") {
    left();
    right();
    f.code(operator === "div" ? pick(width, op.i32DivU, op.i64DivU) : pick(width, op.i32RemU, op.i64RemU));
    return;
  }
  const quotient = (): void => {
    left();
    emitSignExtend(f, width);
    right();
    emitSignExtend(f, width);
    f.code(operator === "div" ? pick(width, op.i32DivS, op.i64DivS) : pick(width, op.i32RemS, op.i64RemS));
  };
  if (operator === "rem" || width !== container(width)) {
    // The instruction's remainder of MIN and -1 is 0, and in a wider container MIN / -1 does not overflow.
    quotient();
    emitMask(f, width);
    return;
  }
  right();
  emitConst(f, width, -1n);
  f.code(pick(width, op.i32Eq, op.i64Eq));
  f.if(valueType(width));
  emitConst(f, width, 0n);
  left();
  f.code(pick(width, op.i32Sub, op.i64Sub));
  f.else();
  quotient();
  f.end();
}

/** Emits a cast of the value on the stack. */
export function emitCast(
  f: FunctionBuilder,
  operator: "zext" | "sext" | "bitcast",
  from: number,
  to: number,
  isWhole = false,
): void {
  if (operator === "sext" && to > from) {
    emitSignExtend(f, from);
    if (from <= 32 && to > 32) f.code(op.i64ExtendI32S);
    emitMask(f, to);
    return;
  }
  emitConvert(f, from, to);
  if (to < from && !isWhole) emitMask(f, to);
}

/** Emits bits `high..low` of the value on the stack. */
export function emitSlice(
  f: FunctionBuilder,
  from: number,
  high: number,
  low: number,
  isWhole = false,
): void {
  if (low > 0) {
    emitConst(f, from, BigInt(low));
    f.code(pick(from, op.i32ShrU, op.i64ShrU));
  }
  const width = high - low + 1;
  emitConvert(f, from, width);
  if (high < from - 1 && !isWhole) emitMask(f, width);
}
