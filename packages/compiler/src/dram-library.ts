/** The library's DRAM as a system of its own, for designs whose memories are not part of their text. */
import { elaborate } from "@assassyn/frontend";
import type { DramLibrary } from "@assassyn/import-upstream";
import { createMemoryHost } from "./host.js";
import { SourceSession } from "./session.js";

/**
 * Makes a DRAM from the component `ordered_dram` of the standard library.
 *
 * @example importDesign({ dump, dramLibrary: standardDram });
 */
export const standardDram: DramLibrary = ({ type, depth, model }) => {
  const session = new SourceSession(createMemoryHost({}));
  const { banks, columns, hit, miss } = model;
  const parameters = [`${type.class}${type.width}`, depth, banks, columns, hit, miss].join(", ");
  const text = `import "std/memory.asyn"\nsystem dram { use m = ordered_dram<${parameters}>() }\n`;
  const root = session.parseEntry({ path: "std/memory.asyn (instance)", text });
  const { system, diagnostics } = elaborate({ root, host: session });
  const [first] = [...session.diagnostics, ...diagnostics].filter(({ severity }) => severity === "error");
  if (system === undefined || first !== undefined)
    return { kind: "error", reason: first?.message ?? `${depth} words of ${type.width} bits` };
  return { kind: "component", system, sources: session.files };
};
