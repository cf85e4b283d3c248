/** Names that are awkward for some target: keywords, names of its library, names that a change of case makes equal. */
const AWKWARD: readonly string[] = [
  "adder",
  "Adder",
  "a_dder",
  "aDder",
  "self",
  "Self",
  "type",
  "match",
  "loop",
  "crate",
  "async",
  "fn",
  "main",
  "String",
  "Vec",
  "Option",
  "Some",
  "std",
  "core",
  "Simulator",
  "State",
  "state",
  "step",
  "run",
  "cycle",
  "new",
  "u8",
  "i32",
  "bool",
  "usize",
  "constructor",
  "__proto__",
  "toString",
  "x",
  "X",
  "x_1",
  "x1",
  "x__1",
  "_x",
  "pe_0_1",
  "pe_01",
  "Driver",
  "value",
  "index",
  "super",
  "yield",
  "box",
  "dyn",
  "trait",
  "union",
];

/** Hands out names, each once. */
export class NameSupply {
  readonly #used = new Set<string>();

  /** The awkward name number `pick`, or a plain one made from `prefix` when `pick` is 0 or the name is gone. */
  next(prefix: string, pick: number): string {
    const wanted = pick === 0 ? undefined : AWKWARD[pick % AWKWARD.length];
    let name = wanted;
    for (let count = 0; name === undefined || this.#used.has(name); count += 1) name = `${prefix}${count}`;
    this.#used.add(name);
    return name;
  }
}
