/** Names of the source as identifiers of a target language. */

/** `Driver` → `driver`, `PEOut_0` → `pe_out_0`, `a.b` → `a_b`: words in lower case with `_` between them. Never empty, never starts with a digit. */
export function toSnakeCase(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
  if (words === "") return "unnamed";
  return /^\d/.test(words) ? `n${words}` : words;
}

/** `driver` → `Driver`, `pe_out_0` → `PeOut0`. */
export function toPascalCase(name: string): string {
  return toSnakeCase(name)
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

/**
 * Hands out names that are unique in one scope and none of the reserved ones.
 *
 * @example
 * const scope = new NameScope(["fn"]);
 * scope.claim("fn"); // "fn_2"
 * scope.claim("a"); // "a"
 * scope.claim("a"); // "a_2"
 */
export class NameScope {
  readonly #taken: Set<string>;
  /** The next number to try for a name, so that many equal names stay cheap. */
  readonly #next = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  /** `preferred`, or that with the smallest number from 2 on that makes it free, `separator` before the number. */
  claim(preferred: string, separator = "_"): string {
    let candidate = preferred;
    let number = this.#next.get(preferred) ?? 2;
    while (this.#taken.has(candidate)) {
      candidate = `${preferred}${separator}${number}`;
      number += 1;
    }
    this.#next.set(preferred, number);
    this.#taken.add(candidate);
    return candidate;
  }
}
