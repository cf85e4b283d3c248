/** What can be said about an import before anything runs. */
import type { ImportResult } from "@assassyn/import-upstream";
import { printDumpType, widthOf } from "@assassyn/import-upstream";
import { canonicalOrder, moduleOf, verify } from "@assassyn/ir";
import type { CorpusDesign } from "./corpus.js";

/** Where the inferred types differ from those of the front end; empty when all agree. */
export function compareTypes(design: CorpusDesign, imported: ImportResult): string[] {
  const differences: string[] = [];
  for (const [moduleName, values] of Object.entries(design.types ?? {})) {
    const module = imported.design?.moduleByName.get(moduleName);
    for (const [name, [type, bits, exposed]] of Object.entries(values)) {
      const entry = module?.values.get(name);
      const found =
        entry === undefined
          ? "nothing"
          : `${printDumpType(entry.type)}, ${widthOf(entry.type)} bits, ${entry.exposed}`;
      const wanted = `${type}, ${bits} bits, ${exposed}`;
      if (found !== wanted) differences.push(`${moduleName}.${name}: expected ${wanted}; found ${found}`);
    }
  }
  return differences;
}

/** Whether the canonical order of the IR is the original's, and the system well formed. */
export function checkSystem(design: CorpusDesign, imported: ImportResult): string[] {
  const { system } = imported;
  if (system === undefined)
    return imported.diagnostics
      .filter(({ severity }) => severity === "error")
      .slice(0, 5)
      .map(({ code, message }) => `${code}: ${message}`);
  const broken = verify(system).map(({ code, message }) => `${code}: ${message}`);
  if (broken.length > 0) return broken.slice(0, 5);
  const order = canonicalOrder(system);
  if (order.kind === "loop") return ["the downstreams form a loop"];
  // A DRAM of the library brings modules of its own.
  const names = (ids: typeof order.stages): string =>
    ids
      .map((id) => moduleOf(system, id).name)
      .filter((name) => imported.design?.moduleByName.has(name))
      .join(" ");
  const differences: string[] = [];
  if (names(order.stages) !== design.stages.join(" "))
    differences.push(`order of stages: expected ${design.stages.join(" ")}; found ${names(order.stages)}`);
  if (names(order.downstreams) !== design.downstreams.join(" "))
    differences.push(
      `order of downstreams: expected ${design.downstreams.join(" ")}; found ${names(order.downstreams)}`,
    );
  return differences;
}
