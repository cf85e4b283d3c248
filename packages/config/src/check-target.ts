import { readFileSync } from "node:fs";
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic, suggestNearest } from "@assassyn/diagnostics";
import type { Plugin } from "@assassyn/plugin-api";
import type { LoadedConfig } from "./load-config.js";
import { locateKey } from "./load-config.js";
import { messages } from "./messages.js";
import { BUILT_IN_TARGETS } from "./schema.js";

/**
 * Holds the `target` of a configuration against the targets there are, which is known when its plugins are loaded.
 *
 * @returns what is wrong, and what the span of it indexes; undefined if nothing is
 */
export function checkConfigTarget(
  { config: { target }, file, shownPath }: LoadedConfig,
  plugins: readonly Plugin[],
): { readonly diagnostic: Diagnostic; readonly sources: readonly SourceFile[] } | undefined {
  if (target === undefined || file === undefined) return undefined;
  const added = plugins.flatMap(({ emitters = [] }) => emitters.map((emitter) => emitter.target));
  const known: readonly string[] = [...BUILT_IN_TARGETS, ...added];
  if (known.includes(target)) return undefined;
  const nearest = suggestNearest(target, known);
  const help = nearest === undefined ? `the targets are ${known.join(", ")}` : `did you mean "${nearest}"?`;
  const text = readFileSync(file, "utf8");
  return {
    diagnostic: createDiagnostic(
      messages["unknown-target"],
      { target, path: shownPath },
      locateKey(text, "target"),
      { help },
    ),
    sources: [{ path: shownPath, text }],
  };
}
