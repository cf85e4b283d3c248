/** Tests of passes on IR text. */
import { lower } from "@assassyn/compiler";
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import { parseSystem, printSystem, verify } from "@assassyn/ir";
import type { Plugin } from "@assassyn/plugin-api";

/** What {@link PassTester.run} gives back. */
export interface PassTestResult {
  /** IR text behind the last pass; absent when there is an error. */
  readonly ir?: string;
  readonly system?: System;
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs passes on IR text. */
export interface PassTester {
  /**
   * Runs the passes named in the text's first line, `// RUN: fold-constants drop-dead-code`, or `passes`. An option follows its pass:
   * `// RUN: inline limit=20`. Words that start with `+` are facts that hold before.
   *
   * @throws Error if there is no such line and no `passes`
   */
  run(text: string, passes?: readonly string[]): PassTestResult;
  /** As `run`, for texts without mistakes. @throws Error with the messages if there is an error */
  expectIr(text: string, passes?: readonly string[]): string;
  /** For `expectDiagnostics`: the diagnostics of the text's `// RUN:` line. */
  diagnose(source: SourceFile): readonly Diagnostic[];
}

const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");

const RUN = /^\/\/\s*RUN:\s*(.*)$/m;

interface Command {
  readonly pipeline: readonly string[];
  readonly facts: readonly string[];
  readonly passOptions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function parseCommand(words: readonly string[]): Command {
  const pipeline: string[] = [];
  const facts: string[] = [];
  const passOptions = new Map<string, Record<string, string>>();
  for (const word of words) {
    const [key = "", value] = word.split("=", 2);
    const last = pipeline.at(-1);
    if (word.startsWith("+")) facts.push(word.slice(1));
    else if (value === undefined) pipeline.push(word);
    else if (last === undefined) throw new Error(`the option ${word} follows no pass`);
    else passOptions.set(last, { ...passOptions.get(last), [key]: value });
  }
  return { pipeline, facts, passOptions: Object.fromEntries(passOptions) };
}

/**
 * A tester of the built-in passes and those of `plugins`. The verifier runs before the first pass and behind each.
 *
 * @example
 * const tester = createPassTester({ plugins: [lockBatching] });
 * expect(tester.expectIr(text)).toBe(expected);
 */
export function createPassTester(options: { readonly plugins?: readonly Plugin[] } = {}): PassTester {
  const run = (text: string, passes?: readonly string[]): PassTestResult => {
    const words =
      passes ??
      RUN.exec(text)?.[1]
        ?.split(/\s+/)
        .filter((word) => word !== "");
    if (words === undefined) throw new Error("no line `// RUN: <pass> …` in the text, and no passes given");
    const source = { path: "test.ir", text };
    const parsed = parseSystem(text, { file: 0 });
    if (parsed.system === undefined || hasErrors(parsed.diagnostics))
      return { diagnostics: parsed.diagnostics };
    const broken = verify(parsed.system);
    if (hasErrors(broken)) return { diagnostics: [...parsed.diagnostics, ...broken] };
    const result = lower(
      parsed.system,
      { sources: [source] },
      { ...parseCommand(words), plugins: options.plugins ?? [] },
    );
    const diagnostics = [...parsed.diagnostics, ...result.diagnostics];
    const { system } = result;
    return system === undefined ? { diagnostics } : { ir: printSystem(system), system, diagnostics };
  };
  return {
    run,
    expectIr(text, passes) {
      const { ir, diagnostics } = run(text, passes);
      if (ir !== undefined && !hasErrors(diagnostics)) return ir;
      throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
    },
    diagnose: (source) => run(source.text).diagnostics,
  };
}
