/**
 * Designs with gaps in which nothing happens, and what each prints: a simulator that passes over idle cycles must stop where one does
 * that runs them all.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { System } from "@assassyn/ir";
import { readOwnDesign } from "./own-designs.js";

/** A design of `designs/idle`. */
export interface IdleDesign {
  /** The design is `designs/idle/<name>.asyn`, its golden `<name>.expect.txt` beside it. */
  readonly name: string;
  /** Whether `analyzeIdle` is known to find the gaps. */
  readonly gaps: boolean;
  /** What the design prints; the text of a golden that is missing is empty. */
  readonly golden: string;
}

const folder = fileURLToPath(new URL("../designs/idle/", import.meta.url));

const designs: readonly Omit<IdleDesign, "golden">[] = [
  { name: "waiting-driver", gaps: true },
  { name: "long-gaps", gaps: true },
  { name: "idle-in-gap", gaps: true },
  { name: "idle-just-missed", gaps: true },
  { name: "limit-in-gap", gaps: true },
  { name: "limit-and-idle", gaps: true },
  { name: "fault-behind-gap", gaps: true },
  { name: "index-behind-gap", gaps: false },
  { name: "division-behind-gap", gaps: true },
  { name: "gap-with-downstream", gaps: true },
  { name: "absent-behind-gap", gaps: true },
  { name: "waiting-stages", gaps: true },
  { name: "effects-before-wait", gaps: true },
  { name: "conditions", gaps: true },
  { name: "unknown-conditions", gaps: false },
  { name: "finish-behind-gap", gaps: true },
  { name: "never-again", gaps: true },
];

/** Where a golden stands. */
export const idleGolden = (name: string): string => `${folder}${name}.expect.txt`;

/** Every design, in an order that begins with the simplest. */
export const idleDesigns: readonly IdleDesign[] = designs.map((design) => {
  const file = idleGolden(design.name);
  return { ...design, golden: existsSync(file) ? readFileSync(file, "utf8") : "" };
});

/**
 * Reads a design.
 *
 * @throws Error with the rendered diagnostics if there are any: the designs have neither errors nor warnings
 */
export function readIdleDesign(name: string): System {
  return readOwnDesign(`designs/idle/${name}.asyn`);
}
