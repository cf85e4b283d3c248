/**
 * Designs in which modules of different clusters get in each other's way, and what each prints: for everything that runs designs on
 * several threads, and for the others, which must print the same.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { System } from "@assassyn/ir";
import { readOwnDesign } from "./own-designs.js";

/** What a simulator prints. */
export interface Printed {
  /** The log; after an idle stop also the line that says so. */
  readonly stdout: string;
  /** The line of the fault, or empty. */
  readonly stderr: string;
  /** 0, or 1 after a fault. */
  readonly status: number;
}

/** A design of `designs/conflicts`. */
export interface ConflictDesign {
  /** The design is `designs/conflicts/<name>.asyn`, its golden `<name>.expect.txt` beside it. */
  readonly name: string;
  /** Modules that the pass `partition` puts into as many different clusters as there are names, with its default options. */
  readonly apart: readonly string[];
  /** Whether the pass has downstreams run with the modules they use, or behind a second barrier. */
  readonly shape: "joined" | "split";
  /** Whether clusters write to each other. Modules that only stop do not. */
  readonly mail: boolean;
  /** What the design prints; the text of a golden that is missing is empty. */
  readonly golden: string;
}

const folder = fileURLToPath(new URL("../", import.meta.url));

const designs: readonly Omit<ConflictDesign, "golden">[] = [
  { name: "two-pushers", apart: ["left", "right", "last"], shape: "joined", mail: true },
  { name: "pusher-behind-stages", apart: ["early", "late"], shape: "split", mail: true },
  { name: "overflow", apart: ["sink", "source", "last"], shape: "joined", mail: true },
  {
    name: "finish-before-fault",
    apart: ["before", "first", "second", "after"],
    shape: "joined",
    mail: false,
  },
  {
    name: "fault-before-finish",
    apart: ["before", "first", "second", "after"],
    shape: "joined",
    mail: false,
  },
  { name: "two-finishes", apart: ["zero", "one", "two", "three"], shape: "joined", mail: false },
  { name: "downstream-stops", apart: ["faults", "finishes", "last"], shape: "joined", mail: false },
  { name: "late-fault-next-finish", apart: ["eager", "left", "right"], shape: "joined", mail: true },
  { name: "late-fault-next-log", apart: ["eager", "left", "right"], shape: "joined", mail: true },
  { name: "late-fault-next-fault", apart: ["eager", "left", "right"], shape: "joined", mail: true },
  { name: "two-writers", apart: ["first", "second", "third", "reader"], shape: "joined", mail: true },
  { name: "split-downstream", apart: ["a", "b", "c", "d"], shape: "split", mail: true },
  { name: "wide-values", apart: ["source", "other", "reader", "sink"], shape: "joined", mail: true },
  { name: "many-callers", apart: ["one", "two", "three", "counter"], shape: "joined", mail: true },
  { name: "idle-with-mail", apart: ["sink", "asleep", "waits", "silent"], shape: "joined", mail: true },
  { name: "limit-with-mail", apart: ["sink", "left", "right"], shape: "joined", mail: true },
  { name: "finish-with-mail", apart: ["stops", "sink", "goes_on"], shape: "joined", mail: true },
];

/** Where a golden stands. */
export const conflictGolden = (name: string): string => `${folder}designs/conflicts/${name}.expect.txt`;

/** Every design, in an order that begins with the simplest. */
export const conflictDesigns: readonly ConflictDesign[] = designs.map((design) => {
  const file = conflictGolden(design.name);
  return { ...design, golden: existsSync(file) ? readFileSync(file, "utf8") : "" };
});

/**
 * What was printed, as the goldens have it.
 *
 * @example expect(printGolden({ stdout, stderr, status: status ?? -1 })).toBe(design.golden)
 */
export function printGolden({ stdout, stderr, status }: Printed): string {
  return `exit status ${status}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
}

/**
 * Reads a design.
 *
 * @throws Error with the rendered diagnostics if there are any: the designs have neither errors nor warnings
 */
export function readConflictDesign(name: string): System {
  return readOwnDesign(`designs/conflicts/${name}.asyn`);
}
