import { createInterpreter } from "@assassyn/interpreter";
import type { ExternFunction } from "@assassyn/ir";
import { verify } from "@assassyn/ir";
import type { ImportOptions, ImportResult } from "../src/index.js";
import { importDesign } from "../src/index.js";

/** A dump around arrays and modules. */
export const dumpOf = (...parts: readonly string[]): string => `system s {\n${parts.join("\n")}\n}\n`;

/** A dump with a driver that has these lines. */
export const driverOf = (lines: readonly string[], arrays: readonly string[] = []): string =>
  dumpOf(
    ...arrays.map((array) => `  ${array};`),
    "  Driver = module Driver {",
    ...lines.map((line) => `    ${line}`),
    "  }",
  );

/** Imports a text, with metadata as an object or a text. */
export function importText(
  text: string,
  metadata?: unknown,
  options: Partial<ImportOptions> = {},
): ImportResult {
  const json = typeof metadata === "string" ? metadata : JSON.stringify(metadata);
  return importDesign({
    dump: { path: "s.ir", text },
    ...(metadata === undefined ? {} : { metadata: { path: "s.json", text: json } }),
    ...options,
  });
}

/** Codes and the marked text of all messages of one severity. */
export function marked(result: ImportResult, severity = "error"): string[] {
  return result.diagnostics
    .filter((diagnostic) => diagnostic.severity === severity)
    .map(({ code, span }) => {
      const source = span === undefined ? undefined : result.sources[span.file];
      const text = source === undefined || span === undefined ? "" : source.text.slice(span.start, span.end);
      return `${code} ${text}`.trimEnd();
    });
}

/** Runs what was imported, and gives its log and how it ended. @throws Error with the messages if it was not imported */
export function run(result: ImportResult, externs: Record<string, ExternFunction> = {}): string[] {
  const { system, diagnostics } = result;
  if (system === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const broken = verify(system);
  if (broken.length > 0) throw new Error(broken.map(({ message }) => message).join("\n"));
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    externs,
    onLog: ({ cycle, module, text }) => lines.push(`${cycle} ${module}: ${text}`),
  });
  const { stop } = simulation.run();
  if (stop.kind === "fault") lines.push(`fault: ${stop.fault.message}`);
  return lines;
}
