/** Modules, from their declaration to their bodies. */
import type { ModuleBuilder, ModuleKind, OpId } from "@assassyn/ir";
import type { Literal } from "./body.js";
import { Body } from "./body.js";
import type { DesignState, Name } from "./design-state.js";
import { checkIdentifier } from "./design-state.js";
import { checkArguments } from "./extern.js";
import { Value } from "./expression.js";
import { mapRecord } from "./map-record.js";
import { DownstreamBody, TestbenchBody, WaitingBody } from "./module-body.js";
import type { ModuleBody, Triggerable } from "./module-body.js";
import type { CallArguments, PortSpecs, Ports, PortType } from "./port.js";
import { Port } from "./port.js";
import type { ArrayContents, Register, RegisterArray } from "./storage.js";
import { declareArray, declareRegister } from "./storage.js";
import type { ClassOf, DataType, TypeClass, WidthOf } from "./types.js";
import { bool, irType } from "./types.js";

/**
 * A module of the design. Declaring it fixes its place in the order of the design; its body may be filled later, so that bodies can
 * name modules that are declared behind them.
 */
export abstract class Module<Context extends ModuleBody = ModuleBody> implements Triggerable {
  readonly name: string;
  protected readonly state: DesignState;
  protected readonly builder: ModuleBuilder;
  #filled = false;

  constructor(state: DesignState, kind: ModuleKind, name: Name) {
    const { full, source } = state.claim("module", name);
    this.state = state;
    this.name = full;
    this.builder = state.system.module(kind, full, { source, loc: state.here() });
  }

  /** For the builder. */
  get isFilled(): boolean {
    return this.#filled;
  }

  /** For the builder. */
  triggeredIn(body: Body): OpId {
    return body.ir.triggered(this.builder.id);
  }

  /**
   * Fills the body: `fill` runs at once, exactly once, and what it returns is returned, such as exposed values.
   *
   * @throws BuilderError `body` at the second time, `outside-module` inside another body
   */
  body<Result>(fill: (m: Context) => Result): Result {
    const { state } = this;
    if (this.#filled) state.fail("body", `${this.name} has a body already`);
    if (state.body !== undefined)
      state.fail("outside-module", `the body of ${this.name} stands inside the body of ${state.body.name}`);
    this.#filled = true;
    const body = new Body(state, this.builder);
    state.body = body;
    try {
      return fill(this.context(body));
    } finally {
      state.body = undefined;
      body.region.open = false;
    }
  }

  /** A register of this module, called `<module>_<name>`. */
  reg<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    initial?: Literal,
  ): Register<Class, Width> {
    return declareRegister(this.state, name, `${this.name}_`, type, initial);
  }

  /** An array of this module, called `<module>_<name>`. */
  array<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    size: number,
    contents: ArrayContents = {},
  ): RegisterArray<Class, Width> {
    return declareArray(this.state, name, `${this.name}_`, type, size, contents);
  }

  protected abstract context(body: Body): Context;
}

/** Values of ports by name. */
type Taken<Specs extends PortSpecs, Key extends keyof Specs> = {
  readonly [Each in Key]: Value<ClassOf<PortType<Specs[Each]>>, WidthOf<PortType<Specs[Each]>>>;
};

/** What can be written in a stage: all that any module can, `waitUntil`, and its own FIFOs. */
export class StageBody<Specs extends PortSpecs> extends WaitingBody {
  /** The stage's own ports. */
  readonly ports: Ports<Specs>;
  readonly #names: readonly string[];

  /** For the builder. */
  constructor(body: Body, ports: Ports<Specs>, names: readonly string[]) {
    super(body);
    this.ports = ports;
    this.#names = names;
  }

