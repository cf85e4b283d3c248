/** Where the printer is: in the body of a module or of a function, in a region of it, in an arm that is an expression. */
import type { OpId } from "@assassyn/ir";
import type { Names } from "./names.js";
import type { Printed } from "./printed.js";
import { nameOf } from "./printed.js";
import type { Statement } from "./statement.js";

/** A parameter of a function that stands for an arm, and its argument. */
export interface Parameter {
  readonly name: string;
  readonly printed: Printed;
}

/** The body of a module, or of a function that stands for an arm of a choice. */
export class Frame {
  readonly names: Names;
  /** Absent for the module itself. */
  readonly parent: Frame | undefined;
  readonly parameters: Parameter[] = [];
  readonly #values = new Map<OpId, Printed>();
  /** What was added since an arm was begun, so that it can be taken back. */
  readonly #added: OpId[] = [];
  readonly #claimed: string[] = [];

  constructor(names: Names, parent?: Frame) {
    this.names = names;
    this.parent = parent;
  }

  set(id: OpId, printed: Printed): void {
    this.#values.set(id, printed);
    this.#added.push(id);
  }

  /** The text of a value. In a function, a value of the module's body becomes a parameter. */
  get(id: OpId): Printed {
    const own = this.#values.get(id);
    if (own !== undefined) return own;
    if (this.parent === undefined) throw new Error(`%${id} is used before it is printed`);
    const { test: _test, match: _match, ...outer } = this.parent.get(id);
    if (outer.elsewhere !== undefined) return { ...outer, text: outer.elsewhere };
    const name = this.names.claim(/^\w+$/.test(outer.text) ? outer.text : "value");
    this.parameters.push({ name, printed: outer });
    const parameter = nameOf(name, outer.type, outer.constant);
    this.#values.set(id, parameter);
    return parameter;
  }

  claim(wanted: string): string {
    const name = this.names.claim(wanted);
    this.#claimed.push(name);
    return name;
  }

  mark(): { readonly added: number; readonly claimed: number } {
    return { added: this.#added.length, claimed: this.#claimed.length };
  }

  /** Forgets what came behind the mark. */
  reset(mark: { readonly added: number; readonly claimed: number }): void {
    for (const id of this.#added.splice(mark.added)) this.#values.delete(id);
    for (const name of this.#claimed.splice(mark.claimed)) this.names.release(name);
  }
}

/** A region while it is printed. */
export interface Context {
  readonly frame: Frame;
  /** Absent in an arm that is an expression: there no statement can stand. */
  readonly statements: Statement[] | undefined;
  /** Statements in front of which pure values may be computed. */
  readonly hoist: Statement[];
  /** Values tied to their places that are computed but stand in no statement yet, in program order. */
  readonly pending: OpId[];
}

/** Thrown in an arm that cannot be an expression. */
export class NeedsStatements extends Error {}
