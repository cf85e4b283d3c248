import { expect, test } from "vitest";
import { createPassTester, goldenSuite } from "@assassyn/testing";

const tester = createPassTester();

// `npx vitest run packages/passes/test -u` writes the goldens again.
goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".ir",
  goldens: [".expect.ir", ".expect.txt"],
  run: ({ text }) => {
    const { ir, diagnostics } = tester.run(text);
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}\n`).join("");
    return { ".expect.ir": ir, ".expect.txt": messages === "" ? undefined : messages };
  },
});
