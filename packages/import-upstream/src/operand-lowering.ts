/** Names and operands of one module while it is lowered. */
import type { ModuleBuilder, OpId, PortId } from "@assassyn/ir";
import { portId } from "@assassyn/ir";
import type { ModuleEntry, ValueEntry } from "./design.js";
import type { DumpType, Name, NameOperand, Operand, Place, PortReference } from "./dump.js";
import { printDumpType, widthOf } from "./dump.js";
import type { LoweringContext } from "./lowering-context.js";
import { messages } from "./messages.js";
import type { Held, ValueModel } from "./value-model.js";

/** What a name of the module means at this point. */
export type Binding =
  | { readonly kind: "value"; readonly held: Held }
  /** A peek is evaluated where it is used: only there an empty FIFO is a fault. */
  | { readonly kind: "peek"; readonly port: PortId; readonly declared: DumpType }
  | { readonly kind: "bind" }
  | { readonly kind: "instance"; readonly call: OpId }
  /** Its definition could not be lowered, which has been reported. */
  | { readonly kind: "broken" };

/** Leaves a line after its error has been reported. */
export class Abandon extends Error {}

/** Finds what names mean; the ground under the lowering of values and lines. */
export abstract class OperandLowering {
  protected readonly context: LoweringContext;
  protected readonly module: ModuleEntry;
  protected readonly build: ModuleBuilder;
  protected readonly model: ValueModel;
  protected readonly bindings = new Map<string, Binding>();

  constructor(context: LoweringContext, module: ModuleEntry) {
    this.context = context;
    this.module = module;
    this.build = context.builder(module);
    this.model = context.model(this.build);
  }

  protected fail(report: () => void): never {
    report();
    throw new Abandon();
  }

  protected wrongPlace(place: Place, what: string, reason: string): never {
    return this.fail(() => this.context.problems.report(messages["wrong-place"], { what, reason }, place));
  }

  // ---------------------------------------------------------------- names

  protected unknown(what: string, name: Name): never {
    return this.fail(() =>
      this.context.problems.report(messages["unknown-name"], { what, name: name.text }, name),
    );
  }

  protected moduleNamed(name: Name): ModuleEntry {
    return this.context.design.moduleByName.get(name.text) ?? this.unknown("module", name);
  }

  protected port(reference: PortReference): { module: ModuleEntry; port: PortId; type: DumpType } {
    const module = this.moduleNamed(reference.module);
    const index = module.ports.get(reference.port.text);
    const declared = index === undefined ? undefined : module.dump.ports?.[index];
    if (index === undefined || declared === undefined)
      return this.unknown("port", { ...reference, text: `${module.name}.${reference.port.text}` });
    return { module, port: portId(index), type: declared.type };
  }

  /** The value of an operand, evaluated here if it is a peek or of another module. */
  protected operand(operand: Operand): Held {
    if (operand.kind === "constant") return this.constant(operand);
    const binding = this.bindings.get(operand.text);
    switch (binding?.kind) {
      case "value":
        return binding.held;
      case "peek": {
        const type = this.model.state(binding.declared);
        return { id: this.build.fifoPeek(this.build.id, binding.port, type), declared: binding.declared };
      }
      case "bind":
      case "instance":
        return this.fail(() =>
          this.context.problems.report(messages["not-a-value"], { name: operand.text }, operand),
        );
      case "broken":
        throw new Abandon();
      case undefined:
        break;
    }
    const { owner, slot, entry } = this.foreign(operand);
    const id = this.build.exposedGet(this.context.id(owner), slot.id, slot.type);
    return { id, declared: entry.type };
  }

  protected constant(operand: Operand & { readonly kind: "constant" }): Held {
    const { value, type } = operand;
    const width = widthOf(type);
    const pattern = this.model.pattern(value, type);
    const shown =
      type.kind === "plain" && type.class === "i" && width > 1 ? BigInt.asIntN(width, pattern) : pattern;
    if (this.context.exact && shown !== value) {
      const args = { value: String(value), type: printDumpType(type), reduced: String(shown) };
      this.context.problems.report(messages["constant-range"], args, operand);
    }
    return { id: this.model.constant(value, type), declared: type };
  }

  /** A value of another module. */
  protected foreign(operand: NameOperand): {
    owner: ModuleEntry;
    entry: ValueEntry;
    slot: NonNullable<ReturnType<LoweringContext["slot"]>>;
  } {
    const { text } = operand;
    if (this.module.values.has(text))
      return this.fail(() => this.context.problems.report(messages["not-visible"], { name: text }, operand));
    const entry = this.module.foreign.get(text);
    const owner = entry === undefined ? undefined : this.context.design.modules[entry.module];
    if (entry === undefined || owner === undefined) throw new Abandon();
    if (this.module.kind !== "downstream")
      return this.fail(() =>
        this.context.problems.report(
          messages["stage-reads-value"],
          { name: text, module: owner.name, reader: this.module.name },
          operand,
        ),
      );
    const slot = this.context.slot(entry);
    if (slot === undefined) {
      const { kind } = entry.statement.value;
      if (kind === "bind" || kind === "external")
        this.context.problems.report(messages["not-a-value"], { name: text }, operand);
      throw new Abandon();
    }
    return { owner, entry, slot };
  }

  protected condition(operand: Operand): OpId {
    const held = this.operand(operand);
    if (widthOf(held.declared) !== 1) {
      const found = printDumpType(held.declared);
      this.context.problems.report(
        messages["width-mismatch"],
        { what: "the condition", found, wanted: "b1" },
        operand,
      );
      throw new Abandon();
    }
    return this.model.condition(held);
  }

  /** An operand in the representation of a register, port or arm of this type. */
  protected adjusted(operand: Operand, target: DumpType, what: string): OpId {
    const held = this.operand(operand);
    this.warnWidth(held.declared, target, what, operand);
    return this.model.fit(held.id, this.model.state(target));
  }

  protected warnWidth(found: DumpType, wanted: DumpType, what: string, place: Place): void {
    if (widthOf(found) === widthOf(wanted) || !this.context.exact) return;
    const args = { what, found: printDumpType(found), wanted: printDumpType(wanted) };
    this.context.problems.report(messages["width-adjusted"], args, place);
  }
}
