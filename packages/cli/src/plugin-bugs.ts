import type { Diagnostic } from "@assassyn/diagnostics";
import { EXIT } from "./errors.js";

/** Codes of messages about a bug of a plugin that leaves no reproducer; their text names the plugin. */
const PLUGIN_BUGS: ReadonlySet<string> = new Set([
  "pass-manager/check-crashed",
  "compiler/emit-crashed",
  "cli/report-crashed",
]);

/** The exit status of a command that fails with these diagnostics. */
export function failureStatus(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.some(({ code }) => PLUGIN_BUGS.has(code)) ? EXIT.internal : EXIT.failure;
}
