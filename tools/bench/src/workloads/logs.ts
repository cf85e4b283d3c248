import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { asyncCall } from "../designs/shapes.js";
import { measure } from "../measure.js";
import { buildCommand, buildRelease, processSeconds, rustCrate, systemOf } from "../tools.js";
import type { Figure, Workload } from "../workload.js";

const CYCLES = 3_000_000;

/** A line each cycle, written to the null device. */
export const logsWorkload: Workload = {
  name: "logs",
  description:
    "log lines formatted and written to the null device in a second; what a run without logs takes is taken off",
  run(context) {
    const text = asyncCall(CYCLES);
    const design = path.join(context.temporary, "logs.asyn");
    writeFileSync(design, text);
    const command = buildCommand(context);
    const binary = buildRelease(context, "logs", new Map([["logs", rustCrate(systemOf("logs", text))]]))?.get(
      "logs",
    );
    const node = process.execPath;
    const wasm = (log: string): number =>
      processSeconds(node, [command, "run", design, "--target", "wasm", "--log", log], context.root);
    const subjects = [
      { name: "wasm", run: () => wasm("located") - wasm("none") },
      ...(binary === undefined
        ? []
        : [
            {
              name: "rust",
              run: () =>
                processSeconds(binary, ["--quiet", "--log", "located"], context.root) -
                processSeconds(binary, ["--quiet", "--log", "none"], context.root),
            },
          ]),
    ];
    return measure(subjects, context.repetitions).map((timing): Figure => ({
      name: timing.name,
      value: CYCLES / timing.median / 1e6,
      unit: "M lines/s",
      target: { relation: ">", value: timing.name === "rust" ? 10 : 1 },
      timings: [timing],
    }));
  },
};
