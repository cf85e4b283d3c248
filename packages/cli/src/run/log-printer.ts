import type { LogFormat, LogRecord } from "@assassyn/ir";
import { LogFormatter } from "@assassyn/simulator";
import type { Sink } from "../io/io.js";

/** Characters collected before they are written: big blocks make a million lines a second possible. */
const BLOCK = 1 << 16;

/** Prints log lines to a sink in big blocks. */
export interface LogPrinter {
  /** Adds the line of a record. @throws whatever the sink throws */
  readonly print: (record: LogRecord) => void;
  /** Adds a line of the simulation itself. */
  readonly printText: (text: string) => void;
  /** Writes what is collected; to be called before anything else is printed. */
  readonly flush: () => void;
  /** Lines added so far. */
  readonly lines: () => number;
}

/** Makes a printer. @param files paths by the index of a location's file */
export function createLogPrinter(form: LogFormat, files: readonly string[], sink: Sink): LogPrinter {
  const formatter = new LogFormatter(form, files);
  let pending = "";
  let lines = 0;
  const flush = (): void => {
    if (pending === "") return;
    const block = pending;
    pending = "";
    sink.write(block);
  };
  const add = (line: string): void => {
    pending += `${line}\n`;
    lines += 1;
    if (pending.length >= BLOCK) flush();
  };
  return {
    print: (record) => add(formatter.format(record)),
    printText: add,
    flush,
    lines: () => lines,
  };
}
