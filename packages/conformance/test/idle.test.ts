/** The designs with gaps, on everything that runs on one thread. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { lower } from "@assassyn/compiler";
import { analyzeIdle, nextChange } from "@assassyn/emit-core";
import { rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { createInterpreter } from "@assassyn/interpreter";
import batching from "@assassyn/plugin-lock-batching";
import { loadSync } from "@assassyn/simulator";
import { expectSame, interpreterTarget, runOn } from "@assassyn/testing";
import { buildParallelProbes, lowerFor, rustTarget, wasmTarget } from "@assassyn/testing/targets";
import type { ParallelProbe } from "@assassyn/testing/targets";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { buildCrates, idleDesigns, idleGolden, printGolden, readIdleDesign } from "../src/index.js";
import { printRun } from "./print-run.js";

test("every design of the folder is listed", () => {
  const files = readdirSync(new URL("../designs/idle", import.meta.url));
  const listed = idleDesigns.flatMap(({ name }) => [`${name}.asyn`, `${name}.expect.txt`]);
  expect(files.toSorted()).toEqual(listed.toSorted());
});

test.each(idleDesigns)("$name on the interpreter", async ({ name }) => {
  const system = readIdleDesign(name);
  const printed = printRun(system, (options) => createInterpreter(system, options));
  await expect(printGolden(printed)).toMatchFileSnapshot(idleGolden(name));
});

test.each(idleDesigns)("$name on WASM", ({ name, golden }) => {
  const system = readIdleDesign(name);
  const { outputs } = lower(system, { sources: [] }, { target: "wasm", emitters: [wasmEmitter] });
  const content = outputs?.[0]?.content;
  if (!(content instanceof Uint8Array)) throw new Error("the target wasm gave no module");
  expect(printGolden(printRun(system, (options) => loadSync(content, options)))).toBe(golden);
});

test.each([
  ["in one go", {}],
  ["in steps that end inside gaps", { slice: 333 }],
  ["with a snapshot from inside a gap", { snapshotAt: 321 }],
  [
    "with a host that writes inside gaps",
    { hostWrites: [100, 101, 650, 2000].map((after) => ({ after, pick: after, value: BigInt(after) })) },
  ],
] as const)("the state that is left on WASM, %s", (_, drive) => {
  const prepare = lowerFor({ target: "wasm", emitters: [wasmEmitter] });
  for (const { name } of idleDesigns) {
    const system = readIdleDesign(name);
    const { hostWrites } = { hostWrites: undefined, ...drive };
    const expected = runOn(system, interpreterTarget, hostWrites === undefined ? {} : { hostWrites });
    expectSame(expected, runOn(system, wasmTarget(prepare), drive));
  }
});

test.each(["idle-skipping", "range-analysis"] as const)(
  "the state that is left on WASM, without %s",
  (name) => {
    const prepare = lowerFor({ target: "wasm", emitters: [wasmEmitter] });
    for (const design of idleDesigns) {
      const system = readIdleDesign(design.name);
      expectSame(runOn(system, interpreterTarget), runOn(system, wasmTarget(prepare, { without: [name] })));
    }
  },
);

testWithRust("all of them on Rust", { timeout: 600_000 }, (cargo) => {
  const systems = new Map(idleDesigns.map(({ name }) => [name, readIdleDesign(name)]));
  const binaries = buildCrates(rustEmitter, "idle", systems);
  for (const { name, golden } of idleDesigns) {
    const { stdout, stderr, status } = spawnSync(binaries.get(name) ?? "", ["--quiet"], { encoding: "utf8" });
    expect([name, printGolden({ stdout, stderr, status: status ?? -1 })]).toEqual([name, golden]);
  }
  const left = idleDesigns.filter(({ golden }) => golden.startsWith("exit status 0"));
  const prepare = lowerFor({ target: "rust", emitters: [rustEmitter] });
  const target = rustTarget(prepare, { suite: "idle-state", cargo });
  const list = left.map(({ name }) => readIdleDesign(name));
  for (const [index, trace] of target.runAll(list).entries()) {
    const system = list[index];
    if (system !== undefined) expectSame(runOn(system, interpreterTarget), trace);
  }
});

testWithRust("all of them in clusters, on 1 and on 2 threads", { timeout: 600_000 }, (cargo) => {
  const target = { target: "rust-parallel", emitters: [rustParallelEmitter], plugins: [batching] };
  const prepare = lowerFor(target);
  const probes = new Map(
    idleDesigns.map(({ name }): [string, ParallelProbe] => {
      const system = readIdleDesign(name);
      return [name, { system, lowered: prepare(system) }];
    }),
  );
  for (const [name, run] of buildParallelProbes("idle-clusters", probes, { cargo })) {
    const expected = runOn(readIdleDesign(name), interpreterTarget);
    for (const threads of [1, 2]) expectSame(expected, run({ threads }));
  }
});

test.each(idleDesigns)("the gaps of $name", ({ name, gaps }) => {
  const system = lowerFor({ target: "wasm", emitters: [wasmEmitter] })(readIdleDesign(name));
  const idle = analyzeIdle(system);
  expect(idle.kind).toBe(gaps ? "plan" : "never");
  const next = idle.kind === "plan" ? (nextChange(idle.plan, 101n) ?? 1n << 63n) : 102n;
  expect(next > 120n).toBe(gaps);
});
