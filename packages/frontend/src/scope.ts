/** Names and what they stand for. */
import type { Span } from "@assassyn/diagnostics";
import type { Entity } from "./entities.js";

/** A name with its meaning, which may be computed only when it is first asked for. */
export class Binding {
  readonly name: string;
  /** Where the name is declared; absent for what the language brings itself. */
  readonly span: Span | undefined;
  #entity: Entity | undefined;
  #compute: (() => Entity) | undefined;
  /** True while the meaning is being computed: asking again is a loop. */
  busy = false;

  constructor(name: string, span: Span | undefined, meaning: Entity | (() => Entity)) {
    this.name = name;
    this.span = span;
    if (typeof meaning === "function") this.#compute = meaning;
    else this.#entity = meaning;
  }

  /** The meaning as far as it has been computed. */
  get entity(): Entity | undefined {
    return this.#entity;
  }

  /** The meaning; `undefined` when it is asked for while it is being computed. */
  resolve(): Entity | undefined {
    if (this.#entity !== undefined) return this.#entity;
    if (this.busy || this.#compute === undefined) return undefined;
    this.busy = true;
    try {
      this.#entity = this.#compute();
      this.#compute = undefined;
    } finally {
      this.busy = false;
    }
    return this.#entity;
  }
}

/** A set of names inside another one. Looking up walks outwards. */
export class Scope {
  readonly parent: Scope | undefined;
  #names: Map<string, Binding> | undefined;
  #imported: Scope[] | undefined;
  /** An import into this scope failed, so that a name which is not here may be one of that file. */
  incomplete = false;

  constructor(parent: Scope | undefined) {
    this.parent = parent;
  }

  /** Puts a name in, over an older one of this scope. */
  define(name: string, span: Span | undefined, meaning: Entity | (() => Entity)): Binding {
    const binding = new Binding(name, span, meaning);
    this.#names ??= new Map();
    this.#names.set(name, binding);
    return binding;
  }

  /** Makes the names of a file visible, behind those of this scope. */
  import(file: Scope): void {
    this.#imported ??= [];
    if (!this.#imported.includes(file)) this.#imported.push(file);
  }

  /** The binding in this very scope. */
  own(name: string): Binding | undefined {
    return this.#names?.get(name);
  }

  /** The innermost binding of the name. */
  lookup(name: string): Binding | undefined {
    const found = this.#names?.get(name);
    if (found !== undefined) return found;
    for (const file of this.#imported ?? []) {
      const brought = file.own(name);
      if (brought !== undefined) return brought;
    }
    return this.parent?.lookup(name);
  }

  /** True when a name that is not visible here may be one of a file that could not be imported. */
  mayBeImported(): boolean {
    return this.incomplete || this.parent?.mayBeImported() === true;
  }

  /** All bindings of this very scope. */
  bindings(): Iterable<Binding> {
    return this.#names?.values() ?? [];
  }

  /** Every name visible from here, innermost first. */
  *visibleNames(): Iterable<string> {
    yield* this.#names?.keys() ?? [];
    for (const file of this.#imported ?? []) yield* file.#names?.keys() ?? [];
    if (this.parent !== undefined) yield* this.parent.visibleNames();
  }
}
