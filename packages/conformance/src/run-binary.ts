/** Runs imported designs as programs that cargo builds. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { lower } from "@assassyn/compiler";
import type { System } from "@assassyn/ir";
import type { Emitter } from "@assassyn/plugin-api";
import batching from "@assassyn/plugin-lock-batching";
import type { CrateFile } from "@assassyn/testing/rust";
import { buildRustDesigns } from "@assassyn/testing/rust";
import type { Golden } from "./corpus.js";
import { LogComparison } from "./log-comparison.js";
import type { RunResult } from "./run-design.js";
import { judge } from "./run-design.js";

/**
 * Builds all designs in one cargo workspace. Their externs return zero, as those of the runs in this process do.
 *
 * @param suite names the workspace
 * @returns the binary of each
 */
export function buildCrates(
  emitter: Emitter,
  suite: string,
  designs: ReadonlyMap<string, System>,
): Map<string, string> {
  const crates = new Map(
    [...designs].map(([name, system]) => [
      name.replaceAll(/[^A-Za-z0-9]+/g, "_"),
      withZeroExterns(system, emitCrate(emitter, system)),
    ]),
  );
  const binaries = [...buildRustDesigns(suite, crates, { profile: "release" }).values()];
  return new Map([...designs.keys()].map((name, index) => [name, binaries[index] ?? ""]));
}

function emitCrate(emitter: Emitter, system: System): CrateFile[] {
  const { outputs, diagnostics } = lower(
    system,
    { sources: [] },
    { target: emitter.target, emitters: [emitter], plugins: [batching] },
  );
  if (outputs === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return outputs.map(({ path, content }) => {
    if (typeof content !== "string") throw new Error(`${path} is not text`);
    return { path, text: content };
  });
}

/** What stands in a crate for the body of an extern that nobody has supplied. */
const MISSING_BODY = /Err\("this simulator was built without a body for it"\.to_string\(\)\)/g;

function withZeroExterns(system: System, files: readonly CrateFile[]): CrateFile[] {
  if (system.externs.length === 0) return [...files];
  let found = 0;
  const changed = files.map((file) => {
    const text = file.text.replaceAll(MISSING_BODY, () => {
      found += 1;
      return "Ok(Default::default())";
    });
    return { ...file, text };
  });
  if (found !== system.externs.length)
    throw new Error(`${system.externs.length} externs, but ${found} of them have no body in the crate`);
  return changed;
}

/** Runs a built design. */
export async function runBinary(
  binary: string,
  golden: Golden,
  binaryArguments: readonly string[],
): Promise<RunResult> {
  const comparison = new LogComparison(golden);
  const child = spawn(binary, binaryArguments, { stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  child.stderr.on("data", (data: Buffer) => errors.push(data.toString()));
  const status = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity }))
    comparison.add(line.replace(/^@[^\s:]+:\d+\s+(?=Cycle @)/, ""));
  const code = await status;
  const wanted = golden.panics ? 1 : 0;
  const difference =
    comparison.finish() ??
    (code === wanted
      ? undefined
      : `exit status ${code} where ${wanted} is expected: ${errors.join("").slice(0, 300)}`);
  return judge(difference);
}
