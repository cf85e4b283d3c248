/** What the workloads share: building designs, running processes. */
import { spawnSync } from "node:child_process";
import { openSync, closeSync, existsSync, readFileSync, rmSync } from "node:fs";
import { devNull } from "node:os";
import path from "node:path";
import process from "node:process";
import { createMemoryHost, readDesign } from "@assassyn/compiler";
import { emitRustSequential, rustEmitter } from "@assassyn/emit-rust-sequential";
import type { RustSequentialOptions } from "@assassyn/emit-rust-sequential";
import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import type { System } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import type { CrateFile } from "@assassyn/testing/rust";
import { lowerFor } from "@assassyn/testing/targets";
import type { Subject } from "./measure.js";
import type { BenchContext } from "./workload.js";

/** The system of a source text. @throws Error with the messages if it has an error. */
export function systemOf(name: string, text: string): System {
  const { system, diagnostics } = readDesign({ path: `${name}.asyn`, text }, createMemoryHost({}));
  if (system !== undefined) return system;
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** The WebAssembly of a system. */
export function wasmOf(system: System): Uint8Array {
  return emitWasm(lowerFor({ target: "wasm", emitters: [wasmEmitter] })(system)).wasm;
}

/** The crate of a system. */
export function rustCrate(system: System, options: RustSequentialOptions = {}): CrateFile[] {
  return emitRustSequential(lowerFor({ target: "rust", emitters: [rustEmitter] })(system), options);
}

/** Optimised builds of crates, or `undefined` where there is no cargo. */
export function buildRelease(
  context: Pick<BenchContext, "root" | "progress">,
  suite: string,
  crates: ReadonlyMap<string, readonly CrateFile[]>,
  profile: "release" | "counted" = "release",
): ReadonlyMap<string, string> | undefined {
  const cargo = process.env["CARGO"] ?? "cargo";
  if (spawnSync(cargo, ["--version"]).status !== 0) return undefined;
  context.progress(`cargo build --profile ${profile} of ${crates.size} simulators`);
  const cacheFolder = path.join(context.root, "node_modules", ".cache", "assassyn-rust");
  return buildRustDesigns(`bench-${suite}`, crates, { cargo, cacheFolder, profile });
}

/** Seconds that a process takes from start to end. @throws Error if it fails. */
export function processSeconds(command: string, values: readonly string[], cwd: string): number {
  const output = openSync(devNull, "w");
  try {
    const start = process.hrtime.bigint();
    const result = spawnSync(command, values, { cwd, stdio: ["ignore", output, "pipe"], encoding: "utf8" });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (result.status !== 0) {
      throw new Error(
        `${command} ${values.join(" ")} failed: ${result.error?.message ?? result.stderr.slice(0, 2000)}`,
      );
    }
    return seconds;
  } finally {
    closeSync(output);
  }
}

/** Seconds a cycle of a simulator: the time of one cycle is taken off that of many, so that starting does not count. */
export function cycleSubject(
  context: BenchContext,
  name: string,
  binary: string,
  cycles: number,
  more: readonly string[] = [],
): Subject {
  const run = (count: number): number =>
    processSeconds(binary, ["--log", "none", "--quiet", "--cycles", String(count), ...more], context.root);
  return { name, run: () => (run(cycles) - run(1)) / cycles };
}

/** The command, bundled from the sources into the temporary folder: what is measured is never a stale build. */
export function buildCommand(context: BenchContext): string {
  const folder = path.join(context.temporary, "assassyn");
  const command = path.join(folder, "assassyn.js");
  if (existsSync(command)) return command;
  context.progress("bundling the command");
  const script = path.join(context.root, "packages", "cli", "build.mjs");
  const result = spawnSync(process.execPath, [script, folder], { cwd: context.root, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`the command cannot be bundled: ${result.stderr.slice(0, 2000)}`);
  return command;
}

/** What a Node process used. `busy`: seconds of processor time, which a loaded machine disturbs less than `seconds`. */
export function nodeProcess(
  context: BenchContext,
  script: string,
  values: readonly string[],
): { readonly seconds: number; readonly busy: number; readonly mebibytes: number } {
  const report = path.join(context.temporary, "usage.txt");
  rmSync(report, { force: true });
  const hook = `import{writeFileSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();writeFileSync(${JSON.stringify(report)},u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime))})`;
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  const seconds = processSeconds(process.execPath, ["--import", preload, script, ...values], context.root);
  const [kibibytes, microseconds] = readFileSync(report, "utf8").split(" ").map(Number);
  return { seconds, busy: (microseconds ?? Number.NaN) / 1e6, mebibytes: (kibibytes ?? Number.NaN) / 1024 };
}
