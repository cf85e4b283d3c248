/** What stands right of `=`, to operations of the IR. */
import type { OpId } from "@assassyn/ir";
import { arrayId, bits, BOOL } from "@assassyn/ir";
import { instanceOf } from "./design.js";
import type { DumpType, Operand, PortValue, Select1HotValue, SelectValue, Value } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import { messages } from "./messages.js";
import type { Binding } from "./operand-lowering.js";
import { Abandon, OperandLowering } from "./operand-lowering.js";

/** Lowers values. */
export abstract class ValueLowering extends OperandLowering {
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
        return { kind: "instance", call: this.external(value) };
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

  // ---------------------------------------------------------------- foreign bodies

  protected external(value: Value & { readonly kind: "external" }): OpId {
    const extern = this.context.extern(value.module.text);
    const given = new Map(value.inputs.map((input) => [input.name.text, input.value]));
    const values = extern.declaration.parameters.map((parameter) => {
      const operand = given.get(parameter.name);
      if (operand === undefined)
        return this.wrongPlace(value, `${value.module.text}`, `its input ${parameter.name} is missing`);
      const held = this.operand(operand);
      return this.model.fit(held.id, parameter.type);
    });
    const { results } = extern.declaration;
    const [only] = results;
    const width = results.reduce((sum, result) => sum + result.type.width, 0);
    const type = results.length === 1 && only !== undefined ? only.type : bits(width);
    return this.build.externCall(extern.id, values, type);
  }

  protected output(value: Value & { readonly kind: "external-output" }, declared: DumpType): OpId {
    const binding = this.bindings.get(value.instance.text);
    const definition = instanceOf(this.module, value.instance.text);
    if (binding?.kind === "broken") throw new Abandon();
    if (definition === undefined || binding?.kind !== "instance")
      return this.wrongPlace(value, "this output", "its instance is of another module");
    if (value.index !== undefined)
      return this.wrongPlace(value, "an index", "only the whole output of an external module can be used");
    const { results } = this.context.extern(definition.module.text).declaration;
    let low = 0;
    for (const result of results.toReversed()) {
      if (result.name === value.output.text) {
        const piece =
          results.length === 1
            ? binding.call
            : this.build.cast(
                "bitcast",
                this.build.slice(binding.call, low + result.type.width - 1, low),
                result.type,
              );
        return this.model.fit(piece, this.model.state(declared));
      }
      low += result.type.width;
    }
    return this.unknown("output", value.output);
  }

  protected response(value: Value & { readonly kind: "pure" }, declared: DumpType): OpId {
    const operation = value.intrinsic === "has_mem_resp" ? "has_mem_resp" : "get_mem_resp";
    if (value.argument === undefined)
      return this.wrongPlace(value, `\`${value.intrinsic}\``, "it names no memory");
    const memory = this.moduleNamed(value.argument);
    const extern = this.context.memoryExtern(memory, operation, []);
    const id = this.build.externCall(extern.id, [], extern.declaration.results[0]?.type ?? BOOL);
    return this.model.fit(id, this.model.state(declared));
  }

  protected request(value: Value & { readonly kind: "request" }): OpId {
    const [first, ...rest] = value.operands;
    if (first?.kind !== "name") return this.wrongPlace(value, `\`${value.request}\``, "it names no memory");
    const memory = this.moduleNamed(first);
    const wanted = value.request === "send_read_request" ? 2 : 3;
    if (rest.length !== wanted)
      return this.wrongPlace(value, `\`${value.request}\``, `it has ${wanted + 1} operands`);
    const held = rest.map((operand) => this.operand(operand));
    const extern = this.context.memoryExtern(
      memory,
      value.request,
      held.map((each) => each.declared),
    );
    const values = held.map((each, index) => {
      const parameter = extern.declaration.parameters[index];
      return parameter === undefined ? each.id : this.model.fit(each.id, parameter.type);
    });
    return this.build.externCall(extern.id, values, BOOL);
  }
}
