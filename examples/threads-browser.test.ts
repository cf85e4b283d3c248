/** Threads in a real browser: in a worker of a page that is cross-origin isolated, and one thread with a reason everywhere else. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { SiteFiles } from "../tools/workspace/browser.js";
import { bundleForBrowser, ISOLATED, withPage } from "../tools/workspace/browser.js";
import { testWithChromium } from "../tools/workspace/requirements.js";
import { condense } from "./example-host.js";
import type { ThreadedRun } from "./threads-browser-harness.js";

const root = new URL("..", import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, root), "utf8");
const entry = "examples/systolic-array/systolic-array.asyn";
const files = { [entry]: readText(entry) };
const expected = readText("examples/systolic-array/systolic-array.expect.log");

const values = (start: string): string => `${JSON.stringify(entry)}, ${JSON.stringify(files)}, "${start}"`;
const inPage = (start: "load" | "loadSync"): string =>
  `import("/harness.js").then((harness) => harness.runOnThreads(${values(start)}))`;
const inWorker = (start: "load" | "loadSync"): string => `new Promise((resolve, reject) => {
  const worker = new Worker("/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.result) : reject(new Error(data.error)));
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage([${values(start)}]);
})`;

const WORKER = `import { runOnThreads } from "./examples/threads-browser-harness.ts";
onmessage = ({ data }) => runOnThreads(...data).then(
  (result) => postMessage({ result }),
  (error) => postMessage({ error: String(error) }),
);`;

async function site(): Promise<SiteFiles> {
  return new Map([
    ["index.html", "<!doctype html><link rel=icon href=data:,><title>threads</title>"],
    [
      "harness.js",
      await bundleForBrowser(fileURLToPath(new URL("examples/threads-browser-harness.ts", root))),
    ],
    ["worker.js", await bundleForBrowser({ contents: WORKER, resolveDir: fileURLToPath(root) })],
  ]);
}

testWithChromium(
  "a worker of an isolated page runs a design on two threads",
  { timeout: 60_000 },
  async (chromium) => {
    await withPage(
      chromium,
      await site(),
      async (page) => {
        expect(await page.evaluate("crossOriginIsolated")).toBe(true);
        const threaded = await page.evaluate<ThreadedRun>(inWorker("load"));
        expect(threaded).toMatchObject({ threads: 2, warnings: [] });
        expect(condense(threaded.log)).toBe(expected);

        const atOnce = await page.evaluate<ThreadedRun>(inWorker("loadSync"));
        expect(atOnce).toMatchObject({
          threads: 1,
          warnings: [expect.stringContaining("use load, not loadSync")],
        });
        expect(atOnce.log).toBe(threaded.log);

        const onPage = await page.evaluate<ThreadedRun>(inPage("load"));
        expect(onPage).toMatchObject({ threads: 1, warnings: [expect.stringContaining("may not wait")] });
        expect(onPage.log).toBe(threaded.log);
      },
      ISOLATED,
    );
  },
);

testWithChromium(
  "without isolation there is one thread, and the reason",
  { timeout: 60_000 },
  async (chromium) => {
    await withPage(chromium, await site(), async (page) => {
      const run = await page.evaluate<ThreadedRun>(inWorker("load"));
      expect(run).toMatchObject({
        threads: 1,
        warnings: [expect.stringContaining("Cross-Origin-Embedder-Policy")],
      });
      expect(condense(run.log)).toBe(expected);
    });
  },
);

testWithChromium(
  "a page that forbids workers from blobs gets one thread",
  { timeout: 60_000 },
  async (chromium) => {
    const headers = { ...ISOLATED, "content-security-policy": "worker-src 'self'" };
    await withPage(
      chromium,
      await site(),
      async (page) => {
        const run = await page.evaluate<ThreadedRun>(inWorker("load"));
        expect(run).toMatchObject({
          threads: 1,
          warnings: [expect.stringContaining("could not be started")],
        });
        expect(condense(run.log)).toBe(expected);
      },
      headers,
    );
  },
);
