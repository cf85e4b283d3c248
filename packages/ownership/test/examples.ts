/** The designs of the folder `examples`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDesign, resolvePath } from "@assassyn/compiler";
import type { System } from "@assassyn/ir";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const missing = { kind: "error", reason: "no such file" } as const;

function read(path: string): string | undefined {
  return existsSync(`${root}/${path}`) ? readFileSync(`${root}/${path}`, "utf8") : undefined;
}

/** Paths of all designs, from the root of the repository. */
export const examplePaths: readonly string[] = readdirSync(`${root}/examples`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `examples/${name}/${name}.asyn`)
  .filter((path) => existsSync(`${root}/${path}`));

/** Reads a design. @throws Error if it has mistakes */
export function loadExample(path: string): System {
  const { system, diagnostics } = readDesign(path, {
    readSource(file, from) {
      const resolved = resolvePath(file, from);
      const text = read(resolved);
      return text === undefined ? missing : { kind: "source", path: resolved, text };
    },
    readMemory(file, from) {
      const text = read(resolvePath(file, from));
      return text === undefined ? missing : { kind: "text", text };
    },
  });
  if (system === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return system;
}
