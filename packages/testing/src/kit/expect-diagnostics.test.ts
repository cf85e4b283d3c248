import { createDiagnostic, defineCatalogue, message } from "@assassyn/diagnostics";
import { expect, test } from "vitest";
import type { Diagnose } from "./expect-diagnostics.js";
import { expectDiagnostics } from "./expect-diagnostics.js";

const catalogue = defineCatalogue("test", {
  bad: message<{ word: string }>("error", (a) => `${a.word} is bad`, ""),
});

/** Reports every word that starts with `bad`, and an empty source. */
const diagnose: Diagnose = ({ text }) => {
  const source = text.replaceAll(/\/\/.*/g, (comment) => " ".repeat(comment.length));
  const found = [...source.matchAll(/\bbad\w*/g)].map((match) =>
    createDiagnostic(
      catalogue.bad,
      { word: match[0] },
      { file: 0, start: match.index, end: match.index + 1 },
    ),
  );
  return source.includes("empty") ? [...found, createDiagnostic(catalogue.bad, { word: "nothing" })] : found;
};

test("announced diagnostics match, wherever the comment points", () => {
  expectDiagnostics(
    [
      "good",
      "bad1 //~ test/bad: bad1 is",
      "bad2 bad3 //~ test/bad: bad3",
      "//~^ test/bad: bad2",
      "bad4",
      "//~^ test/bad",
      "empty",
      "//~! test/bad: nothing",
    ].join("\n"),
    diagnose,
  );
});

test("what is missing and what was not announced is listed", () => {
  expect(() => expectDiagnostics("bad1\ngood //~ test/bad: x", diagnose)).toThrow(
    ["missing:", "  line 2: test/bad: x", "not announced:", "  line 1: test/bad: bad1 is bad"].join("\n"),
  );
});

test("another message on the right line does not match", () => {
  expect(() => expectDiagnostics("bad1 //~ test/bad: bad2", diagnose)).toThrow("missing:");
  expect(() => expectDiagnostics("bad1 //~ test/worse", diagnose)).toThrow("missing:");
});

test("a comment that cannot be read is an error", () => {
  expect(() => expectDiagnostics("bad1 //~ something", diagnose)).toThrow("line 1: cannot read");
});
