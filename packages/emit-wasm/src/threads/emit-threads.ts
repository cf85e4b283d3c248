/** The module for several threads of a system that is cut into clusters. */
import type { Schedule } from "@assassyn/emit-core";
import type {
  ClusterDescription,
  ClusterId,
  Concurrency,
  ModuleId,
  System,
  ThreadsDescription,
} from "@assassyn/ir";
import {
  arrayIds,
  clusterId,
  DESCRIPTION_VERSION,
  moduleIds,
  moduleOf,
  THREADS,
  THREADS_SECTION,
} from "@assassyn/ir";
import { ORIGIN_GLOBAL, I32, I64 } from "../binary/opcodes.js";
import { WasmModuleBuilder } from "../binary/module-builder.js";
import type { EmitContext } from "../context.js";
import type { Piece } from "../cycle.js";
import { arrayCommitPieces, downstreamPiece, emitPieces, moduleCommitPieces, stagePiece } from "../cycle.js";
import type { Layout } from "../layout.js";
import type { ModuleOptions } from "../module.js";
import { beginModule, PAGE, placeLogs } from "../module.js";
import { noClasses } from "../shared/classes.js";
import { buildBarrier } from "./barrier.js";
import { Mail } from "./mail.js";
import { receiveEffects, receiveValues, sendValues } from "./receive.js";
import type { ClusterFunctions } from "./work.js";
import { emitServe, emitWork } from "./work.js";

/** Time of one unit of a cluster's cost, in nanoseconds: the constant of the pass `partition`. */
const UNIT_NANOSECONDS = 0.25;
/** Where each copy starts must suit the largest cache lines. */
const APART = 128;

/**
 * The module for several threads, or undefined where there is nothing to share out: a system of fewer than two clusters.
 *
 * Each thread has a copy of the whole state, laid out as in the module for one thread, of which it keeps current what its modules look at.
 * Effects that leave a cluster go by mail; all else is as on one thread.
 */
export function emitThreads(
  system: System,
  schedule: Schedule,
  known: Pick<EmitContext, "classes" | "facts" | "sites">,
  options: ModuleOptions,
): Uint8Array | undefined {
  const { concurrency } = system;
  if (concurrency === undefined || concurrency.clusters.length < 2) return undefined;
  const clusterOf = new Map(
    concurrency.clusters.flatMap(({ modules }, index) =>
      modules.map((module) => [module, clusterId(index)] as const),
    ),
  );
  const mail = new Mail(system, clusterOf);
  const builder = new WasmModuleBuilder(true);
  if (builder.importGlobal("origin", I32) !== ORIGIN_GLOBAL)
    throw new Error("the origin is the first global");
  const clusterGlobal = builder.importGlobal("clusters", I64);
  const { context, stateEnd } = beginModule(
    system,
    schedule,
    builder,
    options,
    {
      ...known,
      // Code of its own for each module, but the layout that the module for one thread has.
      classes: { ...noClasses, together: known.classes.together },
    },
    {
      mail,
      sharedHeap: THREADS.heapTop,
    },
  );
  const { allocator } = context.layout;
  const clusters = concurrency.clusters.map(({ modules }, index) =>
    emitCluster(context, mail, clusterId(index), new Set(modules)),
  );
  const barrier = buildBarrier(builder, allocator.take(8, 4));
  const logs = placeLogs(context, options);
  const barriers = concurrency.steps.filter(({ kind }) => kind === "barrier").length;
  const work = builder.function({ parameters: [I32] });
  emitWork(work.body, { clusters, clusterGlobal, barrier, isSplit: barriers > 1, logs });
  const serve = builder.function({ parameters: [] });
  emitServe(serve.body, work.index);
  builder.export("work", work.index);
  builder.export("serve", serve.index);

  const copyBytes = Math.ceil(allocator.end / APART) * APART;
  const description: ThreadsDescription = {
    version: DESCRIPTION_VERSION,
    mailEnd: mail.end,
    copyBytes,
    stateEnd,
    logStart: logs?.start ?? allocator.end,
    barriers,
    clusters: describeClusters(system, concurrency, context.layout, mail),
  };
  builder.custom(THREADS_SECTION, new TextEncoder().encode(JSON.stringify(description)));
  return builder.encode(Math.ceil((mail.end + copyBytes) / PAGE), "shared");
}

function emitCluster(
  context: EmitContext,
  mail: Mail,
  cluster: ClusterId,
  modules: ReadonlySet<ModuleId>,
): ClusterFunctions {
  const { system, schedule } = context;
  const own = (ids: readonly ModuleId[]): ModuleId[] => ids.filter((id) => modules.has(id));
  const emit = (pieces: readonly Piece[]) => emitPieces(context, pieces);
  return {
    receiveEffects: emit(receiveEffects(context, mail, cluster)),
    stages: emit([
      ...own(schedule.stages).map((id) => stagePiece(context, id)),
      ...sendValues(context, mail, cluster),
    ]),
    receiveValues: emit(receiveValues(context, mail, cluster)),
    rest: emit([
      ...own(schedule.downstreams).map((id) => downstreamPiece(context, id)),
      ...own(moduleIds(system)).flatMap((id) => moduleCommitPieces(context, id)),
      ...arrayIds(system)
        .filter((id) => {
          // What several clusters touch comes by mail, so all who write this one are in the same cluster.
          const [writer] = schedule.arrays[id]?.writers ?? [];
          return (
            writer !== undefined &&
            modules.has(writer) &&
            mail.find({ kind: "array", array: id }, writer) === undefined
          );
        })
        .flatMap((id) => arrayCommitPieces(context, id)),
    ]),
  };
}

function describeClusters(
  system: System,
  { clusters, owned }: Concurrency,
  { extents }: Layout,
  mail: Mail,
): ClusterDescription[] {
  const numbers = new Map(moduleIds(system).map((id, index) => [id, index] as const));
  const homes = new Map<string, number>();
  clusters.forEach(({ modules }, index) => {
    for (const id of modules) homes.set(`module ${id}`, index);
  });
  for (const { location, owner } of owned)
    if (location.kind === "array" && owner.kind === "cluster")
      homes.set(`array ${location.array}`, owner.cluster);
  return clusters.map(({ modules, cost }, index): ClusterDescription => {
    const parts: [number, number][] = [];
    for (const { of, start, end } of extents) {
      const key = of.kind === "module" ? `module ${of.module}` : `array ${of.array}`;
      if ((homes.get(key) ?? 0) !== index) continue;
      const last = parts.at(-1);
      if (last?.[1] === start) last[1] = end;
      else parts.push([start, end]);
    }
    const id = clusterId(index);
    return {
      work: Math.round(cost * UNIT_NANOSECONDS),
      mail: mail.sentBy(id).length + mail.receivedBy(id).length,
      hasExterns: modules.some((module) =>
        moduleOf(system, module).operations.some((operation) => operation?.kind === "extern-call"),
      ),
      modules: modules.map((module) => numbers.get(module) ?? 0),
      parts,
    };
  });
}
