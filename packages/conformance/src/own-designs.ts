/** The designs of this package, read from the folder `designs`. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CompilerHost } from "@assassyn/compiler";
import { readDesign, resolvePath } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";

const folder = fileURLToPath(new URL("../", import.meta.url));

const missing = { kind: "error", reason: "no such file" } as const;

/** Paths in logs are relative to the folder of this package. */
const host: CompilerHost = {
  readSource(path, from) {
    const resolved = resolvePath(path, from);
    if (!existsSync(folder + resolved)) return missing;
    return { kind: "source", path: resolved, text: readFileSync(folder + resolved, "utf8") };
  },
  readMemory: () => missing,
};

/**
 * Reads a design of the package.
 *
 * @param path from the folder of the package on
 * @throws Error with the rendered diagnostics if there are any: the designs have neither errors nor warnings
 */
export function readOwnDesign(path: string): System {
  const { system, diagnostics, sources } = readDesign(path, host);
  if (system === undefined || diagnostics.length > 0) throw new Error(renderText(diagnostics, sources));
  return system;
}
