/**
 * How a body reaches the state where its module has something to say to other clusters: as on one thread, but for the effects that leave the
 * cluster, which go into mailboxes.
 */
import type { ArrayId, ModuleId, PortId } from "@assassyn/ir";
import type { CodeWriter, ModuleAccess, NameScope } from "@assassyn/emit-core";
import { analyzeAccess, portKey } from "@assassyn/emit-core";
import type { DesignModel, IndexOperand, ModuleModel, Place, References } from "@assassyn/emit-rust";
import { FastAccess, arrayModel } from "@assassyn/emit-rust";
import type { Wire, Wiring } from "./wiring.js";

/** Places of the pushes of one module into one FIFO (by its key), by ordinal: what a mailbox sends in their stead. */
export type PushSites = Map<ModuleId, Map<string, string[]>>;

/** Writes accesses of one module. Everything that is not an effect is done as the layout `fast` does it. */
export class ClusteredAccess extends FastAccess {
  readonly #design: DesignModel;
  readonly #own: ModuleModel;
  readonly #references: References;
  readonly #wiring: Wiring;
  readonly #sites: PushSites;
  readonly #mailField: string;
  #effects: ModuleAccess | undefined;
  /** A variable name that the body does not use. */
  #mail = "mail";

  constructor(
    design: DesignModel,
    own: ModuleModel,
    references: References,
    wiring: Wiring,
    sites: PushSites,
    mailField: string,
  ) {
    super(design, own, references);
    this.#design = design;
    this.#own = own;
    this.#references = references;
    this.#wiring = wiring;
    this.#sites = sites;
    this.#mailField = mailField;
  }

  override begin(code: CodeWriter, names: NameScope): string[] {
    this.#mail = names.claim("mail");
    this.#sites.set(this.#own.id, new Map());
    return super.begin(code, names);
  }

  #box(wire: Wire): string {
    const { list, index } = wire;
    return `${this.#mail}.${list}.at(cx.cycle, ${this.#references.constant(`${list} ${index}`, list, index)})`;
  }

  /** What the module does to state, found when first asked for. */
  #access(): ModuleAccess {
    return (this.#effects ??= analyzeAccess(this.#own.module, this.#own.id));
  }

  /** An effect by mail. A worker's state always has mailboxes. */
  #send(code: CodeWriter, place: Place, byMail: () => void): void {
    code.block(`if let Some(${this.#mail}) = &state.${this.#mailField} { ${place.comment}`, "}", byMail);
  }

  override arrayWrite(
    code: CodeWriter,
    place: Place,
    array: ArrayId,
    index: IndexOperand,
    value: string,
  ): void {
    const wire = this.#wiring.find({ kind: "array", array }, this.#own.id);
    if (wire === undefined) {
      super.arrayWrite(code, place, array, index, value);
      return;
    }
    const { size } = arrayModel(this.#design, array).declaration;
    const box = this.#box(wire);
    const twice = this.#access().writtenTwice.has(array);
    const byMail = (): void => {
      if (twice) {
        code.block(`if ${box}.sent(cx.cycle) {`, "}", () =>
          code.line(
            `return cx.fault(${place.module}, ${place.site}, Fault::WriteTwice(${this.#references.array(array)}));`,
          ),
        );
      }
      // A second write faults wherever the first one went.
      const send = `${box}.send(cx.cycle, ${index.text}, ${value});`;
      if (index.fits) code.line(send);
      else {
        code.twoBlocks(
          `if ${index.wide} < ${size} {`,
          () => code.line(send),
          "} else {",
          () => {
            if (twice) code.line(`${box}.send_nothing(cx.cycle);`);
            code.line("cx.drop_write();");
          },
          "}",
        );
      }
    };
    this.#send(code, place, byMail);
  }

  override fifoPush(code: CodeWriter, place: Place, module: ModuleId, port: PortId, value: string): void {
    const wire = this.#wiring.find({ kind: "fifo", module, port }, this.#own.id);
    if (wire === undefined) {
      super.fifoPush(code, place, module, port, value);
      return;
    }
    const own = this.#sites.get(this.#own.id);
    const sites = own?.get(portKey(module, port)) ?? [];
    own?.set(portKey(module, port), sites);
    const ordinal = sites.length;
    sites.push(place.site);
    const box = this.#box(wire);
    const byMail = (): void => {
      if (this.#access().pushedTwice.has(portKey(module, port))) {
        const fault = `Fault::PushTwice(${this.moduleIndex(module)}, ${port}, ${place.module}, ${place.module})`;
        code.block(`if ${box}.sent(cx.cycle) {`, "}", () =>
          code.line(`return cx.fault(${place.module}, ${place.site}, ${fault});`),
        );
      }
      code.line(`${box}.send(cx.cycle, ${ordinal}, ${value});`);
    };
    this.#send(code, place, byMail);
  }

  override call(code: CodeWriter, place: Place, module: ModuleId): void {
    const wire = this.#wiring.find({ kind: "credit", module }, this.#own.id);
    if (wire === undefined) {
      super.call(code, place, module);
      return;
    }
    const box = this.#box(wire);
    this.#send(code, place, () => code.line(`${box}.send(cx.cycle);`));
  }
}
