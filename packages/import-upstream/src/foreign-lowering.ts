/** External modules and DRAMs: what stands outside of the dump. */
import type { OpId, Type } from "@assassyn/ir";
import { bits, BOOL, uint } from "@assassyn/ir";
import type { ModuleEntry } from "./design.js";
import type { LinkedDram, RequestStage } from "./dram-linking.js";
import type { DumpType, ExternalOutputValue, ExternalValue, Name, PureValue, RequestValue } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import { instanceOf, ownerOfInstance } from "./external-outputs.js";
import type { ImportedExtern } from "./lowering-context.js";
import { messages } from "./messages.js";
import type { Binding } from "./operand-lowering.js";
import { Abandon, OperandLowering } from "./operand-lowering.js";

/** Lowers external modules, requests to memories and looks at their responses. */
export abstract class ForeignLowering extends OperandLowering {
  // ---------------------------------------------------------------- external modules

  protected external(value: ExternalValue, name: string): Binding {
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
    const call = this.build.externCall(extern.id, values, type);
    this.#publish(name, call, extern);
    return { kind: "instance", call };
  }

  /** Writes the outputs that are registers, and shows those that other modules read. */
  #publish(instance: string, call: OpId, extern: ImportedExtern): void {
    for (const output of this.context.outputs) {
      if (output.owner !== this.module || output.instance !== instance) continue;
      const declared = this.context.design.typeOf(output.statement);
      const type = this.model.state(declared);
      const value = (): OpId => this.model.fit(this.#result(call, extern, output.output), type);
      if (output.registered) {
        const register = this.context.outputRegister(output);
        this.build.write(register.array, this.build.const(uint(1), 0), value());
      } else if (output.foreign) {
        const slot = this.build.expose(this.context.slotName(output), value());
        this.context.setOutputSlot(output, slot, type);
      }
    }
  }

  protected output(value: ExternalOutputValue, declared: DumpType): OpId {
    const { instance, output } = value;
    const definition = instanceOf(this.module, instance.text);
    const owner = ownerOfInstance(this.context.design.modules, this.module, instance.text);
    if (definition === undefined || owner === undefined)
      return this.wrongPlace(value, "this output", `${instance.text} is no external module`);
    const published = this.context.output(owner, instance.text, output.text);
    if (published?.register !== undefined) {
      const { array, type } = published.register;
      // One element, so that an index other than 0 is out of range.
      const index =
        value.index === undefined
          ? this.build.const(uint(1), 0)
          : this.model.index(this.operand(value.index));
      return this.build.read(array, index, type);
    }
    if (owner !== this.module) {
      if (this.module.kind !== "downstream")
        return this.fail(() =>
          this.context.problems.report(
            messages["stage-reads-value"],
            {
              name: `${instance.text}.${output.text}`,
              module: owner.name,
              reader: this.module.name,
            },
            value,
          ),
        );
      // Where the instance could not be lowered, that has been reported.
      if (published?.slot === undefined) throw new Abandon();
      return this.build.exposedGet(this.context.id(owner), published.slot.id, published.slot.type);
    }
    const binding = this.bindings.get(instance.text);
    if (binding?.kind === "broken") throw new Abandon();
    if (binding?.kind !== "instance")
      return this.fail(() =>
        this.context.problems.report(messages["not-visible"], { name: instance.text }, instance),
      );
    const extern = this.context.extern(definition.module.text);
    return this.model.fit(this.#result(binding.call, extern, output.text), this.model.state(declared));
  }

  /** One result of a call, which returns the concatenation of all. */
  #result(call: OpId, extern: ImportedExtern, name: string): OpId {
    const { results } = extern.declaration;
    if (results.length === 1) return call;
    let low = 0;
    for (const result of results.toReversed()) {
      if (result.name === name)
        return this.build.cast(
          "bitcast",
          this.build.slice(call, low + result.type.width - 1, low),
          result.type,
        );
      low += result.type.width;
    }
    throw new Error(`the extern ${extern.declaration.name} has no result ${name}`);
  }

  // ---------------------------------------------------------------- memories

  #dramNamed(name: Name, what: string): ModuleEntry {
    const memory = this.moduleNamed(name);
    if (memory.memory === "DRAM") return memory;
    return this.wrongPlace(name, `\`${what}\``, `${name.text} is no DRAM`);
  }

  protected response(value: PureValue, declared: DumpType): OpId {
    if (value.argument === undefined)
      return this.wrongPlace(value, `\`${value.intrinsic}\``, "it names no memory");
    const memory = this.#dramNamed(value.argument, value.intrinsic);
    const operation = value.intrinsic === "has_mem_resp" ? "has_mem_resp" : "get_mem_resp";
    const dram = this.context.drams?.memory(memory);
    if (dram !== undefined) return this.#answer(dram, operation, declared);
    const extern = this.context.memoryExtern(memory, operation, []);
    const id = this.build.externCall(extern.id, [], extern.declaration.results[0]?.type ?? BOOL);
    return this.model.fit(id, this.model.state(declared));
  }

  #answer(dram: LinkedDram, operation: "has_mem_resp" | "get_mem_resp", declared: DumpType): OpId {
    const read = ({ array, type }: LinkedDram["word"]): OpId =>
      this.build.read(array, this.build.const(uint(1), 0), type);
    if (operation === "has_mem_resp") return this.build.binary("eq", read(dram.answered), this.build.cycle());
    // The original returns the bytes of the address.
    const answer = this.context.exact ? dram.word : dram.place;
    return this.model.fit(read(answer), this.model.state(declared));
  }

  protected request(value: RequestValue): OpId {
    const [first, ...rest] = value.operands;
    if (first?.kind !== "name") return this.wrongPlace(value, `\`${value.request}\``, "it names no memory");
    const memory = this.#dramNamed(first, value.request);
    const wanted = value.request === "send_read_request" ? 2 : 3;
    if (rest.length !== wanted)
      return this.wrongPlace(value, `\`${value.request}\``, `it has ${wanted + 1} operands`);
    const dram = this.context.drams?.memory(memory);
    if (dram !== undefined)
      return this.#send(value.request === "send_read_request" ? dram.read : dram.write, rest);
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

  /** A request that is enabled is always taken. */
  #send(stage: RequestStage, [enable, ...operands]: RequestValue["operands"]): OpId {
    if (enable === undefined) throw new Abandon();
    const enabled = this.condition(enable);
    const held = operands.map((operand) => this.operand(operand));
    this.build.when(enabled, () => {
      for (const [index, { id, name, type }] of stage.ports.entries()) {
        const given = held[index];
        const operand = operands[index];
        if (given === undefined || operand === undefined) continue;
        this.#warnPort(given.declared, type, name, operand);
        this.build.push(stage.module, id, this.model.fit(given.id, type));
      }
      this.build.call(stage.module);
    });
    return enabled;
  }

  #warnPort(found: DumpType, wanted: Type, name: string, place: RequestValue["operands"][number]): void {
    if (!this.context.exact || widthOf(found) === wanted.width) return;
    const args = {
      what: `the ${name}`,
      found: printDumpType(found),
      wanted: `${wanted.class}${wanted.width}`,
    };
    this.context.problems.report(messages["width-adjusted"], args, place);
  }
}
