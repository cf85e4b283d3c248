import type { System } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { analyzeIdle, analyzeRanges, computeSchedule, isEnabled } from "@assassyn/emit-core";
import type { Body, DesignModel, Layout, OrderedBodies } from "@assassyn/emit-rust";
import {
  FLAGGED_MEMBERS,
  runtimeFiles,
  crateFiles,
  fastLayout,
  countRuns,
  inlined,
  runTogether,
  withoutTexts,
  joinModules,
  shapeOf,
  modelDesign,
  moduleFile,
  shareBodies,
  stateFiles,
  tableFiles,
} from "@assassyn/emit-rust";
import { classicLayout } from "./classic-layout.js";
import type { RustSequentialOptions } from "./options.js";

/** The layout `fast` with tables in files of their own. */
const apartLayout: Layout = { ...fastLayout, tablesApart: true };

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
  const layout = classic ? classicLayout : apartLayout;
  const immediate = !classic && options.commit !== "deferred" && isEnabled(options, "immediate-commit");
  const schedule = computeSchedule(system, { commit: immediate ? "auto" : "deferred" });
  if (schedule.canonical.length === 0) throw new Error(`system ${system.name} has no module`);
  const plain = {
    ...modelDesign(system, schedule),
    ...(classic ? {} : analyses(system, options)),
    ...(!classic && isEnabled(options, "activity-skipping")
      ? { flaggedMembers: options.flaggedMembers ?? FLAGGED_MEMBERS }
      : {}),
  };
  const shares = !classic && isEnabled(options, "shared-bodies");
  const design = shares ? joinModules(plain, layout, shapeOf) : plain;
  const ordered = order(design, shareBodies(design, layout), options, classic);
  return crate(ordered.design, ordered.bodies, layout);
}

/** What is known of the system, as far as the options ask for it. */
function analyses(system: System, options: RustSequentialOptions): Pick<DesignModel, "ranges" | "idle"> {
  const wantsRanges = isEnabled(options, "range-analysis");
  const wantsIdle = isEnabled(options, "idle-skipping");
  if (!wantsRanges && !wantsIdle) return {};
  const ranges = analyzeRanges(system);
  const idle = wantsIdle ? analyzeIdle(system, ranges) : undefined;
  return {
    ...(wantsRanges ? { ranges } : {}),
    ...(idle?.kind === "plan" ? { idle: idle.plan } : {}),
  };
}

/** Puts bodies in order, and into the cycle, as the options have it. */
function order(
  design: DesignModel,
  bodies: readonly Body[],
  options: RustSequentialOptions,
  classic: boolean,
): OrderedBodies {
  if (classic) return { design, bodies };
  const ordered = isEnabled(options, "shared-bodies") ? runTogether(design, bodies) : { design, bodies };
  if (!isEnabled(options, "inlining")) return ordered;
  return { ...ordered, bodies: inlined(ordered.bodies, countRuns(ordered.design, ordered.bodies)) };
}

function crate(design: DesignModel, bodies: readonly Body[], layout: Layout): OutputFile[] {
  const files = [...new Set(design.groups.map(({ file }) => file))];
  const apart = layout.tablesApart === true;
  const modules = files.map((file) => moduleFile(design, layout, file, bodies));
  const mentioned = new Set(
    modules.flatMap(({ text }) => withoutTexts(text).match(/\b[A-Z][A-Z0-9_]*\b/g) ?? []),
  );
  return [
    ...crateFiles(design, apart ? ["links", "sites"] : [], apart ? mentioned : undefined),
    ...modules,
    ...(apart ? tableFiles(design, bodies) : []),
    ...stateFiles(design, layout, bodies),
    ...runtimeFiles(),
  ];
}
