/** Every design that is measured, by name. */
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { importCorpusDesign, readCorpus } from "@assassyn/conformance";
import type { System } from "@assassyn/ir";
import { loadExample } from "../example-designs.js";
import { systemOf } from "../tools.js";
import { arithmetic, asyncCall, pipeline, systolic } from "./shapes.js";

/** A design that can be measured. */
export interface BenchDesign {
  readonly name: string;
  /**
   * Its system; designs that do not end by themselves have no limit of cycles, so that `--cycles` sets it.
   * `undefined`: it belongs to the corpus, which is not there.
   */
  readonly load: () => System | undefined;
}

/** No limit: a number of cycles that no run reaches. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/** The corpus: the folder that `ASSASSYN_CORPUS` names, else `../shared/corpus` beside the repository; `undefined` where there is none. */
export function corpusFolder(): string | undefined {
  const folder = path.resolve(process.env["ASSASSYN_CORPUS"] ?? path.join("..", "shared", "corpus"));
  return existsSync(folder) ? folder : undefined;
}

const generated = (name: string, text: string): BenchDesign => ({
  name,
  load: () => systemOf(name.replace(/\W/g, "_"), text),
});

const example = (name: string): BenchDesign => ({ name, load: () => loadExample(name) });

function fromCorpus(name: string, design: string): BenchDesign {
  return {
    name,
    load() {
      const folder = corpusFolder();
      if (folder === undefined) return undefined;
      const found = readCorpus(folder, design).find((one) => one.name === design);
      if (found === undefined) return undefined;
      const { system } = importCorpusDesign(found, "exact");
      if (system === undefined) throw new Error(`${design} of the corpus cannot be imported`);
      return system;
    },
  };
}

/** All designs, small ones first. */
export const CATALOGUE: readonly BenchDesign[] = [
  generated("async-call", asyncCall(FOREVER)),
  generated("pipeline", pipeline(FOREVER)),
  generated("systolic 8", systolic(8, FOREVER)),
  generated("systolic 16", systolic(16, FOREVER)),
  generated("systolic 32", systolic(32, FOREVER)),
  generated("systolic 64", systolic(64, FOREVER)),
  generated("arithmetic", arithmetic(64, 2000, FOREVER)),
  example("riscv"),
  example("manycore"),
  fromCorpus("minor_cpu qsort", "examples/minor_cpu__qsort"),
  fromCorpus("minor_cpu multiply", "examples/minor_cpu__multiply"),
  fromCorpus("fft", "examples/fft"),
];

/** A design of the catalogue. @throws Error if there is none of that name. */
export function designOf(name: string): BenchDesign {
  const design = CATALOGUE.find((one) => one.name === name);
  if (design === undefined) {
    const names = CATALOGUE.map((one) => one.name).join(", ");
    throw new Error(`there is no design "${name}"; known: ${names}`);
  }
  return design;
}

/** Whether a design prints anything. */
export function hasLogs(system: System): boolean {
  return system.modules.some((module) => module?.operations.some((operation) => operation?.kind === "log"));
}

/** Modules of a design. */
export function moduleCount(system: System): number {
  return system.modules.filter((module) => module !== null).length;
}
