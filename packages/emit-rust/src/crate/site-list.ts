/** The places in the source that a body mentions, each with a number. */
import type { Loc } from "@assassyn/ir";

/** Numbers sites in the order in which a body mentions them. */
export class SiteList {
  readonly #numbers = new Map<number, number>();
  readonly #rows: string[] = [];

  /** The number of a site. */
  number(position: number, { file, line, column }: Loc): number {
    const known = this.#numbers.get(position);
    if (known !== undefined) return known;
    const next = this.#rows.length;
    this.#numbers.set(position, next);
    this.#rows.push(`site(${position}, ${file}, ${line}, ${column})`);
    return next;
  }

  /** The sites as expressions, by number. */
  get rows(): readonly string[] {
    return this.#rows;
  }
}
