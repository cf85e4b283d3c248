import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readDesign } from "@assassyn/compiler";
import type { SimulationOptions, System } from "@assassyn/ir";
import { expect, test } from "vitest";
import { printSource } from "../src/index.js";
import { roundTripProblem } from "./round-trip.js";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));

/** The text of a file below the folder of the examples. */
function read(file: string): string | undefined {
  try {
    return readFileSync(path.join(EXAMPLES, file), "utf8");
  } catch {
    return undefined;
  }
}

/** The system of an example; paths are relative to the folder of the examples. */
function readExample(entry: string): System {
  const { system, diagnostics } = readDesign(entry, {
    readSource(file, from) {
      const resolved = from === undefined ? file : path.posix.join(path.posix.dirname(from), file);
      const text = read(resolved);
      return text === undefined
        ? { kind: "error", reason: "no such file" }
        : { kind: "source", path: resolved, text };
    },
    readMemory(file, from) {
      const text = read(path.posix.join(path.posix.dirname(from), file));
      return text === undefined ? { kind: "error", reason: "no such file" } : { kind: "text", text };
    },
  });
  if (system === undefined) throw new Error(diagnostics.map((each) => each.message).join("\n"));
  return system;
}

/** Files that hold a system, below the folder of the examples; of the many cores the few say as much. */
const designs = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".asyn") && !file.includes("node_modules") && !file.endsWith("long.asyn"))
  .filter((file) => /^system\b/m.test(readFileSync(path.join(EXAMPLES, file), "utf8")))
  .map((file) => file.split(path.sep).join("/"))
  .sort();

/** Stands in for every extern. */
const anyBody = (...values: readonly bigint[]): bigint =>
  values.reduce((sum, value) => sum + value, 7n) % 100n;

/** The processors run for a while only: each run is repeated three times on the interpreter. Externs give a number of their arguments. */
function limits(entry: string, system: System): SimulationOptions {
  const names = system.externs.flatMap((declaration) => declaration?.name ?? []);
  return {
    ...(/^(riscv|manycore)\//.test(entry) ? { cycles: 30 } : {}),
    externs: Object.fromEntries(names.map((name) => [name, anyBody])),
  };
}

test.each(designs)("%s means the same after printing", (entry) => {
  const system = readExample(entry);
  expect(roundTripProblem(system, limits(entry, system))).toBeUndefined();
});

test.each(designs)("%s means the same with all single-use values folded", (entry) => {
  const system = readExample(entry);
  const options = { isGenerated: () => true };
  expect(roundTripProblem(system, limits(entry, system), options)).toBeUndefined();
});

test.each(["async-call", "arbiter", "downstream-adder"])("the text of %s", async (name) => {
  const text = printSource(readExample(`${name}/${name}.asyn`));
  await expect(text).toMatchFileSnapshot(`goldens/${name}.asyn`);
});
