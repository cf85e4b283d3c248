/** Values that a module shows to downstreams in the same cycle. */
import type { ModuleId, SlotId } from "@assassyn/ir";
import type { Body } from "./body.js";
import type { Arm } from "./choices.js";
import { select } from "./choices.js";
import type { DesignState } from "./design-state.js";
import { Value } from "./expression.js";
import type { DataType, TypeClass } from "./types.js";
import { bool, irType } from "./types.js";

/** A value that a module exposed: present in a cycle if the module was triggered and control reached the `expose`. Downstreams read it. */
export class Exposed<Class extends TypeClass = TypeClass, Width extends number = number> {
  /** `adder.sum` */
  readonly name: string;
  readonly type: DataType<Class, Width>;
  readonly #state: DesignState;
  readonly #module: ModuleId;
  readonly #slot: SlotId;

  /** For the builder: `m.expose` makes them. */
  constructor(
    state: DesignState,
    module: ModuleId,
    slot: SlotId,
    name: string,
    type: DataType<Class, Width>,
  ) {
    this.#state = state;
    this.#module = module;
    this.#slot = slot;
    this.name = name;
    this.type = type;
  }

  /** `m.v`: the value; a fault where it is absent. */
  get(): Value<Class, Width> {
    const body = this.#downstream();
    const id = body.effect().exposedGet(this.#module, this.#slot, irType(this.type));
    return new Value(body, id, this.type);
  }

  /** `m.v.valid`: whether it is there. */
  valid(): Value<"b", 1> {
    const body = this.#downstream();
    return new Value(body, body.ir.exposedValid(this.#module, this.#slot), bool);
  }

  /** `m.v ?? fallback`. */
  or(fallback: Arm<TypeClass, NoInfer<Width>>): Value<Class, Width> {
    const body = this.#downstream();
    const chosen = select(body, this.valid(), () => this.get(), fallback);
    return new Value(body, chosen.operationIn(body), this.type);
  }

  #downstream(): Body {
    const body = this.#state.openBody(`a read of ${this.name}`);
    if (body.kind !== "downstream") {
      body.state.fail(
        "wrong-module",
        `${body.name} is a ${body.kind} and cannot read ${this.name} in the same cycle; pass it on through a register or port, or use a downstream`,
      );
    }
    return body;
  }
}
