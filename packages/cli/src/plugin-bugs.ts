import type { Diagnostic } from "@assassyn/diagnostics";
import { EXIT } from "./errors.js";

/** Codes of messages about a bug of a plugin that leaves no reproducer; their text names the plugin. */
const PLUGIN_BUGS: ReadonlySet<string> = new Set([
  "pass-manager/analysis-crashed",
  "pass-manager/check-crashed",
  "compiler/emit-crashed",
  "cli/report-crashed",
]);

/** Codes of messages about plugins that do not go together, and about a name or option that no pass or step has. */
const WRONG_USAGE: ReadonlySet<string> = new Set([
  "pass-manager/name-clash",
  "pass-manager/api-version",
  "pass-manager/unknown-pass",
  "pass-manager/unknown-target",
  "pass-manager/nothing-to-skip",
  "pass-manager/no-rung",
  "pass-manager/rung-of-pipeline",
  "pass-manager/unknown-step",
  "pass-manager/wrong-option",
  "compiler/emit-option",
]);

/** The exit status of a command that fails with these diagnostics. */
export function failureStatus(diagnostics: readonly Diagnostic[]): number {
  if (diagnostics.some(({ code }) => PLUGIN_BUGS.has(code))) return EXIT.internal;
  return diagnostics.some(({ code }) => WRONG_USAGE.has(code)) ? EXIT.usage : EXIT.failure;
}
