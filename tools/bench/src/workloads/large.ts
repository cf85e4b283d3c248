import { writeFileSync } from "node:fs";
import path from "node:path";
import { largeDesign } from "../designs/large.js";
import { measure } from "../measure.js";
import { buildCommand, nodeProcess } from "../tools.js";
import type { BenchContext, Figure, Workload } from "../workload.js";

/** Shapes by name: statements of a module. */
const SHAPES = { "many small modules": 20, "few big modules": 5000 };

function figuresOf(context: BenchContext, shape: string, perModule: number): Figure[] {
  const command = buildCommand(context);
  const memory = new Map<string, number>();
  const busy = new Map<string, number>();
  const subject = (
    statements: number,
    subcommand: "check" | "compile",
  ): { name: string; run: () => number } => {
    const file = path.join(context.temporary, `large-${statements}-${perModule}.asyn`);
    writeFileSync(file, largeDesign({ statements, perModule }));
    const name = `${subcommand} ${statements}`;
    const output = [
      "--target",
      "wasm",
      "-o",
      path.join(context.temporary, `large-${statements}-${perModule}`),
    ];
    const values = [subcommand, file, ...(subcommand === "compile" ? output : [])];
    return {
      name,
      run: () => {
        const { seconds, mebibytes, busy: processor } = nodeProcess(context, command, values);
        memory.set(name, Math.max(memory.get(name) ?? 0, mebibytes));
        busy.set(name, Math.min(busy.get(name) ?? Infinity, processor));
        return seconds;
      },
    };
  };
  const subjects = [subject(100_000, "check"), subject(100_000, "compile"), subject(200_000, "compile")];
  const [check, small, large] = measure(subjects, {
    warmUp: 0,
    measured: Math.min(5, context.repetitions.measured),
  });
  if (check === undefined || small === undefined || large === undefined)
    throw new Error("three subjects, three timings");
  return [
    { name: `check, 100 000, ${shape}`, value: check.median, unit: "s", timings: [check] },
    {
      name: `check and WASM, 100 000, ${shape}`,
      value: small.median,
      unit: "s",
      target: { relation: "<", value: 3 },
      timings: [small],
    },
    {
      name: `least processor time of it, all threads, ${shape}`,
      value: busy.get(small.name) ?? Number.NaN,
      unit: "s",
    },
    {
      name: `memory of it, ${shape}`,
      value: memory.get(small.name) ?? Number.NaN,
      unit: "MiB",
      target: { relation: "<", value: 1024 },
    },
    {
      name: `200 000 against 100 000, ${shape}`,
      value: large.median / small.median,
      unit: "×",
      target: { relation: "<", value: 2.3 },
      timings: [small, large],
    },
  ];
}

/** Growth with the size of the design. */
export const largeWorkload: Workload = {
  name: "large",
  description: "100 000 and 200 000 statements through check and WASM, whole processes",
  run: (context) =>
    Object.entries(SHAPES).flatMap(([shape, perModule]) => {
      context.progress(`large designs: ${shape}`);
      return figuresOf(context, shape, perModule);
    }),
};
