import type { System } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { computeSchedule, isEnabled } from "@assassyn/emit-core";
import {
  runtimeFiles,
  crateFiles,
  fastLayout,
  shapeOf,
  modelDesign,
  shareStructs,
  moduleFile,
  shareBodies,
  stateFiles,
} from "@assassyn/emit-rust";
import { classicLayout } from "./classic-layout.js";
import type { RustSequentialOptions } from "./options.js";

/**
 * The sequential Rust simulator of a system as the files of a crate: a library and a binary, with the runtime's source beside them, so that
 * `cargo build --release --offline` needs nothing else. The system has the forms `operands-explicit` and `widths-legal`.
 *
 * @throws Error if the system lacks one of those forms, has no module, or its downstreams form a loop.
 * @example
 * for (const { path, text } of emitRustSequential(system)) files.set(path, text);
 */
export function emitRustSequential(system: System, options: RustSequentialOptions = {}): OutputFile[] {
  const classic = options.layout === "classic";
  const layout = classic ? classicLayout : fastLayout;
  const schedule = computeSchedule(system, {
    commit:
      !classic && options.commit !== "deferred" && isEnabled(options, "immediate-commit")
        ? "auto"
        : "deferred",
  });
  if (schedule.canonical.length === 0) throw new Error(`system ${system.name} has no module`);
  const plain = modelDesign(system, schedule);
  const shares = !classic && isEnabled(options, "shared-bodies");
  const design = !shares ? plain : shareStructs(plain, (model) => shapeOf(plain, model));
  const bodies = shareBodies(design, layout);
  const files = [...new Set(design.groups.map(({ file }) => file))];
  return [
    ...crateFiles(design),
    ...files.map((file) => moduleFile(design, layout, file, bodies)),
    ...stateFiles(design, layout, bodies),
    ...runtimeFiles(),
  ];
}
