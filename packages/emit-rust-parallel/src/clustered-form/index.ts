/** The clustered form: a state for each worker, mailboxes between clusters, one barrier a cycle or two. */
import type { ClusterId, Concurrency, ModuleId, System } from "@assassyn/ir";
import { clusterId } from "@assassyn/ir";
import type { OptimizationOptions, OutputFile } from "@assassyn/emit-core";
import { analyzeRanges, computeSchedule, isEnabled } from "@assassyn/emit-core";
import type { DesignModel, Layout } from "@assassyn/emit-rust";
import {
  countRuns,
  crateFiles,
  fastLayout,
  inlined,
  joinModules,
  modelDesign,
  moduleFile,
  runTogether,
  runtimeFiles,
  shapeOf,
  shareBodies,
  stateFiles,
} from "@assassyn/emit-rust";
import type { PushSites } from "./access.js";
import { ClusteredAccess } from "./access.js";
import { clustersFile } from "./clusters-file.js";
import { mailFile } from "./mail-file.js";
import { Wiring } from "./wiring.js";

/** Time of one unit of a cluster's cost, in nanoseconds: the constant of the pass `partition`. */
const UNIT_NANOSECONDS = 0.25;

/** Options of the clustered form. */
export interface ClusteredFormOptions extends OptimizationOptions {
  /** `deferred` is the older name of `without: ["immediate-commit"]`: every effect waits for the commit. */
  readonly commit?: "auto" | "deferred";
}

/**
 * The crate of a system that `partition` has cut into clusters: the sequential simulator as it is, which one thread runs, and for the modules
 * with effects that leave their cluster a second function that sends them by mail.
 *
 * @throws Error if the system has no clusters or no module, or lacks the forms `operands-explicit` and `widths-legal`.
 */
export function emitClusteredForm(system: System, options: ClusteredFormOptions = {}): OutputFile[] {
  const { concurrency } = system;
  if (concurrency === undefined || concurrency.clusters.length === 0)
    throw new Error(`system ${system.name} has no clusters; run the pass partition first`);
  const schedule = computeSchedule(system, {
    commit: options.commit !== "deferred" && isEnabled(options, "immediate-commit") ? "auto" : "deferred",
  });
  if (schedule.canonical.length === 0) throw new Error(`system ${system.name} has no module`);
  const wiring = new Wiring(system, clusterOf(concurrency));
  const plain = {
    ...modelDesign(system, schedule),
    ...(isEnabled(options, "range-analysis") ? { ranges: analyzeRanges(system) } : {}),
  };
  const shares = isEnabled(options, "shared-bodies");
  const joined = shares ? joinModules(plain, fastLayout, shapeOf) : plain;
  // One thread runs what the sequential target has, so it gets the same order.
  const written = shareBodies(joined, fastLayout);
  const ordered = shares ? runTogether(joined, written) : { design: joined, bodies: written };
  const { design } = ordered;
  const direct = isEnabled(options, "inlining")
    ? inlined(ordered.bodies, countRuns(design, ordered.bodies))
    : ordered.bodies;
  const mailField = freeField(design);
  const sites: PushSites = new Map();
  const mailing: Layout = {
    ...fastLayout,
    access: (of, module, references) => new ClusteredAccess(of, module, references, wiring, sites, mailField),
  };
  const senders = new Set(wiring.wires.map(({ mailbox }) => mailbox.writer));
  const sending = shareBodies(design, mailing, { modules: senders, suffix: "_mailing" });
  const bodies = [...direct, ...sending];
  const files = [...new Set(design.groups.map(({ file }) => file))];
  const clusters = clustersFile({
    design,
    layout: fastLayout,
    // A module that sends has its own body for it; the later entry counts.
    bodies,
    wiring,
    sites,
    mailField,
    clusters: concurrency.clusters.map(({ modules }) => modules),
    work: concurrency.clusters.map(({ cost }) => Math.round(cost * UNIT_NANOSECONDS)),
    split: concurrency.steps.filter(({ kind }) => kind === "barrier").length > 1,
  });
  return [
    ...crateFiles(design, ["clusters", "mail"]),
    ...files.map((file) => moduleFile(design, fastLayout, file, bodies)),
    ...stateFiles(design, fastLayout, direct, {
      fields: [{ name: mailField, type: "Option<Arc<Mail>>", initial: "None" }],
      items: [
        "const PARALLEL: bool = true;",
        "",
        "fn engine(options: &ParallelOptions) -> Option<Box<dyn Engine<Self>>> {",
        "    Some(Box::new(ClusterEngine::new(options)))",
        "}",
      ],
      imports: [["mail::Mail", /\bMail\b/]],
      paths: ["std::sync::Arc", "assassyn_runtime::parallel::{ClusterEngine, Engine, ParallelOptions}"],
    }),
    clusters,
    mailFile(wiring),
    ...runtimeFiles(),
  ];
}

function clusterOf(concurrency: Concurrency): Map<ModuleId, ClusterId> {
  return new Map(
    concurrency.clusters.flatMap(({ modules }, index) =>
      modules.map((module) => [module, clusterId(index)] as const),
    ),
  );
}

/** A name for the mailboxes that no module's field has. */
function freeField({ groups }: DesignModel): string {
  const taken = new Set(groups.map(({ field }) => field));
  let name = "mail";
  while (taken.has(name)) name += "_";
  return name;
}
