/** The designs with conflicts and stops across clusters, on everything that runs on one thread. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { lower } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import type { Concurrency, System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import { loadSync } from "@assassyn/simulator";
import { expectSame, interpreterTarget, runOn } from "@assassyn/testing";
import { lowerFor, rustTarget, wasmTarget } from "@assassyn/testing/targets";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import {
  buildCrates,
  conflictDesigns,
  conflictGolden,
  printGolden,
  readConflictDesign,
} from "../src/index.js";
import { printRun } from "./print-run.js";

test("every design of the folder is listed", () => {
  const files = readdirSync(new URL("../designs/conflicts", import.meta.url));
  const listed = conflictDesigns.flatMap(({ name }) => [`${name}.asyn`, `${name}.expect.txt`]);
  expect(files.toSorted()).toEqual([...listed, "heavy.asyn"].toSorted());
});

test.each(conflictDesigns)("$name on the interpreter", async ({ name }) => {
  const system = readConflictDesign(name);
  const printed = printRun(system, (options) => createInterpreter(system, options));
  await expect(printGolden(printed)).toMatchFileSnapshot(conflictGolden(name));
});

test.each(conflictDesigns)("$name on WASM", ({ name, golden }) => {
  const system = readConflictDesign(name);
  const { outputs } = lower(system, { sources: [] }, { target: "wasm", emitters: [wasmEmitter] });
  const content = outputs?.[0]?.content;
  if (!(content instanceof Uint8Array)) throw new Error("the target wasm gave no module");
  expect(printGolden(printRun(system, (options) => loadSync(content, options)))).toBe(golden);
});

test.each(["auto", "deferred"] as const)("the state that is left on WASM, commit %s", (commit) => {
  const prepare = lowerFor({ target: "wasm", emitters: [wasmEmitter] });
  for (const { name } of conflictDesigns) {
    const system = readConflictDesign(name);
    expectSame(runOn(system, interpreterTarget), runOn(system, wasmTarget(prepare, { commit })));
  }
});

testWithRust("all of them on Rust", { timeout: 600_000 }, (cargo) => {
  const systems = new Map(conflictDesigns.map(({ name }) => [name, readConflictDesign(name)]));
  const binaries = buildCrates(rustEmitter, "conflicts", systems);
  for (const { name, golden } of conflictDesigns) {
    const { stdout, stderr, status } = spawnSync(binaries.get(name) ?? "", ["--quiet"], { encoding: "utf8" });
    expect([name, printGolden({ stdout, stderr, status: status ?? -1 })]).toEqual([name, golden]);
  }
  const left = conflictDesigns.filter(({ golden }) => golden.startsWith("exit status 0"));
  const prepare = lowerFor({ target: "rust", emitters: [rustEmitter] });
  const target = rustTarget(prepare, { suite: "conflicts-state", cargo });
  const list = left.map(({ name }) => readConflictDesign(name));
  for (const [index, trace] of target.runAll(list).entries()) {
    const system = list[index];
    if (system !== undefined) expectSame(runOn(system, interpreterTarget), trace);
  }
});

// ---------------------------------------------------------------- what partition does with them

/** The clustered form. */
function cut(system: System): { system: System; concurrency: Concurrency } {
  const result = lower(
    system,
    { sources: [] },
    { pipeline: ["default", "lock-insertion", "atomic-flags", "self-signature", "partition"] },
  );
  const concurrency = result.system?.concurrency;
  if (result.system === undefined || concurrency === undefined)
    throw new Error(renderText(result.diagnostics, []));
  return { system: result.system, concurrency };
}

test.each(conflictDesigns)("partition cuts $name where it should hurt", ({ name, apart, shape, mail }) => {
  const { system, concurrency } = cut(readConflictDesign(name));
  const clusters = apart.map((wanted) => {
    const id = moduleIds(system).find((module) => moduleOf(system, module).name === wanted);
    return concurrency.clusters.findIndex(({ modules }) => modules.some((module) => module === id));
  });
  expect(clusters).not.toContain(-1);
  expect(new Set(clusters).size).toBe(apart.length);
  const barriers = concurrency.steps.filter(({ kind }) => kind === "barrier");
  expect(barriers).toHaveLength(shape === "split" ? 2 : 1);
  expect(concurrency.mailboxes.length > 0).toBe(mail);
});
