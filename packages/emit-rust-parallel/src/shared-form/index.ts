/** The shared form: all modules on one state of locks and atomics. */
import type { System } from "@assassyn/ir";
import type { OptimizationOptions, OutputFile } from "@assassyn/emit-core";
import { computeSchedule, isEnabled } from "@assassyn/emit-core";
import {
  crateFiles,
  modelDesign,
  moduleFile,
  runtimeFiles,
  shareBodies,
  shareStructs,
} from "@assassyn/emit-rust";
import { SharedForm } from "./protection.js";
import { sharedLayout, sharedShape } from "./shared-layout.js";
import { sharedStateFiles } from "./state-file.js";

/** Options of the shared form. */
export interface SharedFormOptions extends OptimizationOptions {
  /** What runs modules at once. Default `workers`. */
  readonly executor?: "workers" | "scope" | "rayon";
}

/**
 * The crate of a system with locks, atomics and owners but without clusters: the rungs of the ladder below `partition`. Functions of modules
 * take `&State`, or `&mut State` below the rung `self-signature`.
 *
 * @throws Error if the system has no parallel form or no module, if nothing protects an access, or if it lacks the forms
 * `operands-explicit` and `widths-legal`.
 */
export function emitSharedForm(system: System, options: SharedFormOptions = {}): OutputFile[] {
  const { concurrency } = system;
  if (concurrency === undefined)
    throw new Error(`system ${system.name} has no locks; run the pass lock-insertion first`);
  const schedule = computeSchedule(system, { commit: "deferred" });
  if (schedule.canonical.length === 0) throw new Error(`system ${system.name} has no module`);
  const plain = modelDesign(system, schedule);
  const form = new SharedForm(plain, concurrency);
  const design = isEnabled(options, "shared-bodies")
    ? shareStructs(plain, (model) => sharedShape(plain, form, model))
    : plain;
  const layout = sharedLayout(form, design);
  const bodies = shareBodies(design, layout);
  const files = [...new Set(design.groups.map(({ file }) => file))];
  const executor = options.executor ?? "workers";
  return [
    ...crateFiles(design),
    ...files.map((file) => moduleFile(design, layout, file, bodies)),
    ...sharedStateFiles(design, form, layout, bodies, executor),
    ...runtimeFiles({ rayon: executor === "rayon" }),
  ];
}
