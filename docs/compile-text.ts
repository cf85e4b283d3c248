/** Compiles one example text in memory. */
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { elaborate } from "@assassyn/frontend";
import type { System } from "@assassyn/ir";
import { parse } from "@assassyn/syntax";

/** What came of an example. */
export interface Compiled {
  readonly system?: System | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and elaborates `text`, which imports nothing and reads no memory files. */
export function compileText(text: string): Compiled {
  const files: SourceFile[] = [{ path: "example.asyn", text }];
  const { unit, diagnostics } = parse(text, 0);
  if (diagnostics.length > 0) return { diagnostics };
  return elaborate({
    root: unit,
    host: {
      files,
      resolveImport: () => ({ kind: "error", reason: "examples import nothing" }),
      readMemory: () => ({ kind: "error", reason: "examples read no files" }),
    },
  });
}
