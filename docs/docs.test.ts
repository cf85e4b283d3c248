/** Compiles and runs every example of the documentation. */
import { readFileSync, readdirSync } from "node:fs";
import { createInterpreter } from "@assassyn/interpreter";
import { expect, test } from "vitest";
import { compileText } from "./compile-text.js";

interface Example {
  readonly place: string;
  readonly info: string;
  readonly source: string;
  readonly output: string | undefined;
}

const folder = new URL(".", import.meta.url);

function examplesOf(file: string): Example[] {
  const text = readFileSync(new URL(file, folder), "utf8");
  const block = /^```asyn(?: (.*))?\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;
  return [...text.matchAll(block)].map((match) => ({
    place: `${file}:${text.slice(0, match.index).split("\n").length}`,
    info: match[1] ?? "",
    source: match[2] ?? "",
    output: match[3],
  }));
}

// Blocks `asyn file=…` are written into files by the test of their own page.
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .flatMap(examplesOf)
  .filter((example) => !example.info.startsWith("file="));

test("the documentation has examples, each with a known kind", () => {
  expect(examples.length).toBeGreaterThan(10);
  for (const { info, place } of examples)
    expect(`${place} ${info}`).toMatch(/ (run|error [a-z]+\/[a-z0-9-]+)$/);
});

/** Bodies of the extern functions that examples declare. */
const externs = {
  gcd: (a = 0n, b = 0n): bigint => (b === 0n ? a : externs.gcd(b, a % b)),
  scale: (x = 0n): bigint => x * 100n,
};

const runnable = examples.filter((example) => example.info === "run");
const wrong = examples.filter((example) => example.info !== "run");

test.each(runnable.map((example) => [example.place, example] as const))(
  "%s runs",
  (_, { source, output }) => {
    const { system, diagnostics } = compileText(source);
    expect(diagnostics).toEqual([]);
    if (system === undefined) throw new Error("no system");
    let printed = "";
    createInterpreter(system, { externs, onLog: (record) => (printed += `${record.text}\n`) }).run();
    expect(printed).toBe(output);
  },
);

test.each(wrong.map((example) => [example.place, example] as const))(
  "%s is refused",
  (_, { info, source }) => {
    const codes = compileText(source).diagnostics.map((diagnostic) => diagnostic.code);
    expect(codes).toContain(info.replace("error ", ""));
  },
);
