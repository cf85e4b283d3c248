import type { ScheduleOptions } from "@assassyn/emit-core";
import { computeSchedule, isEnabled } from "@assassyn/emit-core";
import type { SimulationDescription, System } from "@assassyn/ir";
import { DESCRIPTION_SECTION, THREADS_SECTION } from "@assassyn/ir";
import { I32 } from "./binary/opcodes.js";
import { WasmModuleBuilder } from "./binary/module-builder.js";
import { emitClear } from "./clear.js";
import { emitCycleFunctions, emitRun } from "./cycle.js";
import { describeSystem } from "./describe.js";
import { emitInitialState } from "./initial-data.js";
import type { EmitContext } from "./context.js";
import { findIdlePlan, Idle } from "./idle.js";
import { findFacts } from "./facts.js";
import { computeLayout } from "./layout.js";
import type { ModuleOptions } from "./module.js";
import { beginModule, PAGE, placeLogs } from "./module.js";
import { buildRepeat } from "./runtime.js";
import { batchStages, findClasses, noClasses } from "./shared/classes.js";
import { collectSites } from "./sites.js";
import { emitThreads } from "./threads/emit-threads.js";

/** Default of {@link ModuleOptions.shareFrom}. */
const SHARE_FROM = 8;
/** Default of {@link ModuleOptions.groupFrom}. */
const GROUP_FROM = 64;

/** Options of {@link emitWasm}. */
export interface WasmOptions extends ModuleOptions {
  /**
   * `deferred`: every effect waits for the end of the cycle. Slower, equal in all that can be observed; for tests. The older name of
   * leaving out `immediate-commit`. Default `auto`.
   */
  readonly commit?: ScheduleOptions["commit"];
}

/** A compiled simulation. */
export interface WasmOutput {
  /** The module. It holds the description too, so it can be loaded alone. */
  readonly wasm: Uint8Array;
  readonly description: SimulationDescription;
}

/**
 * Compiles a verified system in the forms `operands-explicit` and `widths-legal` to WebAssembly. Where the system is cut into clusters, the
 * module holds a second one, for several threads; a host that knows of none, or wants one thread, never looks at it.
 *
 * @throws StateTooLarge if the state does not fit the 4 GiB that a module can address.
 * @throws Error if the system does not have those forms.
 * @example
 * const { wasm } = emitWasm(system);
 * const simulation = await load(wasm); // @assassyn/simulator
 */
export function emitWasm(system: System, options: WasmOptions = {}): WasmOutput {
  const isDeferred = options.commit === "deferred" || !isEnabled(options, "immediate-commit");
  const planned = computeSchedule(system, { commit: isDeferred ? "deferred" : "auto" });
  const facts = findFacts(system, planned, isEnabled(options, "range-analysis"));
  const idlePlan = isEnabled(options, "idle-skipping") ? findIdlePlan(system, facts.ranges) : undefined;
  // The order in which stages run changes neither canonical order nor what can print or fault.
  const sites = collectSites(system, planned);
  const classes = isEnabled(options, "shared-bodies")
    ? findClasses(
        {
          system,
          schedule: planned,
          facts,
          idlePlan,
          layout: computeLayout(system, planned),
          sites,
        },
        {
          forSharing: options.shareFrom ?? SHARE_FROM,
          forGroups: isEnabled(options, "activity-skipping") ? (options.groupFrom ?? GROUP_FROM) : Infinity,
        },
      )
    : noClasses;
  const schedule = batchStages(system, planned, classes);
  const builder = new WasmModuleBuilder();
  const { context: plain } = beginModule(system, schedule, builder, options, { classes, facts, sites });
  const { layout } = plain;
  const context: EmitContext = {
    ...plain,
    idle: idlePlan && new Idle(idlePlan, layout.allocator, plain.data),
  };
  const repeat = buildRepeat(builder);
  const cycleFunctions = emitCycleFunctions(context);

  const stateEnd = layout.allocator.end;
  const logs = placeLogs(context, options);
  const heapStart = layout.allocator.take(0, 8);
  const run = builder.function({ parameters: [I32], result: I32 });
  emitRun(run.body, context, cycleFunctions, logs);
  const initialize = builder.function({ parameters: [] });
  emitInitialState(initialize.body, builder, repeat, system, layout, heapStart, context.data);
  const reset = builder.function({ parameters: [] });
  emitClear(reset.body, stateEnd, initialize.index);
  builder.start(initialize.index);
  builder.export("run", run.index);
  builder.export("reset", reset.index);

  const memory = { stateEnd, logStart: logs?.start ?? heapStart, heapStart };
  const description = describeSystem(system, layout, sites, memory);
  builder.custom(DESCRIPTION_SECTION, new TextEncoder().encode(JSON.stringify(description)));
  const threads = emitThreads(system, schedule, { classes, facts, sites }, options);
  if (threads !== undefined) builder.custom(THREADS_SECTION, threads);
  return { wasm: builder.encode(Math.ceil(heapStart / PAGE)), description };
}
