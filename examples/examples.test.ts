/**
 * Every folder with a design `<folder>/<folder>.asyn`, on every target. `<folder>.expect.log` is what
 * `assassyn run examples/<folder>` prints, or head, hash and tail of it; `UPDATE_GOLDENS=1` rewrites it from the interpreter.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createInterpreter } from "@assassyn/interpreter";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { expect, test } from "vitest";
import { testWithRust } from "../tools/workspace/requirements.js";
import { condense, loadExample, transcribe } from "./example-host.js";
import { compileToRust, compileToWasm } from "./example-targets.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const MINUTE = 60_000;

const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${folder}${entry.name}/${entry.name}.asyn`))
  .map(({ name }) => name);
const load = (name: string) => loadExample(`examples/${name}/${name}.asyn`);
const goldenOf = (name: string): string => `${folder}${name}/${name}.expect.log`;

test("there are examples, each with a README that says how to run it", () => {
  expect(examples.length).toBeGreaterThan(10);
  for (const name of examples) {
    expect(readFileSync(`${folder}${name}/README.md`, "utf8")).toContain(`npx assassyn run examples/${name}`);
  }
});

test("every golden log belongs to an example", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const goldens = files.filter((file) => file.endsWith(".expect.log")).map((file) => folder + file);
  expect(goldens.sort()).toEqual(examples.map(goldenOf).sort());
});

test.each(examples)("%s on the interpreter", { timeout: MINUTE }, (name) => {
  const system = load(name);
  const { stdout, stderr } = transcribe(system, (options) => createInterpreter(system, options));
  expect(stderr).toBe("");
  const golden = condense(stdout);
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(goldenOf(name), golden);
  expect(golden).toBe(readFileSync(goldenOf(name), "utf8"));
});

test.each(examples)("%s on WASM", { timeout: MINUTE }, (name) => {
  const system = load(name);
  const { stdout, stderr } = transcribe(system, compileToWasm(system));
  expect(stderr).toBe("");
  expect(condense(stdout)).toBe(readFileSync(goldenOf(name), "utf8"));
});

testWithRust("all examples on Rust", { timeout: 10 * MINUTE }, (cargo) => {
  const crates = new Map(examples.map((name) => [name, compileToRust(load(name))]));
  const clippy = spawnSync(cargo, ["clippy", "--version"]).status === 0;
  const binaries = buildRustDesigns("examples", crates, { cargo, clippy });
  for (const name of examples) {
    const { stdout, status } = spawnSync(binaries.get(name) ?? "", { encoding: "utf8", maxBuffer: 2 ** 26 });
    expect({ name, status, log: condense(stdout) }).toEqual({
      name,
      status: 0,
      log: readFileSync(goldenOf(name), "utf8"),
    });
  }
});

testWithRust("all examples on several threads", { timeout: 20 * MINUTE }, (cargo) => {
  const crates = new Map(examples.map((name) => [name, compileToRust(load(name), "rust-parallel")]));
  const binaries = buildRustDesigns("examples-parallel", crates, { cargo });
  for (const name of examples) {
    const golden = readFileSync(goldenOf(name), "utf8");
    for (const threads of ["1", "2", "3", "auto"]) {
      const words = ["--threads", threads];
      const { stdout, status } = spawnSync(binaries.get(name) ?? "", words, {
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      });
      expect({ name, threads, status, log: condense(stdout) }).toEqual({
        name,
        threads,
        status: 0,
        log: golden,
      });
    }
  }
});

test("fifo-depth overflows as its README says when the window is larger than the FIFO", () => {
  const path = "examples/fifo-depth/fifo-depth.asyn";
  const text = readFileSync(`${folder}fifo-depth/fifo-depth.asyn`, "utf8");
  const system = loadExample({ path, text: text.replace("WINDOW = DEPTH", "WINDOW = DEPTH + 1") });
  const { stderr } = transcribe(system, (options) => createInterpreter(system, options));
  expect(stderr).toMatch(/^fault: .* overflows/);
  expect(readFileSync(`${folder}fifo-depth/README.md`, "utf8")).toContain(stderr);
});
