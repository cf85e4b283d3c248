/** Functions whose bodies the embedder supplies. */
import type { ExternId } from "@assassyn/ir";
import type { Operand } from "./body.js";
import type { DesignState, Name } from "./design-state.js";
import { checkIdentifier } from "./design-state.js";
import { Value } from "./expression.js";
import { mapRecord } from "./map-record.js";
import type { ClassOf, DataType, FieldTypes, WidthOf } from "./types.js";
import { bits, irType } from "./types.js";

/** The results of an extern function by name. */
export type Results<Types extends FieldTypes> = {
  readonly [Key in keyof Types]: Value<ClassOf<Types[Key]>, WidthOf<Types[Key]>>;
};

/** An `extern fn`: evaluated where it is called; JavaScript gives its body when the simulation is loaded. */
export class Extern<Parameters extends FieldTypes, Outcome extends FieldTypes> {
  readonly name: string;
  readonly #state: DesignState;
  readonly #id: ExternId;
  readonly #parameters: Parameters;
  readonly #results: Outcome;

  /** For the builder: `design.extern` makes them. */
  constructor(state: DesignState, name: Name, parameters: Parameters, results: Outcome) {
    const { full } = state.claim("extern function", name);
    const list = (types: FieldTypes) =>
      Object.entries(types).map(([key, type]) => {
        checkIdentifier(key, `parameter or result of ${full}`);
        return { name: key, type: irType(type) };
      });
    if (Object.keys(results).length === 0) state.fail("bad-shape", `extern function ${full} has no result`);
    this.#state = state;
    this.name = full;
    this.#parameters = parameters;
    this.#results = results;
    this.#id = state.system.extern({
      name: full,
      parameters: list(parameters),
      results: list(results),
      loc: state.here(),
    });
  }

  /** Calls it. @throws BuilderError `call-arguments`, `width-mismatch`, `literal-range` */
  call(values: { readonly [Key in keyof Parameters]: Operand<WidthOf<Parameters[Key]>> }): Results<Outcome> {
    const body = this.#state.openBody(`a call of ${this.name}`);
    checkArguments(this.#state, `extern function ${this.name}`, Object.keys(this.#parameters), values);
    const operations = Object.entries(this.#parameters).map(([key, type]) => {
      const value: Operand | undefined = values[key];
      return body.operation(value ?? 0, type, `parameter ${key} of ${this.name}`);
    });
    const types: readonly (readonly [string, DataType])[] = Object.entries(this.#results);
    const width = types.reduce((sum, [, type]) => sum + type.width, 0);
    const [[, only] = ["", bits(1)]] = types;
    const whole = types.length === 1 ? only : bits(width);
    const value = new Value(body, body.effect().externCall(this.#id, operations, irType(whole)), whole);
    let high = width;
    const parts = new Map(
      types.map(([key, type]) => {
        high -= type.width;
        return [key, types.length === 1 ? value : value.slice(high + type.width - 1, high).bitcast(type)];
      }),
    );
    return mapRecord<Results<Outcome>>(Object.keys(this.#results), (key) => {
      // oxlint-disable-next-line typescript/consistent-type-assertions -- made with the type of this result just above
      return (parts.get(key) ?? value) as Results<Outcome>[keyof Outcome];
    });
  }
}

/** Checks at run time what TypeScript checks of literals: exactly these names are given. @throws BuilderError `call-arguments` */
export function checkArguments(
  state: DesignState,
  what: string,
  wanted: readonly string[],
  given: Readonly<Record<string, unknown>>,
): void {
  const missing = wanted.filter((name) => given[name] === undefined);
  if (missing.length > 0) state.fail("call-arguments", `the call of ${what} misses ${missing.join(", ")}`);
  const unknown = Object.keys(given).filter((name) => !wanted.includes(name));
  if (unknown.length > 0) {
    const known = wanted.length === 0 ? "it takes nothing" : `it takes ${wanted.join(", ")}`;
    state.fail("call-arguments", `${what} has no ${unknown.join(", ")}; ${known}`);
  }
}
