import { suggestNearest } from "@assassyn/diagnostics";
import type { Plugin } from "@assassyn/plugin-api";
import { refuseOption } from "../failure.js";
import { COMPILE_TARGETS } from "./targets.js";

/** Refuses a target that neither the command nor a plugin has. @throws CommandError */
export function checkTarget(target: string, plugins: readonly Plugin[]): void {
  const added = plugins.flatMap(({ emitters = [] }) => emitters.map((emitter) => emitter.target));
  const known: readonly string[] = [...COMPILE_TARGETS, ...added];
  if (known.includes(target)) return;
  const nearest = suggestNearest(target, known);
  const hint = nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
  refuseOption("--target", `there is no target "${target}"${hint}; known: ${known.join(", ")}`);
}
