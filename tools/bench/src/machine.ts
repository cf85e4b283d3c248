/** What the figures depend on. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import process from "node:process";

/** Facts about the machine and the tools, for the report. */
export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly rustc: string;
  /** Of the last minute when the run began; above the number of cores something else was busy. */
  readonly load: number;
  readonly commit: string;
}

function output(command: string, values: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, values, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "none";
  }
}

/** Looks at the machine. */
export function machineFacts(root: string): MachineFacts {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    rustc: output("rustc", ["--version"], root),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    commit: output("git", ["rev-parse", "--short", "HEAD"], root),
  };
}
