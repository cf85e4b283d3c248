// Bundles the command into dist/assassyn.js and chunks that are loaded when a command needs them: one file to read for
// `--version`, and no search through node_modules for the rest. Not minified, so that a trace can be read.
// An argument names another folder than dist; the tests build into one of their own.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

/** @returns {string} the commit of the checkout; "unknown" outside one */
function readCommit() {
  const commit = spawnSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" });
  return commit.status === 0 ? commit.stdout.trim() : "unknown";
}

const folder = path.resolve(root, process.argv[2] ?? "dist");
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { assassyn: "src/bin.ts" },
  outdir: folder,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["@assassyn/source"],
  define: { ASSASSYN_VERSION: JSON.stringify(version), ASSASSYN_COMMIT: JSON.stringify(readCommit()) },
  // jiti finds its own parts by its place on disk; binaryen is optional and large.
  external: ["jiti", "binaryen"],
  banner: {
    js: [
      "#!/usr/bin/env node",
      // Packages in CommonJS form that are bundled in still call require for Node's own modules.
      'import { createRequire as assassynCreateRequire } from "node:module";',
      "const require = assassynCreateRequire(import.meta.url);",
    ].join("\n"),
  },
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
});

// Chunks of earlier builds go only now, so that a build that fails leaves a command that works.
const chunks = path.join(folder, "chunks");
const current = new Set(Object.keys(metafile.outputs).map((file) => path.resolve(root, file)));
for (const name of readdirSync(chunks)) {
  const file = path.join(chunks, name);
  if (!current.has(file)) rmSync(file);
}
