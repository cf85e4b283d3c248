import type { Loc } from "@assassyn/ir";
import { SystemBuilder } from "@assassyn/ir";
import type { Body } from "./body.js";
import { BuilderError } from "./builder-error.js";
import type { Locate } from "./location.js";

/** A name, or one with indices: `["pe", 0, 1]` is an instance of `pe` and called `pe_0_1`. */
export type Name = string | readonly [string, ...number[]];

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The kinds of things whose names must differ. */
type Namespace = "register" | "module" | "extern function";

/** What all parts of one design share. There is no state outside of it, so designs can be generated side by side. */
export class DesignState {
  readonly name: string;
  readonly system: SystemBuilder;
  readonly files: string[];
  readonly #locate: Locate;
  readonly #names: Readonly<Record<Namespace, Set<string>>> = {
    register: new Set(),
    module: new Set(),
    "extern function": new Set(),
  };
  /** The body that is being filled. */
  body: Body | undefined;

  constructor(name: string, locate: Locate) {
    checkIdentifier(name, "system");
    this.name = name;
    this.system = new SystemBuilder(name);
    this.files = [];
    this.#locate = locate;
  }

  /** Where the generator stands; the first line of a file named like the system where that is unknown. */
  here(): Loc {
    const place = this.#locate() ?? { file: this.name, line: 1, column: 1 };
    let file = this.files.indexOf(place.file);
    if (file < 0) file = this.files.push(place.file) - 1;
    return { file, line: place.line, column: place.column };
  }

  /** `file:line: `, or nothing where the place is unknown: the beginning of a message. */
  where(): string {
    const place = this.#locate();
    return place === undefined ? "" : `${place.file}:${place.line}: `;
  }

  /** @throws BuilderError always */
  fail(code: BuilderError["code"], message: string): never {
    throw new BuilderError(code, this.where() + message);
  }

  /** Takes a name. @throws BuilderError `bad-name`, `duplicate-name` */
  claim(namespace: Namespace, name: Name, prefix = ""): { readonly full: string; readonly source: string } {
    const [source, ...indices] = typeof name === "string" ? [name] : name;
    for (const index of indices) {
      if (!Number.isSafeInteger(index) || index < 0)
        this.fail("bad-name", `${index} cannot be an index of ${namespace} ${source}`);
    }
    const full = prefix + [source, ...indices].join("_");
    if (!IDENTIFIER.test(full))
      this.fail("bad-name", `"${full}" cannot name a ${namespace}: use letters, digits and _`);
    const taken = this.#names[namespace];
    if (taken.has(full)) this.fail("duplicate-name", `there is a ${namespace} ${full} already`);
    taken.add(full);
    return { full, source: prefix + source };
  }

  /** The body that is being filled. @throws BuilderError `outside-module` */
  openBody(what: string): Body {
    return this.body ?? this.fail("outside-module", `${what} outside of the body of a module`);
  }
}

/** @throws BuilderError `bad-name` */
export function checkIdentifier(name: string, what: string): void {
  if (!IDENTIFIER.test(name))
    throw new BuilderError("bad-name", `"${name}" cannot name a ${what}: use letters, digits and _`);
}
