/** Names of the printed source: unique where they are seen, raw where they are reserved. */
import { CONTEXTUAL_WORDS, needsRawPrefix } from "@assassyn/syntax";

/** The name as it is written. */
export function raw(name: string): string {
  return needsRawPrefix(name) ? `r#${name}` : name;
}

/** An identifier as close to `name` as possible. */
function identifier(name: string): string {
  const cleaned = name.replaceAll(/[^A-Za-z0-9_]/gu, "_");
  if (/^_*$/.test(cleaned)) return "value";
  return /^[0-9]/.test(cleaned) ? `_${cleaned}` : cleaned;
}

/** Names of one scope. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Claims `wanted`, or the first of `wanted_1`, `wanted_2`, … that is free. Returns the name without `r#`. */
  claim(wanted: string): string {
    const base = identifier(wanted);
    let name = base;
    for (let count = 1; this.#taken.has(name); count += 1) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  release(name: string): void {
    this.#taken.delete(name);
  }
}

const STATEMENT_WORDS: ReadonlySet<string> = new Set(CONTEXTUAL_WORDS);

/** The name at the start of a statement, where words like `log` are keywords too. */
export function statementName(name: string): string {
  return STATEMENT_WORDS.has(name) ? `r#${name}` : name;
}
