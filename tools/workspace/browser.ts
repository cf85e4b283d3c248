// What tests in a real browser share: a bundle for it, a server that it loads from, and the browser itself.
// The browser is the one of `testWithChromium`; nothing is downloaded.

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import process from "node:process";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

/** Files by their path from the root of the site, without a leading slash, such as `index.html`. */
export type SiteFiles = ReadonlyMap<string, string | Uint8Array>;

/** Headers that make a page cross-origin isolated, so that its threads may share memory. */
export const ISOLATED: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** A browser that starts with an empty profile and asks the network for nothing by itself. */
const browserArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Bundles one entry for a browser, from the TypeScript sources of the workspace.
 *
 * @param entry the entry's path, or its text and the folder that its imports start from
 * @throws Error that names the module and who imports it, if anything in the bundle needs a module of Node
 * @example const files = new Map([["index.html", page], ["page.js", await bundleForBrowser("src/page.ts")]]);
 */
export async function bundleForBrowser(entry: string | NonNullable<BuildOptions["stdin"]>): Promise<string> {
  const { outputFiles, metafile } = await build({
    ...(typeof entry === "string" ? { entryPoints: [entry] } : { stdin: entry }),
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    conditions: ["@assassyn/source"],
    logLevel: "silent",
  });
  const external = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter((one) => one.external),
  );
  if (external.length > 0)
    throw new Error(`left to the browser: ${external.map((one) => one.path).join(", ")}`);
  // A package may also say that browsers get an empty module in the place of one; its code would then fail when it runs.
  const emptied = Object.keys(metafile.inputs).filter((input) => input.startsWith("(disabled):"));
  if (emptied.length > 0) throw new Error(`empty in a browser: ${emptied.join(", ")}`);
  return outputFiles[0]?.text ?? "";
}

/**
 * Serves files on a free port of this machine and opens their `index.html` in a new browser with an empty profile. Ends
 * both when `use` has ended.
 *
 * @param executable what `testWithChromium` hands on
 * @param headers sent with every file, such as {@link ISOLATED}
 * @returns what `use` returns
 * @throws Error with everything that the page threw or logged as an error, even if `use` was content
 */
export async function withPage<Result>(
  executable: string,
  files: SiteFiles,
  use: (page: Page) => Promise<Result>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://localhost").pathname.slice(1) || "index.html";
    const content = files.get(name);
    response.statusCode = content === undefined ? 404 : 200;
    response.setHeader("content-type", contentTypes[path.extname(name)] ?? "application/octet-stream");
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    response.end(content ?? `no file ${name}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: locate(executable), args: browserArguments });
    const page = await browser.newPage();
    // Less than any test waits, so that it is this function that ends, and closes the browser.
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${address.port}/`);
    const result = await use(page);
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("\n")}`);
    return result;
  } finally {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  }
}

/** The full path of a command, which playwright-core insists on. */
function locate(command: string): string {
  if (command.includes("/")) return command;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, command)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${command} is not on the PATH`);
  return found;
}
