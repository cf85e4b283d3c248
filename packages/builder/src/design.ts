import type { LogFormat, System } from "@assassyn/ir";
import { DEFAULT_CONFIG, downstreamUses, verify } from "@assassyn/ir";
import type { Literal } from "./body.js";
import { BuilderError } from "./builder-error.js";
import type { Name } from "./design-state.js";
import { DesignState } from "./design-state.js";
import { Extern } from "./extern.js";
import type { Locate } from "./location.js";
import type { Module } from "./module.js";
import { Downstream, Driver, Stage, Testbench } from "./module.js";
import type { PortSpecs } from "./port.js";
import type { ArrayContents, Register, RegisterArray } from "./storage.js";
import { declareArray, declareRegister } from "./storage.js";
import type { DataType, FieldTypes, TypeClass } from "./types.js";

/** How a design runs and is shown; what is left out is as in the language. */
export interface DesignOptions {
  /** Last cycle that runs, at least 1; default 100. */
  readonly cycles?: number;
  /** Stop after this many cycles in a row without a triggered stage, at least 1; default 100. */
  readonly idle?: number;
  /** Elements that a FIFO without a depth may hold, at least 1; default 2^24. */
  readonly fifoLimit?: number;
  /** Ask for the parallel simulator where the target leaves the choice; default false. */
  readonly parallel?: boolean;
  /** Wanted worker threads; 0, the default, means automatic. */
  readonly threads?: number;
  /** Form of the log lines; default `located`. */
  readonly log?: LogFormat;
  /**
   * Where operations come from, for logs and messages: `callerLocation(import.meta.url)`, or a function of your own. Default: the first
   * line of a file named like the design.
   */
  readonly locate?: Locate;
}

/**
 * A design under construction. Declarations come in the order that the semantics speak of; bodies are filled when all they name is there.
 *
 * @example
 * const design = new Design("async_call", { cycles: 200 });
 * const count = design.reg("count", int(32));
 * const adder = design.stage("adder", { a: int(32), b: int(32) });
 * adder.body((m) => {
 *   const { a, b } = m.take();
 *   m.log("{} + {} = {}", a, b, a.add(b));
 * });
 * design.driver().body((m) => {
 *   count.set(count.add(1));
 *   m.when(count.lt(100), () => adder.call({ a: count, b: count }));
 * });
 * const system = design.build();
 */
export class Design {
  readonly name: string;
  readonly #state: DesignState;
  readonly #modules: Module[] = [];

  /** @throws BuilderError `bad-name` */
  constructor(name: string, { locate = () => undefined, ...config }: DesignOptions = {}) {
    this.name = name;
    this.#state = new DesignState(name, locate);
    this.#state.system.config = { ...DEFAULT_CONFIG, ...config };
  }

  /** `reg name: type = initial`; starts at 0 where nothing is said. @throws BuilderError `duplicate-name`, `literal-range` */
  reg<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    initial?: Literal,
  ): Register<Class, Width> {
    return declareRegister(this.#state, name, "", type, initial);
  }

  /** `reg name: [type; size] = contents`. @throws BuilderError `duplicate-name`, `bad-shape`, `literal-range` */
  array<Class extends TypeClass, Width extends number>(
    name: Name,
    type: DataType<Class, Width>,
    size: number,
    contents: ArrayContents = {},
  ): RegisterArray<Class, Width> {
    return declareArray(this.#state, name, "", type, size, contents);
  }

  /** `module name(a: …, b: …)`. @throws BuilderError `duplicate-name`, `bad-name`, `bad-shape` */
  stage<const Specs extends PortSpecs = Record<never, never>>(name: Name, ports?: Specs): Stage<Specs> {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- without ports the type argument is its default, which has none
    const stage = new Stage(this.#state, name, ports ?? ({} as Specs));
    // oxlint-disable-next-line typescript/consistent-type-assertions -- only what does not depend on the ports is asked of it there
    this.#modules.push(stage as unknown as Module);
    return stage;
  }

  /** `driver`: runs every cycle. */
  driver(name: Name = "Driver"): Driver {
    return this.#add(new Driver(this.#state, name));
  }

  /** `testbench`: runs every cycle, and does things at given cycles. */
  testbench(name: Name = "Testbench"): Testbench {
    return this.#add(new Testbench(this.#state, name));
  }

  /** `downstream name`. */
  downstream(name: Name): Downstream {
    return this.#add(new Downstream(this.#state, name));
  }

  /**
   * `extern fn name(a: …) -> (c: …)`.
   *
   * @example const root = design.extern("root", { of: uint(32) }, { whole: uint(16) });
   */
  extern<const Parameters extends FieldTypes, const Results extends FieldTypes>(
    name: Name,
    parameters: Parameters,
    results: Results,
  ): Extern<Parameters, Results> {
    return new Extern(this.#state, name, parameters, results);
  }

  /**
   * The finished system, verified.
   *
   * @throws BuilderError `body` if a module has none, `invalid-design` with everything that the verifier of the IR found
   */
  build(): System {
    const state = this.#state;
    if (state.body !== undefined)
      state.fail("outside-module", `the body of ${state.body.name} is not finished`);
    const empty = this.#modules.filter((module) => !module.isFilled);
    if (empty.length > 0)
      throw new BuilderError("body", `no body was given to ${empty.map(({ name }) => name).join(", ")}`);
    const files = state.files.length === 0 ? [state.name] : state.files;
    const system = { ...state.system.build(), files: [...files] };
    if (system.modules.length === 0)
      throw new BuilderError("invalid-design", `design ${this.name} has no modules, so nothing can run`);
    const broken = verify(system).map(({ message }) => message);
    for (const module of system.modules) {
      if (module?.kind === "downstream" && downstreamUses(module).values.size === 0)
        broken.push(`downstream ${module.name} reads no exposed value, so it never runs`);
    }
    if (broken.length > 0) throw new BuilderError("invalid-design", broken.join("\n"));
    return system;
  }

  #add<Added extends Module>(module: Added): Added {
    this.#modules.push(module);
    return module;
  }
}
