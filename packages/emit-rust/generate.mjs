// Embeds the Rust runtime as data, so that the emitters work wherever this package is installed.
//
// `node packages/emit-rust/generate.mjs` writes src/generated/runtime-source.ts; a test compares it with the source.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = new URL("../../tools/rust-sim-runtime/", import.meta.url);

/** @returns {string} the text of src/generated/runtime-source.ts */
export function generateRuntimeSource() {
  const paths = [
    "Cargo.toml",
    ...readdirSync(new URL("src/", runtime), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        relative(fileURLToPath(runtime), join(entry.parentPath, entry.name)).replaceAll("\\", "/"),
      )
      .sort(),
  ];
  const entries = paths.map(
    (path) =>
      `  { path: ${JSON.stringify(path)}, text: ${JSON.stringify(withoutTests(readFileSync(new URL(path, runtime), "utf8")))} },`,
  );
  return [
    "// Written by generate.mjs from tools/rust-sim-runtime; not to be edited.",
    "",
    "/** The files of the Rust runtime without its unit tests, relative to its folder. */",
    "export const RUNTIME_SOURCE: readonly { readonly path: string; readonly text: string }[] = [",
    ...entries,
    "];",
    "",
  ].join("\n");
}

/**
 * Users of a generated crate do not test the runtime.
 *
 * @param {string} text
 */
function withoutTests(text) {
  const tests = text.indexOf("\n#[cfg(test)]\nmod tests {");
  return tests < 0 ? text : text.slice(0, tests);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("src/generated/runtime-source.ts", import.meta.url), generateRuntimeSource());
}
