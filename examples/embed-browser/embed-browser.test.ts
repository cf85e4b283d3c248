/** The page in a real browser: what a visitor does, and what the page shows then. */
import { readFileSync } from "node:fs";
import { RESERVED_WORDS } from "@assassyn/syntax";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { withPage } from "../../tools/workspace/browser.js";
import { testWithChromium } from "../../tools/workspace/requirements.js";
import { buildSite } from "./build.mjs";
import { KEYWORDS } from "./src/keywords.js";

let built: ReturnType<typeof buildSite> | undefined;
/** The site, built when a test wants it first. */
const site = () => (built ??= buildSite());

/** Puts the cursor behind a line and types. */
async function typeBehind(page: Page, line: string, text: string): Promise<void> {
  await page.locator(".cm-line", { hasText: line }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(text);
}

const status = (page: Page, id: "compilation" | "outcome", text: string | RegExp) =>
  page.locator(`#${id}`, { hasText: text }).waitFor();

/** The lines of the log that are in the document, each as `cycle module text`. */
const visibleLines = async (page: Page) =>
  (await page.locator("#log li").all()).length === 0
    ? []
    : page
        .locator("#log li")
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].map((cell) => cell.textContent).join(" ")),
        );

test("the editor colours the reserved words of the language, and no others", () => {
  expect([...KEYWORDS].sort()).toEqual([...RESERVED_WORDS].sort());
});

testWithChromium("a design is edited, corrected and run", { timeout: 60_000 }, async (chromium) => {
  await withPage(chromium, await site(), async (page) => {
    await status(page, "compilation", /^Compiled to .* of WebAssembly/);

    // A mistake is shown where it is made, beside the line and in the list, and goes away with it.
    await typeBehind(page, "let c = a + b", " + bb");
    await page.locator(".cm-line", { hasText: "+ bb" }).locator(".inline-problem.error").waitFor();
    expect(await page.locator(".inline-problem").allTextContents()).toEqual(["unknown name `bb`"]);
    expect(await page.locator(".cm-lintRange-error").textContent()).toBe("bb");
    expect(await page.locator("#problems li").allTextContents()).toEqual([
      "async-call.asyn:9unknown name `bb`frontend/unknown-name",
    ]);
    expect(await page.locator("#compilation").textContent()).toBe("1 error");
    await page.locator("#run").click();
    await status(page, "outcome", "the design has errors.");
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+z");
    await status(page, "compilation", /^Compiled/);
    expect(await page.locator(".inline-problem").count()).toBe(0);

    await page.keyboard.press("Control+Enter");
    await status(page, "outcome", /^200 cycles in .*, 100 lines: reached the cycle limit\.$/);
    expect(await page.locator("#speed").textContent()).toMatch(/^[\d.]+ [kM]?cycles\/s$/);
    const golden = readFileSync(new URL("../async-call/async-call.expect.log", import.meta.url), "utf8");
    const expected = golden
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^.*Cycle @(\d+)\.00: \[(\w+)\]\t/, "$1 $2 "));
    expect(expected).toHaveLength(100);
    await page.locator("#log li", { hasText: "99 + 99" }).waitFor();
    const tail = await visibleLines(page);
    expect(tail.length).toBeGreaterThan(10);
    expect(tail).toEqual(expected.slice(-tail.length));
    await page.locator("#log").evaluate((log) => log.scrollTo(0, 0));
    await page.locator("#log li", { hasText: "Adder: 0 + 0" }).waitFor();
    const head = await visibleLines(page);
    expect(head).toEqual(expected.slice(0, head.length));

    await page.getByRole("tab", { name: "Registers" }).click();
    expect(await page.locator(".register").allTextContents()).toEqual(["cnti32200"]);

    await typeBehind(page, "let c = a + b", '; assert c < 100, "too large"');
    await page.locator("#run").click();
    await status(
      page,
      "outcome",
      "fault: assertion failed: too large, in adder at cycle 52 (async-call.asyn:9:20)",
    );

    // A message that knows the answer offers it.
    await typeBehind(page, "when cnt < 100 {", " cnt = 7");
    await page.locator(".cm-lintRange-error", { hasText: /^=$/ }).hover();
    await page.getByRole("button", { name: "assign with `<=`" }).click();
    await page.locator(".cm-line", { hasText: "when cnt < 100 { cnt <= 7" }).waitFor();
  });
});

testWithChromium("a page that simulates for ever stays usable", { timeout: 60_000 }, async (chromium) => {
  await withPage(chromium, await site(), async (page) => {
    await status(page, "compilation", /^Compiled/);
    await page.locator(".cm-line", { hasText: "cycles: 200" }).click();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+End");
    await page.keyboard.type("config { cycles: 1_000_000_000_000, idle: 50 }");
    await page.locator("#run").click();
    await status(page, "outcome", /^Running: [\d\u202f]{5,} cycles …$/);
    // The compiler answers while the simulation runs.
    await typeBehind(page, "let c = a + b", " +");
    await page.locator(".inline-problem").first().waitFor();
    await status(page, "outcome", /^Running/);
    await page.locator("#stop").click();
    await status(page, "outcome", /cycles in .*: stopped by you\.$/);
    expect(await page.locator("#stop").isDisabled()).toBe(true);
  });
});

testWithChromium(
  "a processor is chosen, run, and its log leads to the source",
  { timeout: 60_000 },
  async (chromium) => {
    await withPage(chromium, await site(), async (page) => {
      await page.locator("#design").selectOption("riscv");
      await page.getByRole("tab", { name: "isa.asyn" }).waitFor();
      await page.locator("#run").click();
      await status(
        page,
        "outcome",
        /^67\u202f808 cycles in .*, 49\u202f631 lines: finished by cpu_writeback\.$/,
      );
      const halt = page.locator("#log li", { hasText: "halt result=5d3e7fce cycles=67808 retired=49630" });
      await halt.click();
      expect(await page.locator("#files [aria-selected=true]").textContent()).toBe("cpu.asyn");
      expect(await page.locator(".cm-activeLine").textContent()).toContain('log("halt');
      // The lines that are not in sight are not in the document.
      expect(await page.locator("#log li").count()).toBeLessThan(200);
    });
  },
);
