/** Corrupted dumps: a diagnostic, or a design whose printed dump equals the corrupted text. Never a crash, never a silent repair. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { standardDram } from "@assassyn/compiler";
import { verify } from "@assassyn/ir";
import { expect, test } from "vitest";
import type { DramLibrary } from "../src/index.js";
import { importDesign, lexDump, printDump } from "../src/index.js";
import { COUNTER } from "./counter.js";

/** Memories of few shapes occur, and making one takes longer than importing the rest. */
const made = new Map<string, ReturnType<DramLibrary>>();
const dramLibrary: DramLibrary = (request) => {
  const key = JSON.stringify(request);
  const component = made.get(key) ?? standardDram(request);
  made.set(key, component);
  return component;
};

const words = (text: string): string =>
  lexDump(text, 0)
    .tokens.filter(({ tokenType }) => tokenType.name !== "LineEnd")
    .map(({ image }) => image.trim())
    .join(" ");

/** What is wrong with the handling of a corrupted dump; undefined when it is as it must be. */
function misbehaviour(text: string): string | undefined {
  const { system, dump, diagnostics } = importDesign({
    dump: { path: "corrupted.ir", text },
    dramLibrary,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  for (const { code, message, span } of diagnostics) {
    if (!code.startsWith("import/") || message === "") return `a message without words: ${code}`;
    if (span !== undefined && (span.start < 0 || span.end > text.length || span.end < span.start))
      return `${code} points outside of the dump`;
  }
  if (system === undefined) return errors.length > 0 ? undefined : "no system and no error";
  if (errors.length > 0) return "a system in spite of an error";
  if (dump === undefined || words(printDump(dump)) !== words(text))
    return "imported, but it prints differently";
  const [broken] = verify(system);
  return broken === undefined ? undefined : `not well formed: ${broken.message}`;
}

/** The offsets of all tokens, each with its end. */
const tokensOf = (text: string): { start: number; end: number }[] =>
  lexDump(text, 0).tokens.map(({ startOffset, image }) => ({
    start: startOffset,
    end: startOffset + image.length,
  }));

function* mutations(text: string): Generator<{ what: string; mutated: string }> {
  const tokens = tokensOf(text);
  for (const [index, { start, end }] of tokens.entries()) {
    const image = text.slice(start, end);
    const what = `${JSON.stringify(image.slice(0, 40))} at ${start}`;
    yield { what: `${what} deleted`, mutated: text.slice(0, start) + text.slice(end) };
    yield { what: `${what} doubled`, mutated: `${text.slice(0, end)} ${text.slice(start)}` };
    const next = tokens[index + 1];
    if (next === undefined) continue;
    const swapped = `${text.slice(next.start, next.end)} ${image}`;
    yield { what: `${what} swapped`, mutated: text.slice(0, start) + swapped + text.slice(next.end) };
  }
}

test("the small dump itself imports and prints as it is", () => {
  const { system, diagnostics } = importDesign({ dump: { path: "counter.ir", text: COUNTER }, dramLibrary });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  // Five of the dump, four of the memory.
  expect(system?.modules.length).toBe(9);
  expect(misbehaviour(COUNTER)).toBeUndefined();
});

test("each token of a small dump deleted, doubled or swapped", () => {
  const wrong: string[] = [];
  let refused = 0;
  let count = 0;
  for (const { what, mutated } of mutations(COUNTER)) {
    count += 1;
    const found = misbehaviour(mutated);
    if (found !== undefined) wrong.push(`${what}: ${found}`);
    if (importDesign({ dump: { path: "c.ir", text: mutated } }).system === undefined) refused += 1;
  }
  expect(wrong).toEqual([]);
  // Most tokens matter; those that do not are blanks at line ends and words in comments.
  expect(refused / count).toBeGreaterThan(0.8);
});

test("a small dump cut short at every character", () => {
  const wrong: string[] = [];
  for (let length = 0; length < COUNTER.length; length += 1) {
    const found = misbehaviour(COUNTER.slice(0, length));
    if (found !== undefined) wrong.push(`${length}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

test("texts that are no dump", () => {
  const texts = [
    "",
    "\n",
    "system",
    "system s",
    "}",
    "\u0000\u0001",
    "{".repeat(5000),
    "'".repeat(1000),
    "system s {" + "if a { // PUSH_CONDITION\n".repeat(3000),
  ];
  for (const text of texts) expect(misbehaviour(text)).toBeUndefined();
});

test("conditions nested too deep are refused, not a full stack", () => {
  const body = "if x { // PUSH_CONDITION\n".repeat(100_000) + "} // POP_CONDITION\n".repeat(100_000);
  const text = `system s {\n  Driver = module Driver {\n${body}  }\n}\n`;
  const { diagnostics } = importDesign({ dump: { path: "deep.ir", text } });
  expect(diagnostics[0]?.code).toBe("import/too-deep");
});

const CORPUS = fileURLToPath(new URL("../../../../shared/corpus", import.meta.url));
const present = existsSync(CORPUS);
const reason = present ? "" : " (skipped: no ../shared/corpus beside the repository)";

test.runIf(present)(`every dump of the corpus cut short at every 1 % of its length${reason}`, () => {
  const wrong: string[] = [];
  for (const folder of ["tests", "quirks", "examples"]) {
    for (const file of readdirSync(`${CORPUS}/${folder}`).filter((name) => name.endsWith(".ir"))) {
      const text = readFileSync(`${CORPUS}/${folder}/${file}`, "utf8");
      for (let percent = 0; percent < 100; percent += 1) {
        const found = misbehaviour(text.slice(0, Math.floor((text.length * percent) / 100)));
        if (found !== undefined) wrong.push(`${file} at ${percent} %: ${found}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
