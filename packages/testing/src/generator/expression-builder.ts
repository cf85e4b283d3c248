/** Turns expression plans into operations. Every plan gives a well-typed value. */
import type { BinaryOperator, Module, ModuleBuilder, OpId, Type } from "@assassyn/ir";
import { assertNever, bits, type, uint } from "@assassyn/ir";
import type { ExpressionPlan, Risk } from "./plan.js";
import { RISK_ALWAYS, RISK_LATE } from "./plan.js";
import type { KnownArray, Surroundings } from "./surroundings.js";
import { pickFrom } from "./surroundings.js";

/** Builds the values of one body. */
export class ExpressionBuilder {
  /** Values of the enclosing regions, innermost last. */
  readonly locals: OpId[] = [];

  constructor(
    readonly module: ModuleBuilder,
    readonly kind: Module["kind"],
    readonly around: Surroundings,
  ) {}

  /** When an operation of this risk goes without its guard. */
  boldness(risk: Risk): "never" | "late" | "always" {
    if (this.around.plan.careful || risk < RISK_LATE) return "never";
    return risk < RISK_ALWAYS ? "late" : "always";
  }

  /** b1: the late cycles have begun. */
  isLate(): OpId {
    return this.module.binary("ge", this.module.cycle(), this.module.const(bits(64), this.around.late));
  }

  /** The value of the plan, at most {@link Surroundings.maxResultWidth} bits wide. */
  build(plan: ExpressionPlan): OpId {
    const result = this.#build(plan);
    const limit = this.around.maxResultWidth;
    return this.#width(result) > limit ? this.module.slice(result, limit - 1, 0) : result;
  }

  /** The value as one bit. */
  condition(plan: ExpressionPlan): OpId {
    return this.toBit(this.build(plan));
  }

  toBit(value: OpId): OpId {
    const width = this.#width(value);
    if (width === 1) return value;
    return width % 2 === 0 ? this.isNonZero(value) : this.module.slice(value, 0, 0);
  }

  isNonZero(value: OpId): OpId {
    return this.module.binary("ne", value, this.module.const(this.module.typeOf(value), 0));
  }

  /** The value at exactly the width of `target`; its class may differ. */
  fit(value: OpId, target: Type): OpId {
    const from = this.module.typeOf(value);
    if (from.width === target.width) return value;
    const operator = from.class === "i" ? "sext" : from.class === "u" ? "zext" : "bitcast";
    return this.module.cast(operator, value, target);
  }

  /** The value at exactly `target`. */
  convert(value: OpId, target: Type): OpId {
    const fitted = this.fit(value, target);
    return this.module.typeOf(fitted).class === target.class
      ? fitted
      : this.module.cast("bitcast", fitted, target);
  }

  /** A choice that takes `bold` in the late cycles, in all, or never. */
  guarded(risk: Risk, safe: () => OpId, bold: () => OpId): OpId {
    switch (this.boldness(risk)) {
      case "never":
        return safe();
      case "always":
        return bold();
      case "late":
        return this.choose(this.isLate(), bold, safe);
    }
  }

  /** {@link ModuleBuilder.choose} with arms brought to one type and values of the arms forgotten behind it. */
  choose(condition: OpId, then: () => OpId, otherwise: () => OpId): OpId {
    let target: Type | undefined;
    return this.module.choose(
      condition,
      () => {
        const value = this.scoped(then);
        target = this.module.typeOf(value);
        return value;
      },
      () => {
        const value = this.scoped(otherwise);
        return target === undefined ? value : this.convert(value, target);
      },
    );
  }

  /** Runs `fill` and forgets the local values it made. */
  scoped<T>(fill: () => T): T {
    const count = this.locals.length;
    const result = fill();
    this.locals.length = count;
    return result;
  }

