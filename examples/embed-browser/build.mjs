// Bundles the page and its worker into dist/, from where any web server can serve them: the page needs nothing behind it.
//   node build.mjs           builds
//   node build.mjs --serve   builds, serves on http://localhost:8000, and builds again at each reload

import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** @satisfies {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: folder,
  entryPoints: ["index.html", "src/page.ts", "src/worker.ts", "src/style.css"],
  entryNames: "[name]",
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  // An import of a module of Node is an error here, and there is none.
  platform: "browser",
  target: "es2022",
  loader: { ".asyn": "text", ".hex": "text", ".html": "copy" },
  // Only inside this repository, where the packages need not be built.
  conditions: ["@assassyn/source"],
  logLevel: "warning",
};

/**
 * The files of the site, by path from its root.
 *
 * @returns {Promise<Map<string, Uint8Array>>}
 */
export async function buildSite() {
  const { outputFiles } = await build({ ...options, write: false });
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "--serve") {
    const server = await (await context(options)).serve({ servedir: path.join(folder, "dist"), port: 8000 });
    console.log(`http://localhost:${server.port}`);
  } else {
    await build(options);
  }
}
