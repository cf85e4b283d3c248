import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createMemoryHost, readDesign } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { createInterpreter } from "@assassyn/interpreter";
import type { LogRecord, Stop } from "@assassyn/ir";

const folder = fileURLToPath(new URL(".", import.meta.url));

const read = (file: string): string => readFileSync(folder + file, "utf8");

/** A finished run of one of the designs beside this file. */
export interface DesignRun {
  readonly log: readonly LogRecord[];
  readonly stop: Stop;
}

/**
 * Runs `<name>.asyn` on the reference interpreter, with all logs.
 *
 * @throws Error if the design has errors or warnings, or ends in a fault
 */
export function runDesign(name: string): DesignRun {
  const path = `${name}.asyn`;
  const host = createMemoryHost({ [path]: read(path), "words.hex": read("words.hex") });
  const { system, diagnostics, sources } = readDesign(path, host);
  if (system === undefined || diagnostics.length > 0) throw new Error(renderText(diagnostics, sources));
  const log: LogRecord[] = [];
  const { stop } = createInterpreter(system, { onLog: (record) => log.push(record) }).run();
  if (stop.kind === "fault")
    throw new Error(`${stop.fault.message} in cycle ${stop.fault.cycle}, line ${stop.fault.loc.line}`);
  return { log, stop };
}