  /** An index that is below `size`, made from `index` in one of several ways. */
  indexInRange(index: OpId, size: number, guard: number): OpId {
    const { module } = this;
    const width = this.#width(index);
    const needed = Math.max(1, Math.ceil(Math.log2(size + 1)));
    if (size === 1) return module.const(uint(1 + (guard % 3)), 0);
    const isPowerOfTwo = 2 ** Math.log2(size) === size && Number.isInteger(Math.log2(size));
    if (isPowerOfTwo && guard % 4 < 2) return this.fit(index, uint(Math.log2(size)));
    const unsigned = module.cast("bitcast", index, bits(width));
    if (guard % 4 === 2) return module.binary("rem", unsigned, module.const(uint(needed), size));
    const inRange = module.binary("lt", unsigned, module.const(uint(needed), size));
    return module.select(inRange, index, module.const(type(module.typeOf(index).class, width), 0));
  }

  #width(value: OpId): number {
    return this.module.typeOf(value).width;
  }

  #build(plan: ExpressionPlan): OpId {
    const { module } = this;
    switch (plan.kind) {
      case "const":
        return module.const(plan.type, plan.value);
      case "local":
        return pickFrom(this.locals.toReversed(), plan.pick) ?? module.const(uint(4), plan.pick);
      case "read":
        return this.#read(plan);
      case "observe":
        return this.kind === "downstream" ? this.#observeOthers(plan) : this.#observeOwn(plan);
      case "cycle":
        return module.cycle();
      case "unary":
        return module.unary(plan.operator, this.build(plan.operand));
      case "binary":
        return this.#binary(plan);
      case "cast":
        return module.cast(plan.operator, this.build(plan.operand), plan.type);
      case "slice": {
        const operand = this.build(plan.operand);
        const from = plan.from % this.#width(operand);
        const to = plan.to % this.#width(operand);
        return module.slice(operand, Math.max(from, to), Math.min(from, to));
      }
      case "concat":
        return this.#concat(plan.operands.map((operand) => this.build(operand)));
      case "select": {
        const condition = this.condition(plan.condition);
        const then = this.build(plan.then);
        return module.select(condition, then, this.fit(this.build(plan.else), module.typeOf(then)));
      }
      case "select1hot":
        return this.#select1Hot(plan);
      case "choose":
        return this.choose(
          this.condition(plan.condition),
          () => this.build(plan.then),
          () => this.build(plan.else),
        );
      default:
        return assertNever(plan);
    }
  }

  #read(plan: Extract<ExpressionPlan, { kind: "read" }>): OpId {
    const array: KnownArray | undefined = pickFrom(this.around.arrays, plan.array);
    const index = this.build(plan.index);
    if (array === undefined) return index;
    const { module } = this;
    return this.guarded(
      plan.risk,
      () => {
        if (plan.guard % 5 !== 4)
          return module.read(array.id, this.indexInRange(index, array.size, plan.guard), array.type);
        const size = module.const(uint(32), array.size);
        const inRange = module.binary("lt", module.cast("bitcast", index, bits(this.#width(index))), size);
        return this.choose(
          inRange,
          () => module.read(array.id, index, array.type),
          () => module.const(array.type, plan.guard),
        );
      },
      () => module.read(array.id, index, array.type),
    );
  }

  #observeOwn(plan: Extract<ExpressionPlan, { kind: "observe" }>): OpId {
    const { module } = this;
    const port = pickFrom(
      module.ports.map((declared, index) => ({ type: declared.type, index })),
      plan.pick,
    );
    const stage = this.around.stages.find((known) => known.builder === module);
    const id = port === undefined ? undefined : stage?.ports[port.index]?.id;
    if (port === undefined || id === undefined) return module.slice(module.cycle(), 3 + (plan.pick % 8), 0);
    if (plan.what % 2 === 0) return module.fifoValid(module.id, id);
    const peek = (): OpId => module.fifoPeek(module.id, id, port.type);
    return this.guarded(
      plan.risk,
      () => this.choose(module.fifoValid(module.id, id), peek, () => module.const(port.type, plan.pick)),
      peek,
    );
  }

  #observeOthers(plan: Extract<ExpressionPlan, { kind: "observe" }>): OpId {
    const { module, around } = this;
    const value = pickFrom(around.values, plan.pick);
    const owner = pickFrom(around.modules, plan.pick);
    const stage = pickFrom(
      around.stages.filter((known) => known.ports.length > 0),
      plan.pick,
    );
    const port = pickFrom(stage?.ports ?? [], plan.what);
    const what = plan.what % 7;
    if (what >= 5 && stage !== undefined && port !== undefined) {
      const { id } = stage.builder;
      if (what === 5) return module.fifoValid(id, port.id);
      const peek = (): OpId => module.fifoPeek(id, port.id, port.type);
      return this.guarded(
        plan.risk,
        () => this.choose(module.fifoValid(id, port.id), peek, () => module.const(port.type, plan.pick)),
        peek,
      );
    }
    if (what === 4 && owner !== undefined) return module.triggered(owner);
    if (value === undefined) return module.cycle();
    if (what === 3) return module.exposedValid(value.module, value.slot);
    return this.exposed(value, plan.risk, plan.pick);
  }

  /** The exposed value, or a constant where it is absent. */
  exposed(value: Surroundings["values"][number], risk: Risk, otherwise: number): OpId {
    const { module } = this;
    const get = (): OpId => module.exposedGet(value.module, value.slot, value.type);
    const valid = (): OpId => module.exposedValid(value.module, value.slot);
    return this.guarded(
      risk,
      () => this.choose(valid(), get, () => module.const(value.type, otherwise)),
      get,
    );
  }

  #binary(plan: Extract<ExpressionPlan, { kind: "binary" }>): OpId {
    const { module } = this;
    const { operator } = plan;
    const left = this.build(plan.left);
    const right = this.build(plan.right);
    if (operator === "div" || operator === "rem") return this.#divide(plan, operator, left, right);
    if (operator === "mul" && this.#width(left) + this.#width(right) > this.around.maxResultWidth) {
      return module.binary("mul", this.#cut(left), this.#cut(right));
    }
    return module.binary(operator, left, right);
  }

  /** The last operands that fit together. */
  #concat(operands: readonly OpId[]): OpId {
    const kept: OpId[] = [];
    let width = 0;
    for (const operand of operands.toReversed()) {
      width += this.#width(operand);
      if (kept.length > 0 && width > this.around.maxResultWidth) break;
      kept.unshift(operand);
    }
    return this.module.concat(kept);
  }

  #cut(value: OpId): OpId {
    const half = this.around.maxResultWidth >> 1;
    if (this.#width(value) <= half) return value;
    return this.module.cast("bitcast", value, type(this.module.typeOf(value).class, half));
  }

  #divide(plan: { guard: number; risk: Risk }, operator: BinaryOperator, left: OpId, right: OpId): OpId {
    const { module } = this;
    const divisor = module.operation(right);
    if (divisor.kind === "const" && divisor.value !== 0n) return module.binary(operator, left, right);
    return this.guarded(
      plan.risk,
      () => {
        if (plan.guard % 3 === 0) {
          return this.choose(
            this.isNonZero(right),
            () => module.binary(operator, left, right),
            () => module.const(module.typeOf(left), plan.guard),
          );
        }
        const odd = module.binary("or", right, module.const(uint(1), 1));
        const signed = plan.guard % 3 === 1 ? this.convert(odd, module.typeOf(right)) : odd;
        return module.binary(operator, left, signed);
      },
      () => module.binary(operator, left, right),
    );
  }

  #select1Hot(plan: Extract<ExpressionPlan, { kind: "select1hot" }>): OpId {
    const { module } = this;
    const count = plan.arms.length;
    const selector = this.build(plan.selector);
    const arms: OpId[] = [];
    for (const arm of plan.arms) {
      const value = this.build(arm);
      const [first] = arms;
      arms.push(first === undefined ? value : this.fit(value, module.typeOf(first)));
    }
    return this.guarded(
      plan.risk,
      () => {
        const unsigned = module.cast("bitcast", selector, bits(this.#width(selector)));
        const place = module.binary("rem", unsigned, module.const(uint(8), count));
        return module.select1hot(module.binary("shl", module.const(bits(count), 1), place), arms);
      },
      () => module.select1hot(this.fit(selector, bits(count)), arms),
    );
  }
}
