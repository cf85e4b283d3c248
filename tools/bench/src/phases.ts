/** Compiling a design in a process of its own, phase by phase. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import type { BenchContext } from "./workload.js";

/** One phase of a compilation. */
export interface CompilePhase {
  readonly name: string;
  readonly seconds: number;
  /** Seconds of processor time, of all threads: those of the garbage collector, too. */
  readonly busy: number;
  /** Most memory that the process had up to the end of the phase. */
  readonly mebibytes: number;
}

/** What {@link compilePhases} finds. */
export interface CompileProfile {
  readonly phases: readonly CompilePhase[];
  /** The passes within the phase `passes`, in seconds; `verify` is the check behind each. */
  readonly steps: readonly { readonly name: string; readonly seconds: number; readonly verify: number }[];
}

/** How a design is compiled for {@link compilePhases}. */
export interface CompilePhasesOptions {
  /** Check the IR behind every pass. */
  readonly verifyEach: boolean;
  /** Write the Rust crate, too. */
  readonly rust: boolean;
}

/** Compiles a source file in a fresh process. @throws Error if that fails. */
export function compilePhases(
  context: BenchContext,
  file: string,
  options: CompilePhasesOptions,
): CompileProfile {
  const program = [
    path.join(context.root, "tools", "workspace", "run-typescript.mjs"),
    path.join("tools", "bench", "src", "compile-phases.ts"),
    file,
    ...(options.verifyEach ? [] : ["--no-verify-each"]),
    ...(options.rust ? ["--rust"] : []),
  ];
  const result = spawnSync(process.execPath, program, {
    cwd: context.root,
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  if (result.status !== 0) {
    throw new Error(`${file} cannot be compiled: ${result.error?.message ?? result.stderr.slice(0, 2000)}`);
  }
  return readProfile(result.stdout);
}

/** Marked helper: what our own program has just printed. */
function readProfile(text: string): CompileProfile {
  return JSON.parse(text) as CompileProfile; // oxlint-disable-line typescript/consistent-type-assertions
}
