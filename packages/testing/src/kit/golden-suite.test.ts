import { expect, test } from "vitest";
import { findOrphans } from "./golden-suite.js";

test("a golden without its input is an orphan", () => {
  const names = ["a.ir", "a.expect.ir", "b.expect.ir", "a.errors", "c.errors", "readme.md"];
  expect(findOrphans(names, { input: ".ir", goldens: [".expect.ir", ".errors"] })).toEqual([
    "b.expect.ir",
    "c.errors",
  ]);
});
