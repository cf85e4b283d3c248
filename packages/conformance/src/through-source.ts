/** The way of a design through source of the language: printed as `assassyn import` prints it, and read back. */
import { createMemoryHost, readDesign } from "@assassyn/compiler";
import { isGeneratedName } from "@assassyn/import-upstream";
import type { System } from "@assassyn/ir";
import { arrayIds, arrayOf, verify } from "@assassyn/ir";
import { printSource } from "@assassyn/print-source";
import type { Golden } from "./corpus.js";
import type { RunResult } from "./run-design.js";
import { runOnWasm } from "./run-design.js";

/** What reading printed source gives: the system, or why there is none. */
export type ReadBack =
  { readonly kind: "system"; readonly system: System } | { readonly kind: "error"; readonly reason: string };

/** Prints a system and reads the text. */
export function readBack(system: System): ReadBack {
  const text = printSource(system, { isGenerated: isGeneratedName });
  const memories: Record<string, string> = {};
  for (const id of arrayIds(system)) {
    const { file, initial } = arrayOf(system, id);
    if (file !== undefined) memories[file] = initial.map((value) => value.toString(16)).join("\n");
  }
  const read = readDesign("printed.asyn", createMemoryHost({ ...memories, "printed.asyn": text }));
  if (read.system === undefined) {
    const [first] = read.diagnostics.filter(({ severity }) => severity === "error");
    const line = text.slice(0, first?.span?.start ?? 0).split("\n").length;
    return {
      kind: "error",
      reason: `printed source is refused in line ${line}: ${first?.code ?? ""} ${first?.message ?? ""}`,
    };
  }
  const [broken] = verify(read.system);
  return broken === undefined
    ? { kind: "system", system: read.system }
    : { kind: "error", reason: `printed source is not well formed: ${broken.message}` };
}

/** Runs what the printed source means. */
export function runThroughSource(system: System, golden: Golden): RunResult {
  const read = readBack(system);
  return read.kind === "system" ? runOnWasm(read.system, golden) : { equal: false, difference: read.reason };
}
