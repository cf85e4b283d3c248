/** What stands right of `=`, to operations of the IR. */
import type { OpId } from "@assassyn/ir";
import { arrayId, bits, BOOL } from "@assassyn/ir";
import type { DumpType, Operand, PortValue, Select1HotValue, SelectValue, Value } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import { messages } from "./messages.js";
import type { Binding } from "./operand-lowering.js";
import { ForeignLowering } from "./foreign-lowering.js";
import { Abandon } from "./operand-lowering.js";

/** Lowers values. */
export abstract class ValueLowering extends ForeignLowering {
  // ---------------------------------------------------------------- values

  /** Gives a value its name and type. */
  protected held(id: OpId, declared: DumpType, name: string): Binding {
    if (this.build.operation(id).name === undefined) this.build.rename(id, name);
    return { kind: "value", held: { id, declared } };
  }

  protected binding(value: Value, declared: DumpType, name: string): Binding {
    switch (value.kind) {
      case "bind":
        this.moduleNamed(value.module);
        return { kind: "bind" };
      case "external":
        return this.external(value, name);
      case "port":
        return this.portValue(value, declared, name);
      case "binary": {
        const left = this.operand(value.left);
        const right = this.operand(value.right);
        return this.held(this.model.binary(value.operator, left, right, declared), declared, name);
      }
      case "unary":
        return this.held(this.model.unary(value.operator, this.operand(value.operand)), declared, name);
      case "read": {
        const array = this.context.design.arrays.get(value.array.text);
        if (array === undefined) throw new Abandon();
        const index = this.model.index(this.operand(value.index));
        const type = this.model.state(array.dump.type);
        return this.held(this.build.read(arrayId(array.index), index, type), declared, name);
      }
      case "slice": {
        const operand = this.operand(value.operand);
        const low = Number(value.low.value);
        const high = Number(value.high.value);
        if (low < 0 || high < low) throw new Abandon();
        const width = widthOf(operand.declared);
        if (high >= width)
          this.context.problems.report(
            messages["slice-range"],
            { low: String(low), high: String(high), width },
            { start: value.low.start, end: value.high.end },
          );
        return this.held(this.model.slice(operand, low, high), declared, name);
      }
      case "select":
        return this.held(this.select(value, declared), declared, name);
      case "select1hot":
        return this.held(this.select1Hot(value, declared), declared, name);
      case "concat": {
        const high = this.operand(value.high);
        return this.held(this.model.concat(high, this.operand(value.low)), declared, name);
      }
      case "cast":
        return this.held(
          this.model.cast(value.operator, this.operand(value.operand), value.type),
          declared,
          name,
        );
      case "valid": {
        if (value.operand.kind === "constant") throw new Abandon();
        if (this.bindings.has(value.operand.text))
          return this.held(this.build.const(BOOL, 1), declared, name);
        const { owner, slot } = this.foreign(value.operand);
        return this.held(this.build.exposedValid(this.context.id(owner), slot.id), declared, name);
      }
      case "triggered": {
        const module = this.moduleNamed(value.module);
        if (this.module.kind !== "downstream")
          return this.wrongPlace(value, "`triggered`", "only a downstream runs behind the other modules");
        return this.held(this.build.triggered(this.context.id(module)), declared, name);
      }
      case "pure":
        if (value.intrinsic === "current_cycle") {
          const cycle = this.build.cycle();
          return this.held(
            this.model.fit(this.retype(cycle, declared), this.model.state(declared)),
            declared,
            name,
          );
        }
        return this.held(this.response(value, declared), declared, name);
      case "request":
        return this.held(this.request(value), declared, name);
      case "external-output":
        return this.held(this.output(value, declared), declared, name);
    }
  }

  /** The cycle is bits here and unsigned in the dump. */
  protected retype(id: OpId, declared: DumpType): OpId {
    return this.build.cast("bitcast", id, this.model.state(declared));
  }

  protected portValue(value: PortValue, declared: DumpType, name: string): Binding {
    const { module, port } = this.port(value.target);
    const own = module === this.module;
    if (value.access === "valid") {
      if (!own && this.module.kind !== "downstream")
        return this.wrongPlace(
          value,
          "`valid`",
          `a stage sees only its own ports, and this one is of ${module.name}`,
        );
      return this.held(this.build.fifoValid(this.context.id(module), port), declared, name);
    }
    if (!own)
      return this.wrongPlace(value, `\`${value.access}\``, `${module.name} alone takes from its ports`);
    if (value.access === "peek") return { kind: "peek", port, declared };
    return this.held(this.build.pop(port), declared, name);
  }

  /** True for operands whose evaluation can fault: such an arm is evaluated only when it is chosen. */
  protected isLazy(operand: Operand): boolean {
    if (operand.kind === "constant") return false;
    const binding = this.bindings.get(operand.text);
    return binding === undefined || binding.kind === "peek";
  }

  protected select(value: SelectValue, declared: DumpType): OpId {
    const condition = this.condition(value.condition);
    const then = (): OpId => this.adjusted(value.then, declared, "the first arm");
    const otherwise = (): OpId => this.adjusted(value.else, declared, "the second arm");
    if (!this.isLazy(value.then) && !this.isLazy(value.else)) {
      const chosen = then();
      return this.build.select(condition, chosen, otherwise());
    }
    return this.build.choose(condition, then, otherwise);
  }

  protected select1Hot(value: Select1HotValue, declared: DumpType): OpId {
    const selector = this.operand(value.selector);
    const width = widthOf(selector.declared);
    const count = value.arms.length;
    if (width !== count) {
      this.context.problems.report(
        messages["width-mismatch"],
        { what: "the selector", found: printDumpType(selector.declared), wanted: `b${count}` },
        value.selector,
      );
      throw new Abandon();
    }
    const chosen = this.model.selector(selector, count);
    const arm = (operand: Operand): OpId => this.adjusted(operand, declared, "an arm");
    if (!value.arms.some((operand) => this.isLazy(operand)))
      return this.build.select1hot(chosen, value.arms.map(arm));
    // Which arm it is, then only that arm.
    const numberType = bits(32);
    const numbers = value.arms.map((_, index) => this.build.const(numberType, index));
    const number = this.build.select1hot(chosen, numbers);
    const from = (index: number): OpId => {
      const operand = value.arms[index];
      if (operand === undefined) throw new Abandon();
      if (index === count - 1) return arm(operand);
      const hit = this.build.binary("eq", number, this.build.const(numberType, index));
      return this.build.choose(
        hit,
        () => arm(operand),
        () => from(index + 1),
      );
    };
    return from(0);
  }
}
