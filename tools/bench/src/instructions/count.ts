/** Counts what a simulator executes, in figures that repeat exactly whatever else the machine does. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/** What one run executed. */
export interface Execution {
  readonly instructions: number;
  /** Cycles that ran: fewer than asked for where the design ends. */
  readonly cycles: number;
}

/**
 * Instructions of a simulator's process under callgrind, its log written to the null device.
 *
 * @throws Error if it fails or says nothing that can be read
 */
export function countInstructions(valgrind: string, binary: string, cycles: number): Execution {
  const output = openSync(devNull, "w");
  try {
    const tool = ["--tool=callgrind", `--callgrind-out-file=${devNull}`];
    const run = [binary, "--json", "--log", "located", "--cycles", String(cycles)];
    const { status, stderr, error } = spawnSync(valgrind, [...tool, ...run], {
      stdio: ["ignore", output, "pipe"],
      encoding: "utf8",
    });
    const execution = readReport(stderr ?? "");
    if (status === 0 && execution !== undefined) return execution;
    const reason = error?.message ?? stderr.slice(0, 2000);
    throw new Error(`${valgrind} ${[...tool, ...run].join(" ")} failed: ${reason}`);
  } finally {
    closeSync(output);
  }
}

/**
 * Reads the summary of a simulator and callgrind's report behind it.
 *
 * @returns undefined if one of them is missing
 */
export function readReport(text: string): Execution | undefined {
  const cycles = /"cycles":(\d+)/.exec(text)?.[1];
  const instructions = /Collected\s*:\s*(\d+)/.exec(text)?.[1];
  if (cycles === undefined || instructions === undefined) return undefined;
  return { instructions: Number(instructions), cycles: Number(cycles) };
}

/** Instructions of one cycle: the difference of two runs, so that starting and ending, which are in both, do not count. */
export function instructionsPerCycle(run: (cycles: number) => Execution): number {
  const few = run(2_000);
  const many = run(12_000);
  if (many.cycles <= few.cycles)
    throw new Error(`the design ends after ${few.cycles} cycles, too early to count`);
  return (many.instructions - few.instructions) / (many.cycles - few.cycles);
}