  /** `take a, b`: waits until all ports, or those named, have an element, then pops them. */
  take(): Taken<Specs, keyof Specs>;
  take<Key extends keyof Specs & string>(...names: readonly Key[]): Taken<Specs, Key>;
  take<Key extends keyof Specs & string>(...names: readonly Key[]): Taken<Specs, Key> {
    const wanted = names.length === 0 ? this.#names : names;
    const ports = new Map<string, Port>(Object.entries(this.ports));
    const chosen = wanted.map((name) => {
      const port = ports.get(name);
      return port ?? this.inner.state.fail("bad-name", `${this.inner.name} has no port "${name}"`);
    });
    const ready = chosen.map((port) => port.valid());
    const [first, ...rest] = ready;
    if (first !== undefined) this.waitUntil(rest.reduce((all, each) => all.and(each), first));
    const values = new Map(wanted.map((name, index) => [name, chosen[index]?.pop().named(name)]));
    // oxlint-disable-next-line typescript/consistent-type-assertions -- each value has the type of the port of its name
    return mapRecord<Taken<Specs, Key>>(wanted, (name) => values.get(name) as Taken<Specs, Key>[Key]);
  }
}

/** A stage: it has FIFO ports, is called, and runs when it holds a credit. */
export class Stage<Specs extends PortSpecs = PortSpecs> extends Module<StageBody<Specs>> {
  readonly ports: Ports<Specs>;
  readonly #names: readonly string[];

  /** For the builder: `design.stage` makes stages. */
  constructor(state: DesignState, name: Name, specs: Specs) {
    super(state, "stage", name);
    this.#names = Object.keys(specs);
    this.ports = mapRecord<Ports<Specs>>(this.#names, (key) => {
      checkIdentifier(key, `port of ${this.name}`);
      const spec = specs[key] ?? bool;
      const { type, depth } = "type" in spec ? spec : { type: spec, depth: undefined };
      if (depth !== undefined && (!Number.isSafeInteger(depth) || depth < 1))
        state.fail("bad-shape", `port ${this.name}.${key} cannot have depth ${depth}; at least 1 is needed`);
      const port = new Port(state, this.builder, this.builder.port(key, irType(type), depth), key, type);
      // oxlint-disable-next-line typescript/consistent-type-assertions -- made with the type of the spec of this key
      return port as Ports<Specs>[keyof Specs];
    });
  }

  /**
   * `m(a: x, b: y)`: pushes a value into every port and adds a credit, so the stage runs in the next cycle at the earliest.
   *
   * @throws BuilderError `call-arguments`, `width-mismatch`, `literal-range`
   */
  call(values: CallArguments<Specs>): void {
    const body = this.state.openBody(`a call of ${this.name}`);
    checkArguments(this.state, this.name, this.#names, values);
    const ports = new Map<string, Port>(Object.entries(this.ports));
    const pending = Object.keys(values).map((key) => {
      // Both are there: the names were checked.
      const value: CallArguments<Specs>[keyof Specs] | undefined = values[key];
      return { port: ports.get(key), value: body.pending(value ?? 0) };
    });
    for (const { port, value } of pending) {
      if (port === undefined) continue;
      port.push(value.kind === "literal" ? value.value : new Value(body, value.id, value.type));
    }
    body.effect().call(this.builder.id);
  }

  /** `call m`: adds a credit; the ports are fed by `stage.ports.a.push(…)`. */
  addCredit(): void {
    this.state.openBody(`a call of ${this.name}`).effect().call(this.builder.id);
  }

  protected override context(body: Body): StageBody<Specs> {
    return new StageBody(body, this.ports, this.#names);
  }
}

/** The driver: runs every cycle. */
export class Driver extends Module<WaitingBody> {
  /** For the builder: `design.driver` makes drivers. */
  constructor(state: DesignState, name: Name) {
    super(state, "driver", name);
  }

  protected override context(body: Body): WaitingBody {
    return new WaitingBody(body);
  }
}

/** A testbench: runs every cycle, and has `at`. */
export class Testbench extends Module<TestbenchBody> {
  /** For the builder: `design.testbench` makes testbenches. */
  constructor(state: DesignState, name: Name) {
    super(state, "testbench", name);
  }

  protected override context(body: Body): TestbenchBody {
    return new TestbenchBody(body);
  }
}

/** A downstream: combinational logic behind the stages, on values that they exposed in the same cycle. */
export class Downstream extends Module<DownstreamBody> {
  /** For the builder: `design.downstream` makes downstreams. */
  constructor(state: DesignState, name: Name) {
    super(state, "downstream", name);
  }

  protected override context(body: Body): DownstreamBody {
    return new DownstreamBody(body);
  }
}
