/** Division of numbers wider than 64 bits: limbs in scratch memory, one helper function for all widths. */
import type { Type } from "@assassyn/ir";
import type { FunctionBuilder } from "./binary/function-builder.js";
import type { FunctionIndex, WasmModuleBuilder } from "./binary/module-builder.js";
import { I32, I64, op } from "./binary/opcodes.js";
import { load64, store64 } from "./cells.js";
import type { EmitContext } from "./context.js";
import type { Limb } from "./values.js";

/**
 * Emits the division of two wide numbers of one type; the divisor is not zero. Scratch memory holds the quotient at its start and the
 * remainder one stride behind.
 */
export function emitWideDivision(
  f: FunctionBuilder,
  context: EmitContext,
  remainder: boolean,
  type: Type,
  left: readonly Limb[],
  right: readonly Limb[],
  push: (limb: Limb) => void,
): void {
  const { scratch, scratchStride, functions } = context;
  if (functions.divide === undefined) throw new Error("a wide division without its helper");
  const signed = type.class === "i";
  const unused = BigInt((64 - (type.width % 64)) % 64);
  const store = (limbs: readonly Limb[], base: number): void => {
    limbs.forEach((limb, index) =>
      store64(f, base + 8 * index, () => {
        push(limb);
        if (!signed || index !== limbs.length - 1 || unused === 0n) return;
        f.i64(unused);
        f.code(op.i64Shl);
        f.i64(unused);
        f.code(op.i64ShrS);
      }),
    );
  };
  store(left, scratch);
  store(right, scratch + 2 * scratchStride);
  f.i32(left.length);
  f.i32(signed ? 1 : 0);
  f.call(functions.divide);
  if (!signed || unused === 0n) return;
  const top = scratch + (remainder ? scratchStride : 0) + 8 * (left.length - 1);
  store64(f, top, () => {
    load64(f, top);
    f.i64((1n << (64n - unused)) - 1n);
    f.code(op.i64And);
  });
}

/** Emits `for (index = 0; index < limbs; index += 1) step(address of limb `index` relative to 0)`. */
function forEachLimb(
  f: FunctionBuilder,
  limbs: number,
  index: number,
  step: (offset: () => void) => void,
): void {
  f.i32(0);
  f.set(index);
  const loop = f.loop();
  step(() => {
    f.get(index);
    f.i32(3);
    f.code(op.i32Shl);
  });
  f.get(index);
  f.i32(1);
  f.code(op.i32Add);
  f.tee(index);
  f.get(limbs);
  f.code(op.i32LtU);
  f.brIf(loop);
  f.end();
}

/** `(address, limbs)`: two's complement of a number in memory. */
function buildNegate(builder: WasmModuleBuilder): FunctionIndex {
  const { index, body: f } = builder.function({ parameters: [I32, I32] });
  const i = f.local(I32);
  const carry = f.local(I64);
  const inverted = f.local(I64);
  f.i64(1n);
  f.set(carry);
  forEachLimb(f, 1, i, (offset) => {
    const address = (): void => {
      f.get(0);
      offset();
      f.code(op.i32Add);
    };
    address();
    f.memory(op.i64Load, 0);
    f.i64(-1n);
    f.code(op.i64Xor);
    f.set(inverted);
    address();
    f.get(inverted);
    f.get(carry);
    f.code(op.i64Add);
    f.memory(op.i64Store, 0);
    // The sum wraps to zero only when the carry runs on.
    f.get(carry);
    f.get(inverted);
    f.i64(-1n);
    f.code(op.i64Eq);
    f.code(op.i64ExtendI32U);
    f.code(op.i64And);
    f.set(carry);
  });
  return index;
}

/**
 * Builds the helper `(limbs, signed)`: dividend at `scratch`, divisor two strides behind; leaves the quotient at `scratch` and the
 * remainder one stride behind. Schoolbook, bit by bit: the bits of the dividend move into the remainder while quotient bits move in.
 */
