/** Shared by the tests: a system, its source, and the system that the source means. */
import { createInterpreter } from "@assassyn/interpreter";
import type { SimulationOptions, System } from "@assassyn/ir";
import { arrayIds, arrayOf, verify } from "@assassyn/ir";
import { createMemoryHost, lower, readDesign } from "@assassyn/compiler";
import { format } from "@assassyn/syntax";
import type { PrintSourceOptions } from "../src/index.js";
import { printSource } from "../src/index.js";

/** Texts of the memory files that the arrays of a system name. */
function memories(system: System): Record<string, string> {
  const files: Record<string, string> = {};
  for (const id of arrayIds(system)) {
    const { file, initial } = arrayOf(system, id);
    if (file !== undefined) files[file] = initial.map((value) => value.toString(16)).join("\n");
  }
  return files;
}

/** The system that source means; throws for anything but warnings. */
export function readSource(text: string, original: System): System {
  const host = createMemoryHost({ "printed.asyn": text, ...memories(original) });
  const read = readDesign("printed.asyn", host);
  const errors = read.diagnostics.filter((each) => each.severity === "error");
  if (read.system === undefined || errors.length > 0) {
    const shown = errors.map(({ code, message, span }) => {
      const at = span?.start ?? 0;
      const begin = text.lastIndexOf("\n", at) + 1;
      return `${code}: ${message}\n    ${text.slice(begin, text.indexOf("\n", at))}`;
    });
    throw new Error(`${shown.join("\n")}\n\n${text}`);
  }
  const broken = verify(read.system);
  if (broken.length > 0) throw new Error(broken.map((each) => each.message).join("\n"));
  return read.system;
}

/** The same with the contents of all arrays in the source: random systems name one file for many arrays. */
export function withoutFiles(system: System): System {
  return {
    ...system,
    arrays: system.arrays.map((each) => {
      if (each?.file === undefined) return each;
      const { file: _file, ...rest } = each;
      return rest;
    }),
  };
}

/** What a run shows: log lines without locations, how it stopped, registers in order. */
export function behaviour(system: System, options: SimulationOptions = {}): string {
  const lines: string[] = [];
  const simulation = createInterpreter(system, {
    ...options,
    onLog: ({ cycle, module, text }) => lines.push(`${cycle} ${module}: ${text}`),
  });
  const { stop } = simulation.run();
  // A port may have got a number to tell it from a module.
  const fault =
    stop.kind === "fault" ? `${stop.fault.message.replaceAll(/_\d+\b/g, "")} in ${stop.fault.module}` : "";
  lines.push(`cycle ${simulation.cycle}: ${stop.kind} ${fault}`);
  // After a fault the state means nothing.
  if (stop.kind === "fault") return lines.join("\n");
  for (const id of arrayIds(system)) {
    const { name } = arrayOf(system, id);
    const values = simulation.readArray(name);
    // Not the name: a register that is called like a function of the language gets another one.
    lines.push(`register ${id} = ${values.join(" ")}`);
  }
  return lines.join("\n");
}

/** The system behind the default passes. */
export function lowered(system: System): System {
  const result = lower(system, { sources: [] }, {});
  if (result.system === undefined) throw new Error(result.diagnostics.map((each) => each.message).join("\n"));
  return result.system;
}

/** Prints, reads back, and says where text or behaviour is not what it should be; undefined when all is well. */
export function roundTripProblem(
  system: System,
  run: SimulationOptions = {},
  options: PrintSourceOptions = {},
): string | undefined {
  const text = printSource(system, options);
  const formatted = format(text);
  if (formatted.diagnostics.length > 0 || formatted.text !== text)
    return `not stable under the formatter:\n${text}`;
  let again: System;
  try {
    again = readSource(text, system);
  } catch (error) {
    return String(error);
  }
  const wanted = behaviour(system, run);
  for (const [what, result] of [
    ["read back", again],
    ["lowered", lowered(again)],
  ] as const) {
    const found = behaviour(result, run);
    if (found !== wanted) return `${what}:\n${difference(wanted, found)}\n\n${text}`;
  }
  return undefined;
}

function difference(wanted: string, found: string): string {
  const left = wanted.split("\n");
  const right = found.split("\n");
  const at = left.findIndex((each, index) => each !== right[index]);
  return `- ${left[at] ?? "(end)"}\n+ ${right[at] ?? "(end)"}`;
}
