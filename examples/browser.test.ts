/** Compiler, WASM target and simulator in a real browser: they need nothing of Node, and give the same logs there. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleForBrowser, withPage } from "../tools/workspace/browser.js";
import { testWithChromium } from "../tools/workspace/requirements.js";
import type { abortDesign, BrowserRun } from "./browser-harness.js";
import { condense } from "./example-host.js";

const root = new URL("..", import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, root), "utf8");
const readFiles = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, readText(path)]));
const bundleHarness = () => bundleForBrowser(fileURLToPath(new URL("examples/browser-harness.ts", root)));

const cpu = readFiles("examples/riscv/cpu.asyn", "examples/riscv/isa.asyn");
const sort = {
  ...cpu,
  ...readFiles("examples/riscv/riscv.asyn", "examples/riscv/programs/sort.hex"),
};
const sieve = {
  ...cpu,
  ...readFiles("examples/riscv/sieve.asyn", "examples/riscv/programs/sieve.hex"),
};

/** The expression that calls a function of the harness in the page. */
function callOf(name: string, ...values: readonly unknown[]): string {
  return `import("/harness.js").then((harness) => harness.${name}(${values.map((value) => JSON.stringify(value)).join(", ")}))`;
}

test("compiler, WASM target and simulator are bundled for a browser without any module of Node", async () => {
  expect(await bundleHarness()).toContain("runDesign");
});

test("a bundle that needs a module of Node is refused by its name", async () => {
  const resolveDir = fileURLToPath(root);
  for (const module of ["node:fs", "path"]) {
    const contents = `import * as found from "${module}"; console.log(found);`;
    await expect(bundleForBrowser({ contents, resolveDir })).rejects.toThrow(`Could not resolve "${module}"`);
  }
});

testWithChromium(
  "designs run in a browser and log what they should",
  { timeout: 60_000 },
  async (chromium) => {
    const files = new Map([
      ["index.html", "<!doctype html><link rel=icon href=data:,><title>designs</title>"],
      ["harness.js", await bundleHarness()],
    ]);
    await withPage(chromium, files, async (page) => {
      const adder = await page.evaluate<BrowserRun>(
        callOf(
          "runDesign",
          "examples/async-call/async-call.asyn",
          readFiles("examples/async-call/async-call.asyn"),
        ),
      );
      expect(adder.stop).toBe("limit");
      expect(adder.log).toBe(readText("examples/async-call/async-call.expect.log"));

      const sorted = await page.evaluate<BrowserRun>(callOf("runDesign", "examples/riscv/riscv.asyn", sort));
      expect(sorted.memories).toContain("examples/riscv/programs/sort.hex");
      expect(sorted.stop).toBe("finish");
      expect(condense(sorted.log)).toBe(readText("examples/riscv/riscv.expect.log"));
      expect(sorted.progress.length).toBeGreaterThan(1);
      expect(sorted.progress).toEqual(sorted.progress.toSorted((a, b) => a - b));
      expect(sorted.progress.at(-1)).toBe(sorted.cycles);

      const aborted = await page.evaluate<Awaited<ReturnType<typeof abortDesign>>>(
        callOf("abortDesign", "examples/riscv/sieve.asyn", sieve),
      );
      expect(aborted.reason).toBe("stopped by the page");
      expect(aborted.abortedAt).toBeGreaterThan(0);
      expect(aborted.abortedAt).toBeLessThan(1_483_869);
      expect(aborted.cycles).toBe(1_483_869);

      const missing = page.evaluate(callOf("runDesign", "examples/riscv/riscv.asyn", cpu));
      await expect(missing).rejects.toThrow("the page has no such file");
    });
  },
);
