import type { LogFormat, LogRecord } from "@assassyn/ir";
import { assertNever } from "@assassyn/ir";

/**
 * Makes printed lines of log records, without the line break.
 *
 * - `located`: `@file:line  Cycle @T.00: [Module]<TAB>text`
 * - `json`: `{"cycle":…,"module":…,"text":…,"file":…,"line":…}`
 * - `plain`: only the text
 *
 * @example
 * const formatter = new LogFormatter("located", simulation.description.files);
 * simulation.onLog = (record) => console.log(formatter.format(record));
 */
export class LogFormatter {
  readonly #format: LogFormat;
  readonly #files: readonly string[];
  /** The parts of a located line before and behind the cycle, by source line and module: a design has few of them. */
  readonly #heads = new Map<
    LogRecord["loc"],
    { readonly module: string; readonly before: string; readonly behind: string }
  >();

  constructor(format: LogFormat, files: readonly string[]) {
    this.#format = format;
    this.#files = files;
  }

  /** The line of one record. */
  format(record: LogRecord): string {
    switch (this.#format) {
      case "plain":
        return record.text;
      case "json":
        return JSON.stringify({
          cycle: record.cycle,
          module: record.module,
          text: record.text,
          file: this.#files[record.loc.file] ?? "?",
          line: record.loc.line,
        });
      case "located": {
        let head = this.#heads.get(record.loc);
        if (head === undefined || head.module !== record.module) {
          const before = `@${this.#files[record.loc.file] ?? "?"}:${record.loc.line}  Cycle @`;
          head = { module: record.module, before, behind: `.00: [${record.module}]\t` };
          this.#heads.set(record.loc, head);
        }
        return head.before + record.cycle + head.behind + record.text;
      }
      default:
        return assertNever(this.#format);
    }
  }
}