export function buildWideDivide(builder: WasmModuleBuilder, scratch: number, stride: number): FunctionIndex {
  const negate = buildNegate(builder);
  const { index, body: f } = builder.function({ parameters: [I32, I32] });
  const dividend = scratch;
  const remainder = scratch + stride;
  const divisor = scratch + 2 * stride;
  const i = f.local(I32);
  const rounds = f.local(I32);
  const negativeLeft = f.local(I32);
  const negativeRight = f.local(I32);
  const carry = f.local(I64);
  const word = f.local(I64);
  const other = f.local(I64);

  const takeSign = (base: number, flag: number): void => {
    f.get(0);
    f.i32(3);
    f.code(op.i32Shl);
    f.memory(op.i64Load, f.rebase(base - 8));
    f.i64(0n);
    f.code(op.i64LtS);
    f.get(1);
    f.code(op.i32And);
    f.tee(flag);
    f.if();
    f.address(base);
    f.get(0);
    f.call(negate);
    f.end();
  };
  takeSign(dividend, negativeLeft);
  takeSign(divisor, negativeRight);
  f.address(remainder);
  f.i32(0);
  f.get(0);
  f.i32(3);
  f.code(op.i32Shl);
  f.memoryFill();
  f.get(0);
  f.i32(6);
  f.code(op.i32Shl);
  f.set(rounds);

  const round = f.loop();
  f.i64(0n);
  f.set(carry);
  for (const base of [dividend, remainder]) {
    forEachLimb(f, 0, i, (limb) => {
      const offset = (): void => {
        limb();
        f.rebase(base);
      };
      offset();
      f.memory(op.i64Load, base);
      f.set(word);
      offset();
      f.get(word);
      f.i64(1n);
      f.code(op.i64Shl);
      f.get(carry);
      f.code(op.i64Or);
      f.memory(op.i64Store, base);
      f.get(word);
      f.i64(63n);
      f.code(op.i64ShrU);
      f.set(carry);
    });
  }
  // The remainder with its carry is at least the divisor: from the top limb down, the first difference decides; none means equal.
  const smaller = f.block();
  const atLeast = f.block();
  f.get(carry);
  f.i64(0n);
  f.code(op.i64Ne);
  f.brIf(atLeast);
  f.get(0);
  f.set(i);
  const compare = f.loop();
  f.get(i);
  f.i32(1);
  f.code(op.i32Sub);
  f.set(i);
  const pairs: readonly (readonly [number, number])[] = [
    [remainder, word],
    [divisor, other],
  ];
  for (const [base, local] of pairs) {
    f.get(i);
    f.i32(3);
    f.code(op.i32Shl);
    f.memory(op.i64Load, f.rebase(base));
    f.set(local);
  }
  f.get(word);
  f.get(other);
  f.code(op.i64LtU);
  f.brIf(smaller);
  f.get(word);
  f.get(other);
  f.code(op.i64GtU);
  f.brIf(atLeast);
  f.get(i);
  f.brIf(compare);
  f.end();
  f.end();
  f.i64(0n);
  f.set(carry);
  forEachLimb(f, 0, i, (limb) => {
    const offset = (): void => {
      limb();
      f.rebase(remainder);
    };
    offset();
    f.memory(op.i64Load, remainder);
    f.set(word);
    offset();
    f.memory(op.i64Load, divisor);
    f.set(other);
    offset();
    f.get(word);
    f.get(other);
    f.code(op.i64Sub);
    f.get(carry);
    f.code(op.i64Sub);
    f.memory(op.i64Store, remainder);
    f.get(word);
    f.get(other);
    f.code(op.i64LtU);
    f.get(word);
    f.get(other);
    f.code(op.i64Eq);
    f.get(carry);
    f.code(op.i32WrapI64);
    f.code(op.i32And);
    f.code(op.i32Or);
    f.code(op.i64ExtendI32U);
    f.set(carry);
  });
  store64(f, dividend, () => {
    load64(f, dividend);
    f.i64(1n);
    f.code(op.i64Or);
  });
  f.end();
  f.get(rounds);
  f.i32(1);
  f.code(op.i32Sub);
  f.tee(rounds);
  f.brIf(round);
  f.end();

  f.get(negativeLeft);
  f.get(negativeRight);
  f.code(op.i32Ne);
  f.if();
  f.address(dividend);
  f.get(0);
  f.call(negate);
  f.end();
  f.get(negativeLeft);
  f.if();
  f.address(remainder);
  f.get(0);
  f.call(negate);
  f.end();
  return index;
}
