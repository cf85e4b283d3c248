import { appendFileSync, cpSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { measure } from "../measure.js";
import { buildCommand, processSeconds } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

/** What a person waits for at the keyboard. */
export const startWorkload: Workload = {
  name: "start",
  description:
    "whole processes: `assassyn --version`, and riscv from an edited source to its first cycle on WASM",
  run(context) {
    const command = buildCommand(context);
    const folder = path.join(context.temporary, "riscv");
    cpSync(path.join(context.root, "examples", "riscv"), folder, { recursive: true });
    let edits = 0;
    const node = process.execPath;
    const targets = [0.15, 0.5];
    const timings = measure(
      [
        { name: "assassyn --version", run: () => processSeconds(node, [command, "--version"], context.root) },
        {
          name: "riscv, edit to first cycle",
          run: () => {
            edits += 1;
            appendFileSync(path.join(folder, "cpu.asyn"), `\n// edit ${edits}\n`);
            const design = path.join(folder, "riscv.asyn");
            return processSeconds(node, [command, "run", design, "--cycles", "1"], context.root);
          },
        },
      ],
      context.repetitions,
    );
    return timings.map((timing, index): Figure => ({
      name: timing.name,
      value: timing.median,
      unit: "s",
      target: { relation: "<", value: targets[index] ?? 0 },
      timings: [timing],
    }));
  },
};
