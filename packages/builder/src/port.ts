/** FIFO ports of stages. */
import type { ModuleId, PortId } from "@assassyn/ir";
import type { Body, Operand } from "./body.js";
import type { DesignState } from "./design-state.js";
import { Value } from "./expression.js";
import type { ClassOf, DataType, TypeClass, WidthOf } from "./types.js";
import { bool, irType } from "./types.js";

/** How a port is declared: its type, with a depth (elements that it may hold, at least 1) if it has one. */
export type PortSpec = DataType | { readonly type: DataType; readonly depth?: number };
/** The ports of a stage by name, in order. */
export type PortSpecs = Readonly<Record<string, PortSpec>>;
/** The type of a port's elements. */
export type PortType<Spec> = Spec extends DataType
  ? Spec
  : Spec extends { readonly type: infer Type }
    ? Type
    : never;
/** The ports of a stage, typed. */
export type Ports<Specs extends PortSpecs> = {
  readonly [Key in keyof Specs]: Port<ClassOf<PortType<Specs[Key]>>, WidthOf<PortType<Specs[Key]>>>;
};
/** What a call gives: a value for each port. */
export type CallArguments<Specs extends PortSpecs> = {
  readonly [Key in keyof Specs]: Operand<WidthOf<PortType<Specs[Key]>>>;
};

/** A FIFO. Its stage pops it; any module pushes it; its stage and downstreams look at it. */
export class Port<Class extends TypeClass = TypeClass, Width extends number = number> {
  /** `adder.a` */
  readonly name: string;
  readonly type: DataType<Class, Width>;
  readonly #state: DesignState;
  readonly #module: ModuleId;
  readonly #owner: string;
  readonly #id: PortId;

  /** For the builder: stages make their ports. */
  constructor(
    state: DesignState,
    owner: { readonly id: ModuleId; readonly name: string },
    id: PortId,
    name: string,
    type: DataType<Class, Width>,
  ) {
    this.#state = state;
    this.#module = owner.id;
    this.#owner = owner.name;
    this.#id = id;
    this.name = `${owner.name}.${name}`;
    this.type = type;
  }

  /** `m.p.push(value)`: adds an element, but no credit. @throws BuilderError `width-mismatch`, `literal-range` */
  push(value: Operand<Width>): void {
    const body = this.#state.openBody(`a push of ${this.name}`);
    const operation = body.operation(value, this.type, `port ${this.name}`);
    body.effect().push(this.#module, this.#id, operation);
  }

  /** `p.valid`: there is an element. In the stage itself, or a downstream. */
  valid(): Value<"b", 1> {
    const body = this.#reader("valid");
    return new Value(body, body.ir.fifoValid(this.#module, this.#id), bool);
  }

  /** `p.peek`: the first element, which stays. Faults when there is none. In the stage itself, or a downstream. */
  peek(): Value<Class, Width> {
    const body = this.#reader("peek");
    return new Value(body, body.effect().fifoPeek(this.#module, this.#id, irType(this.type)), this.type);
  }

  /** `p.pop()`: takes the first element. Faults when there is none, or at a second pop in one cycle. In the stage itself. */
  pop(): Value<Class, Width> {
    const body = this.#state.openBody(`a pop of ${this.name}`);
    if (body.name !== this.#owner)
      body.state.fail("wrong-module", `${body.name} cannot pop ${this.name}: only its stage can`);
    return new Value(body, body.effect().pop(this.#id), this.type);
  }

  #reader(what: string): Body {
    const body = this.#state.openBody(`${what} of ${this.name}`);
    if (body.name !== this.#owner && body.kind !== "downstream") {
      const reason = "only its stage and downstreams look at a FIFO";
      body.state.fail("wrong-module", `${body.name} cannot ask for the ${what} of ${this.name}: ${reason}`);
    }
    return body;
  }
}
