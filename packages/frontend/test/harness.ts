/** Shared by the tests of this package: texts in, IR text, log lines or diagnostics out. */
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { createInterpreter } from "@assassyn/interpreter";
import type { SimulationOptions, System } from "@assassyn/ir";
import { printSystem, verify } from "@assassyn/ir";
import type { SourceUnit } from "@assassyn/syntax";
import { parse } from "@assassyn/syntax";
import type { ElaborateInput, Elaboration, FrontendHost } from "../src/index.js";
import { elaborate } from "../src/index.js";

/** Sources and memory files by path; `main.asyn` is the root. */
export type Files = Readonly<Record<string, string>>;

export interface Outcome extends Elaboration {
  readonly files: readonly SourceFile[];
}

/** Parses and elaborates; syntax errors come first among the diagnostics. */
export function elaborateFiles(texts: Files, options: Partial<ElaborateInput> = {}): Outcome {
  const files: SourceFile[] = [];
  const units = new Map<string, SourceUnit>();
  const syntax: Diagnostic[] = [];
  const load = (path: string): SourceUnit | undefined => {
    const known = units.get(path);
    const text = texts[path];
    if (known !== undefined || text === undefined) return known;
    files.push({ path, text });
    const { unit, diagnostics } = parse(text, files.length - 1);
    units.set(path, unit);
    syntax.push(...diagnostics);
    return unit;
  };
  const host: FrontendHost = {
    files,
    resolveImport: (path) => {
      const unit = load(path);
      return unit === undefined ? { kind: "error", reason: "no such file" } : { kind: "unit", unit };
    },
    readMemory: (path) => {
      const text = texts[path];
      return text === undefined ? { kind: "error", reason: "no such file" } : { kind: "text", text };
    },
  };
  const root = load("main.asyn");
  if (root === undefined) throw new Error("the test has no main.asyn");
  const result = elaborate({ root, host, ...options });
  return { ...result, diagnostics: [...syntax, ...result.diagnostics], files };
}

/** A design around items. */
export const inSystem = (items: string): string => `system test {\n${items}\n}\n`;

/** The system of a design that must be without errors, verified. */
export function accept(text: string, files: Files = {}): System {
  const outcome = elaborateFiles({ ...files, "main.asyn": text });
  const errors = outcome.diagnostics.filter((each) => each.severity === "error");
  if (outcome.system === undefined || errors.length > 0) {
    throw new Error(`rejected:\n${outcome.diagnostics.map((each) => show(outcome, each)).join("\n")}`);
  }
  const broken = verify(outcome.system);
  if (broken.length > 0)
    throw new Error(
      `bad IR: ${broken.map((each) => each.message).join("; ")}\n${printSystem(outcome.system)}`,
    );
  return outcome.system;
}

/** A diagnostic in a line: code, the source it points at, message. */
export function show(outcome: Outcome, diagnostic: Diagnostic): string {
  const { span } = diagnostic;
  const text = span === undefined ? "" : (outcome.files[span.file]?.text.slice(span.start, span.end) ?? "");
  return `${diagnostic.code} at \`${text}\`: ${diagnostic.message}`;
}

/** Code and the text at the span of each diagnostic, in order. */
export function reject(text: string, files: Files = {}, options: Partial<ElaborateInput> = {}): string[] {
  const outcome = elaborateFiles({ ...files, "main.asyn": text }, options);
  return outcome.diagnostics.map((diagnostic) => {
    const { span } = diagnostic;
    const at = span === undefined ? "" : (outcome.files[span.file]?.text.slice(span.start, span.end) ?? "");
    return `${diagnostic.code.replace("frontend/", "")} at ${at}`;
  });
}

/** Runs a design on the interpreter; log lines as `cycle module: text`, then how it stopped unless by its limits. */
export function run(
  text: string,
  files: Files = {},
  cycles = 20,
  externs: SimulationOptions["externs"] = {},
): string[] {
  const system = accept(text, files);
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    cycles,
    externs,
    onLog: (record) => lines.push(`${record.cycle} ${record.module}: ${record.text}`),
  });
  const { stop } = simulation.run();
  if (stop.kind === "fault") lines.push(`fault: ${stop.fault.message}`);
  return lines;
}

/** Texts of the log lines of one cycle of a driver body, after `items`. */
export function evaluateLog(body: string, items = ""): string[] {
  return run(inSystem(`${items}\ndriver {\n${body}\n}`), {}, 1).map((line) =>
    line.replace(/^1 Driver: /, ""),
  );
}

export { printSystem };
