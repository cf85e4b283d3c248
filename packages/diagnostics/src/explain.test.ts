import { expect, test } from "vitest";
import { collectMessages, defineCatalogue, message, renderExplanation } from "./index.js";

const demo = defineCatalogue("demo", {
  "too-wide": message<{ width: number }>("error", (a) => `${a.width} bits`, "Long form.\n"),
  odd: message("warning", () => "odd", "Odd."),
});

test("any code is found in the catalogues together", () => {
  const known = collectMessages([
    demo,
    defineCatalogue("other", { odd: message("note", () => "", "Other.") }),
  ]);
  expect([...known.keys()]).toEqual(["demo/too-wide", "demo/odd", "other/odd"]);
  const found = known.get("demo/too-wide");
  expect(found && renderExplanation(found)).toBe("demo/too-wide (error)\n\nLong form.\n");
  expect(known.get("demo/none")).toBeUndefined();
});

test("a code that two messages share is refused", () => {
  expect(() => collectMessages([demo, demo])).toThrow('"demo/too-wide"');
});
