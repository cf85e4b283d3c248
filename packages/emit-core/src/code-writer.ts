/**
 * Collects lines of generated code with indentation of four spaces a level.
 *
 * @example
 * const code = new CodeWriter();
 * code.block("fn main() {", "}", () => code.line("run();"));
 * code.toString(); // "fn main() {\n    run();\n}\n"
 */
export class CodeWriter {
  readonly #lines: string[] = [];
  #level = 0;

  /** Appends one line; an empty one stays without indentation. */
  line(text = ""): this {
    this.#lines.push(text === "" ? "" : "    ".repeat(this.#level) + text);
    return this;
  }

  /** Appends several lines. */
  lines(texts: Iterable<string>): this {
    for (const text of texts) this.line(text);
    return this;
  }

  /** Appends `open`, what `fill` appends one level deeper, and `close`. */
  block(open: string, close: string, fill: () => void): this {
    this.line(open);
    this.#level += 1;
    fill();
    this.#level -= 1;
    return this.line(close);
  }

  /** Appends `open`, what `first` appends, `middle`, what `second` appends, and `close`: a choice with two arms. */
  twoBlocks(open: string, first: () => void, middle: string, second: () => void, close: string): this {
    this.line(open);
    this.#level += 1;
    first();
    this.#level -= 1;
    this.line(middle);
    this.#level += 1;
    second();
    this.#level -= 1;
    return this.line(close);
  }

  /** Number of lines so far. */
  get length(): number {
    return this.#lines.length;
  }

  /** All lines, with their indentation. */
  toLines(): string[] {
    return [...this.#lines];
  }

  /** All lines, each with its line break. */
  toString(): string {
    return this.#lines.length === 0 ? "" : this.#lines.join("\n") + "\n";
  }
}
