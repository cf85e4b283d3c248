/** The designs of the folder `examples`, read as `assassyn run` reads them in the root of the project. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { CompilerHost } from "@assassyn/compiler";
import { readDesign, resolvePath } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";

const missing = { kind: "error", reason: "no such file" } as const;
const read = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, "utf8") : undefined;
const host: CompilerHost = {
  readSource(file, from) {
    const resolved = resolvePath(file, from);
    const text = read(resolved);
    return text === undefined ? missing : { kind: "source", path: resolved, text };
  },
  readMemory(file, from) {
    const text = read(resolvePath(file, from));
    return text === undefined ? missing : { kind: "text", text };
  },
};

/** Reads a design. @throws Error with the rendered diagnostics if it has errors. */
export function loadDesign(entry: string): System {
  const { system, diagnostics, sources } = readDesign(entry, host);
  if (system === undefined) throw new Error(renderText(diagnostics, sources));
  return system;
}

/** Reads an example by the name of its folder. */
export function loadExample(name: string): System {
  return loadDesign(path.posix.join("examples", name, `${name}.asyn`));
}

/** Names of all examples that are a design. */
export function exampleNames(): string[] {
  return readdirSync("examples")
    .toSorted()
    .filter((name) => existsSync(path.join("examples", name, `${name}.asyn`)));
}
