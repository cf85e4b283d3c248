/** Compares a log with a golden one, line by line as it comes, so that logs of millions of lines need no memory. */
import { createHash } from "node:crypto";
import type { Golden } from "./corpus.js";

/** Characters of a line that a message shows. */
const SHOWN = 160;

const quote = (line: string | undefined): string =>
  line === undefined ? "the end" : JSON.stringify(line.slice(0, SHOWN));

/** See the head of the file. */
export class LogComparison {
  readonly #golden: Golden;
  readonly #hash = createHash("sha256");
  #pending = "";
  #count = 0;
  #difference: string | undefined;

  constructor(golden: Golden) {
    this.#golden = golden;
  }

  /** One entry of the log; its text may hold line breaks. */
  add(entry: string): void {
    for (const line of entry.includes("\n") ? entry.split("\n") : [entry]) {
      const wanted = this.#golden.lines[this.#count];
      this.#count += 1;
      if (this.#difference === undefined && wanted !== line) {
        if (wanted !== undefined || !this.#golden.truncated) this.#difference = this.#show(wanted, line);
      }
      this.#pending += `${line}\n`;
      if (this.#pending.length > 65_536) {
        this.#hash.update(this.#pending);
        this.#pending = "";
      }
    }
  }

  #show(wanted: string | undefined, found: string | undefined): string {
    return `line ${this.#count}: expected ${quote(wanted)}, found ${quote(found)}`;
  }

  /** The first difference, after the last line; undefined when the logs are equal. */
  finish(): string | undefined {
    if (this.#difference !== undefined) return this.#difference;
    const { lines, lineCount, sha256 } = this.#golden;
    if (this.#count < lines.length) {
      const wanted = lines[this.#count];
      this.#count += 1;
      return this.#show(wanted, undefined);
    }
    if (this.#count !== lineCount) return `${this.#count} lines where ${lineCount} are expected`;
    this.#hash.update(this.#pending);
    this.#pending = "";
    const digest = this.#hash.digest("hex");
    return sha256 === undefined || sha256 === digest
      ? undefined
      : `the first ${lines.length} lines are equal, but the hash of all ${lineCount} differs`;
  }
}
