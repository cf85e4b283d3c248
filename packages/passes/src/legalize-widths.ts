/** The pass `legalize-widths`. */
import type {
  BinaryOp,
  CastOp,
  Module,
  Operation,
  OpId,
  PassContext,
  Rewriter,
  Rewritten,
  Select1HotOp,
  Type,
} from "@assassyn/plugin-api";
import { bits, definePass, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";
import type { Limbs } from "./limbs.js";
import { Assembler, LIMB_BITS, limbCount, limbWidth } from "./limbs.js";
import {
  addLimbs,
  compareLimbs,
  multiplyLimbs,
  negateLimbs,
  selectOneHot,
  subtractLimbs,
} from "./limb-arithmetic.js";
import { shiftLimbs, shiftLimbsByConstant } from "./limb-shifts.js";
import { passMessages } from "./messages.js";

const NAME = "legalize-widths";
/** Products of more bits take more than ten thousand operations. */
const MAX_PRODUCT = 4096;

/**
 * Splits values of more than 64 bits into limbs of 64 bits, the lowest first; the highest limb has 1 to 64 bits.
 *
 *     %2: u100 = %0 + %1      %3: b64 = %0[63:0]       // limbs of the operands
 *                             %4: b36 = %0[99:64]
 *                             …
 *                             %7: b64 = %3 + %5
 *                             %8: b1 = %7 < %3         // carry
 *                             …
 *                             %12: b100 = cat(%11, %7)
 *                             %2: u100 = bitcast(%12)
 *
 * Limbs are cut right behind a value's definition; what is not needed, `eliminate-dead-code` removes. Quotients and remainders stay whole:
 * each backend calls a helper for them.
 */
export const legalizeWidths = definePass({
  name: NAME,
  description: "Splits values wider than 64 bits into limbs of 64 bits",
  requires: ["operands-explicit"],
  provides: ["widths-legal"],
  run(cx) {
    eachModule(cx, (module) => legalizeModule(module, cx));
  },
});

/** The module in the form of the fact `widths-legal`, or the same object if it has no wide values. */
function legalizeModule(module: Module, cx: Pick<PassContext, "report">): Module {
  const isWide = module.operations.some(
    (operation) => operation !== null && operation.type !== null && operation.type.width > LIMB_BITS,
  );
  if (!isWide) return module;
  const legalizer = new Legalizer(cx);
  return rewriteModule(module, NAME, {
    operation: (operation, id, rewriter) => legalizer.operation(operation, id, rewriter),
    placed: (operation, id, rewriter) => legalizer.placed(operation, id, rewriter),
  });
}

class Legalizer {
  readonly #cx: Pick<PassContext, "report">;
  /** Limbs of each wide value that stands already. */
  readonly #limbs = new Map<OpId, Limbs>();

  constructor(cx: Pick<PassContext, "report">) {
    this.#cx = cx;
  }

  /** Cuts the limbs of a wide value that stays whole. */
  placed(operation: Operation, id: OpId, rewriter: Rewriter): void {
    const { type } = operation;
    if (type === null || type.width <= LIMB_BITS || this.#limbs.has(id)) return;
    const { width } = type;
    const limbs: OpId[] = [];
    for (let index = 0; index < limbCount(width); index += 1) {
      const low = index * LIMB_BITS;
      const limb = limbWidth(width, index);
      limbs.push(
        operation.kind === "const"
          ? rewriter.const(bits(limb), BigInt.asUintN(limb, operation.value >> BigInt(low)))
          : rewriter.slice(id, low + limb - 1, low),
      );
    }
    this.#limbs.set(id, limbs);
  }

  operation(operation: Operation, id: OpId, rewriter: Rewriter): Rewritten {
    const isWide = (value: OpId): boolean => rewriter.typeOf(value).width > LIMB_BITS;
    switch (operation.kind) {
      case "unary":
        if (!isWide(operation.operand)) return operation;
        return this.#define(
          operation,
          id,
          rewriter,
          this.#unary(operation.operator, operation.operand, rewriter),
        );
      case "binary":
        return this.#binary(operation, id, rewriter);
      case "cast":
        return this.#cast(operation, id, rewriter);
      case "slice": {
        if (!isWide(operation.operand)) return operation;
        const assembler = this.#assembler(rewriter).value(operation.operand, operation.low, operation.high);
        return this.#define(operation, id, rewriter, assembler.limbs());
      }
      case "concat": {
        if (operation.type.width <= LIMB_BITS) return operation;
        const assembler = this.#assembler(rewriter);
        for (const operand of operation.operands.toReversed()) assembler.value(operand);
        return this.#define(operation, id, rewriter, assembler.limbs());
      }
      case "select": {
        if (operation.type.width <= LIMB_BITS) return operation;
        const then = this.#of(operation.then, rewriter);
        const otherwise = this.#of(operation.else, rewriter);
        const limbs = then.map((limb, index) =>
          rewriter.select(operation.condition, limb, otherwise[index] ?? limb),
        );
        return this.#define(operation, id, rewriter, limbs);
      }
      case "select1hot":
        return this.#select1hot(operation, id, rewriter);
      case "array-read":
      case "array-write":
        return isWide(operation.index)
          ? { ...operation, index: this.#saturate(operation.index, rewriter) }
          : operation;
      default:
        return operation;
    }
  }

  /** Limbs of a value; one of at most 64 bits is its own limb. */
  #of(value: OpId, rewriter: Rewriter): Limbs {
    const { width } = rewriter.typeOf(value);
    if (width <= LIMB_BITS) return [value];
    const limbs = this.#limbs.get(value);
    if (limbs === undefined) throw new Error(`no limbs of %${value}`);
    return limbs;
  }

  #assembler(rewriter: Rewriter): Assembler {
    return new Assembler(rewriter, (value) => this.#of(value, rewriter));
  }

  /** Lets the operation be the bundle of these limbs. */
  #define(
    operation: Operation & { readonly type: Type },
    id: OpId,
    rewriter: Rewriter,
    limbs: Limbs,
  ): Rewritten {
    const { type, loc, name } = operation;
    const base = { loc, origin: NAME, ...(name === undefined ? {} : { name }) };
    const [only] = limbs;
    if (only === undefined) throw new Error("a value without limbs");
    if (limbs.length === 1) {
      return rewriter.typeOf(only) === type
        ? only
        : { kind: "cast", operator: "bitcast", operand: only, type, ...base };
    }
    this.#limbs.set(id, limbs);
    const operands = limbs.toReversed();
    if (type.class === "b") return { kind: "concat", operands, type, ...base };
    return { kind: "cast", operator: "bitcast", operand: rewriter.concat(operands), type, ...base };
  }

  #unary(operator: "not" | "neg", operand: OpId, rewriter: Rewriter): Limbs {
    const limbs = this.#of(operand, rewriter);
    return operator === "not"
      ? limbs.map((limb) => rewriter.unary("not", limb))
      : negateLimbs(rewriter, limbs);
  }

  #cast(operation: CastOp, id: OpId, rewriter: Rewriter): Rewritten {
    const { operand, type } = operation;
    const from = rewriter.typeOf(operand).width;
    if (from <= LIMB_BITS && type.width <= LIMB_BITS) return operation;
    if (from === type.width) {
      this.#limbs.set(id, this.#of(operand, rewriter));
      return operation.operator === "bitcast"
        ? operation
        : { ...operation, operator: "bitcast", origin: NAME };
    }
    const assembler = this.#assembler(rewriter);
    if (type.width < from) assembler.value(operand, 0, type.width - 1);
    else {
      assembler.value(operand);
      if (operation.operator === "sext") assembler.sign(operand, type.width - from);
      else assembler.zeros(type.width - from);
    }
    return this.#define(operation, id, rewriter, assembler.limbs());
  }

  #binary(operation: BinaryOp, id: OpId, rewriter: Rewriter): Rewritten {
    const { operator, left, right, type } = operation;
    const leftType = rewriter.typeOf(left);
    if (operator === "shl" || operator === "shr") return this.#shift(operation, id, rewriter);
    if (leftType.width <= LIMB_BITS) return operation;
    if (operator === "div" || operator === "rem") return operation;
    const a = this.#of(left, rewriter);
    const b = this.#of(right, rewriter);
    switch (operator) {
      case "and":
      case "or":
      case "xor":
        return this.#define(
          operation,
          id,
          rewriter,
          a.map((limb, index) =>
            rewriter.binary(operator, limb, b[index] ?? limb, bits(rewriter.typeOf(limb).width)),
          ),
        );
      case "add":
        return this.#define(operation, id, rewriter, addLimbs(rewriter, a, b));
      case "sub":
        return this.#define(operation, id, rewriter, subtractLimbs(rewriter, a, b));
      case "mul":
        if (type.width > MAX_PRODUCT) {
          this.#cx.report(
            passMessages["product-too-wide"],
            { width: type.width, limit: MAX_PRODUCT },
            operation.loc,
          );
          return operation;
        }
        return this.#define(
          operation,
          id,
          rewriter,
          multiplyLimbs(rewriter, this.#assembler(rewriter), left, right),
        );
      default:
        return this.#define(operation, id, rewriter, [
          compareLimbs(rewriter, operator, a, b, leftType.class === "i"),
        ]);
    }
  }

  #shift(operation: BinaryOp, id: OpId, rewriter: Rewriter): Rewritten {
    const { left, type } = operation;
    const { width } = type;
    const amount = this.#saturate(operation.right, rewriter);
    if (width <= LIMB_BITS) return amount === operation.right ? operation : { ...operation, right: amount };
    const isLeft = operation.operator === "shl";
    const isSigned = !isLeft && rewriter.typeOf(left).class === "i";
    const constant = rewriter.constant(amount);
    const limbs =
      constant === undefined
        ? shiftLimbs(rewriter, this.#assembler(rewriter), { value: left, amount, isLeft, isSigned })
        : shiftLimbsByConstant(this.#assembler(rewriter), {
            value: left,
            width,
            amount: constant,
            isLeft,
            isSigned,
          });
    return this.#define(operation, id, rewriter, limbs);
  }

  /** A shift amount or index of at most 64 bits; what does not fit becomes all ones, which shifts everything out and is never in range. */
  #saturate(amount: OpId, rewriter: Rewriter): OpId {
    const { width } = rewriter.typeOf(amount);
    if (width <= LIMB_BITS) return amount;
    const value = rewriter.constant(amount);
    const most = (1n << BigInt(LIMB_BITS)) - 1n;
    if (value !== undefined) return rewriter.const(bits(LIMB_BITS), value < most ? value : most);
    const [low, ...high] = this.#of(amount, rewriter);
    if (low === undefined) throw new Error("a value without limbs");
    let isBig: OpId | undefined;
    for (const limb of high) {
      const isSet = rewriter.compare("ne", limb, rewriter.const(rewriter.typeOf(limb), 0n));
      isBig = isBig === undefined ? isSet : rewriter.binary("or", isBig, isSet, bits(1));
    }
    return isBig === undefined ? low : rewriter.select(isBig, rewriter.const(bits(LIMB_BITS), most), low);
  }

  /** Limb by limb; each part faults exactly when the whole does. A selector of several limbs is chosen from limb by limb too. */
  #select1hot(operation: Select1HotOp, id: OpId, rewriter: Rewriter): Rewritten {
    const isWideSelector = rewriter.typeOf(operation.selector).width > LIMB_BITS;
    if (operation.type.width <= LIMB_BITS && !isWideSelector) return operation;
    const selector = this.#of(operation.selector, rewriter);
    const arms = operation.arms.map((arm) => this.#of(arm, rewriter));
    const [first = []] = arms;
    const limbs = first.map((_, index) => {
      const parts = arms.flatMap((arm) => arm.slice(index, index + 1));
      return selectOneHot(rewriter, selector, parts);
    });
    return this.#define(operation, id, rewriter, limbs);
  }
}
