// Runs a TypeScript program of this repository from the sources: no build before, no stale one either.
// node tools/workspace/run-typescript.mjs tools/bench/src/main.ts [argument …]

import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { workspaceRoot } from "./prepare.mjs";

const [, , entry, ...programArguments] = process.argv;
if (entry === undefined) {
  console.error("usage: run-typescript.mjs <file.ts> [argument …]");
  process.exit(2);
}

const source = path.resolve(workspaceRoot, entry);
// In the program's own package, so that what it imports is found as if the program itself were run.
let home = path.dirname(source);
while (!existsSync(path.join(home, "package.json"))) home = path.dirname(home);
const folder = path.join(home, "node_modules", ".cache", "run-typescript");
mkdirSync(folder, { recursive: true });
const outfile = path.join(folder, `${path.basename(entry, ".ts")}-${process.pid}.mjs`);
process.on("exit", () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["@assassyn/source"],
  sourcemap: "inline",
  logLevel: "warning",
  plugins: [
    {
      // Packages of the workspace become part of the program, all others are imported as they are.
      name: "external-packages",
      setup: (pluginBuild) => {
        pluginBuild.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind }) =>
          kind === "entry-point" || specifier.startsWith("@assassyn/")
            ? undefined
            : { path: specifier, external: true },
        );
      },
    },
  ],
});
process.argv.splice(1, 2, outfile);
process.argv.splice(2, process.argv.length - 2, ...programArguments);
await import(pathToFileURL(outfile).href);
