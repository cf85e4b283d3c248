/**
 * `run-typescript.mjs tools/bench/src/compile-phases.ts file [--no-verify-each] [--rust]`: compiles one design as `compile` does, and
 * prints as JSON what each phase took. A process a design, so that the peak memory is the design's own and nothing is warm.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { certify } from "@assassyn/ownership";
import { emitRustSequential, rustEmitter } from "@assassyn/emit-rust-sequential";
import { emitWasm, wasmEmitter } from "@assassyn/emit-wasm";
import { elaborate } from "@assassyn/frontend";
import type { FrontendHost } from "@assassyn/frontend";
import { createManager } from "@assassyn/compiler";
import { parse } from "@assassyn/syntax";
import type { CompilePhase } from "./phases.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "no-verify-each": { type: "boolean", default: false },
    rust: { type: "boolean", default: false },
  },
});
const [file = ""] = positionals;
const source = { path: file, text: readFileSync(file, "utf8") };
const phases: CompilePhase[] = [];

function time<Result>(name: string, action: () => Result): Result {
  const usage = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = action();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(usage);
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  phases.push({ name, seconds, busy: (user + system) / 1e6, mebibytes });
  return result;
}

/** What was made, or the end of the process with the messages. */
function made<Value>(value: Value | undefined, diagnostics: readonly { readonly message: string }[]): Value {
  if (value !== undefined && diagnostics.length === 0) return value;
  throw new Error(diagnostics.map(({ message }) => message).join("\n"));
}

const manager = createManager({ emitters: [wasmEmitter, rustEmitter] });
const host: FrontendHost = {
  files: [source],
  resolveImport: (path) => ({ kind: "error", reason: `${path} is imported, but designs here stand alone` }),
  readMemory: (path) => ({ kind: "error", reason: `${path} is read, but designs here stand alone` }),
};

function read(): ReturnType<typeof elaborate> {
  const { unit, diagnostics } = time("parse", () => parse(source.text, 0));
  made(unit, diagnostics);
  return time("elaborate", () => elaborate({ root: unit, host }));
}

const elaborated = read();
const system = made(elaborated.system, elaborated.diagnostics);
const planned = manager.plan({ target: "wasm" });
const plan = made(planned.plan, planned.diagnostics);
const passes = time("passes", () => manager.run(system, plan, { verifyEach: !values["no-verify-each"] }));
const lowered = made(passes.ok ? passes.system : undefined, passes.diagnostics);
time("certify", () => certify(lowered));
time("emit wasm", () => emitWasm(lowered).wasm.length);
if (values.rust) time("emit rust", () => emitRustSequential(lowered).length);
const steps = passes.records.map(({ step, milliseconds, verifyMilliseconds }) => ({
  name: step.id,
  seconds: milliseconds / 1000,
  verify: verifyMilliseconds / 1000,
}));
process.stdout.write(JSON.stringify({ phases, steps }));
