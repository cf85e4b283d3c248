import type { ScheduleOptions } from "@assassyn/emit-core";
import { computeSchedule } from "@assassyn/emit-core";
import type { Module, SimulationDescription, System } from "@assassyn/ir";
import { DESCRIPTION_SECTION, moduleIds, moduleOf, operationOf, parseType } from "@assassyn/ir";
import { I32 } from "./binary/opcodes.js";
import { WasmModuleBuilder } from "./binary/module-builder.js";
import { PART_WEIGHT } from "./body-plan.js";
import type { EmitContext } from "./context.js";
import type { LogBuffer } from "./cycle.js";
import { CYCLE_RECORD, emitCycleFunctions, emitRun } from "./cycle.js";
import { describeSystem } from "./describe.js";
import { emitInitialState } from "./initial-data.js";
import { cellBytes, computeLayout } from "./layout.js";
import { buildGrow, buildRepeat, buildStop } from "./runtime.js";
import { collectSites } from "./sites.js";
import { limbCount } from "./values.js";
import { buildWideDivide } from "./wide-division.js";
import { emitClear } from "./clear.js";

const PAGE = 65_536;
/** Bytes of the log buffer, unless one cycle can fill more than half of it. */
const LOG_BUFFER = 2 ** 18;

/** Options of {@link emitWasm}. */
export interface WasmOptions {
  /** `deferred`: every effect waits for the end of the cycle. Slower, equal in all that can be observed; for tests. Default `auto`. */
  readonly commit?: ScheduleOptions["commit"];
  /** Bytes of the log buffer; default 256 KiB. It is never smaller than one cycle needs. */
  readonly logBufferBytes?: number;
  /** Most operations of one function, roughly; default 1500. Larger bodies are cut, since engines optimise giant functions badly. */
  readonly functionSize?: number;
}

/** A compiled simulation. */
export interface WasmOutput {
  /** The module. It holds the description too, so it can be loaded alone. */
  readonly wasm: Uint8Array;
  readonly description: SimulationDescription;
}

/**
 * Compiles a verified system in the forms `operands-explicit` and `widths-legal` to WebAssembly.
 *
 * @throws StateTooLarge if the state does not fit the 4 GiB that a module can address.
 * @throws Error if the system does not have those forms.
 * @example
 * const { wasm } = emitWasm(system);
 * const simulation = await load(wasm); // @assassyn/simulator
 */
export function emitWasm(system: System, options: WasmOptions = {}): WasmOutput {
  const schedule = computeSchedule(system, { commit: options.commit ?? "auto" });
  const layout = computeLayout(system, schedule);
  const sites = collectSites(system, schedule);
  const builder = new WasmModuleBuilder();
  const externs = system.externs.map((declaration) =>
    declaration === null
      ? undefined
      : builder.importFunction(`extern_${declaration.name}`, { parameters: [I32, I32], result: I32 }),
  );
  const needs = scratchNeeds(system);
  const scratch = layout.allocator.take(Math.max(needs.externBytes, 3 * needs.divisionBytes), 8);
  const stop = buildStop(builder);
  const grow = buildGrow(builder);
  const repeat = buildRepeat(builder);
  const divide =
    needs.divisionBytes === 0 ? undefined : buildWideDivide(builder, scratch, needs.divisionBytes);
  const context: EmitContext = {
    system,
    schedule,
    layout,
    sites,
    builder,
    functions: { stop, grow, divide, externs },
    scratch,
    scratchStride: needs.divisionBytes,
    partWeight: options.functionSize ?? PART_WEIGHT,
  };
  const cycleFunctions = emitCycleFunctions(context);

  const stateEnd = layout.allocator.end;
  const perCycle = CYCLE_RECORD + logBytes(sites.descriptions);
  const logs: LogBuffer | undefined =
    perCycle === CYCLE_RECORD ? undefined : placeLogs(layout.allocator, perCycle, options);
  const heapStart = layout.allocator.take(0, 8);
  const run = builder.function({ parameters: [I32], result: I32 });
  emitRun(run.body, cycleFunctions, logs);
  const initialize = builder.function({ parameters: [] });
  emitInitialState(initialize.body, builder, repeat, system, layout, heapStart);
  const reset = builder.function({ parameters: [] });
  emitClear(reset.body, stateEnd, initialize.index);
  builder.start(initialize.index);
  builder.export("run", run.index);
  builder.export("reset", reset.index);

  const memory = { stateEnd, logStart: logs?.start ?? heapStart, heapStart };
  const description = describeSystem(system, layout, sites, memory);
  builder.custom(DESCRIPTION_SECTION, new TextEncoder().encode(JSON.stringify(description)));
  return { wasm: builder.encode(Math.ceil(heapStart / PAGE)), description };
}

function placeLogs(
  allocator: { take(bytes: number, align: number): number },
  perCycle: number,
  options: WasmOptions,
): LogBuffer {
  const size = Math.max(options.logBufferBytes ?? Math.max(LOG_BUFFER, 2 * perCycle), perCycle);
  const start = allocator.take(size, 8);
  return { start, end: start + size, perCycle };
}

/** Most bytes that the logs of one cycle take: each site runs at most once. */
function logBytes(sites: SimulationDescription["sites"]): number {
  let sum = 0;
  for (const site of sites) {
    if (site.kind !== "log") continue;
    sum += 4;
    for (const text of site.types) {
      const width = parseType(text)?.width ?? 0;
      sum += width <= 32 ? 4 : 8 * limbCount(width);
    }
  }
  return sum;
}

/** What wide divisions and extern functions need of scratch memory. */
function scratchNeeds(system: System): { readonly divisionBytes: number; readonly externBytes: number } {
  let divisionBytes = 0;
  for (const id of moduleIds(system)) {
    const module: Module = moduleOf(system, id);
    for (const operation of module.operations) {
      if (operation?.kind !== "binary" || (operation.operator !== "div" && operation.operator !== "rem"))
        continue;
      const { type } = operationOf(module, operation.left);
      if (type !== null && type.width > 64) divisionBytes = Math.max(divisionBytes, cellBytes(type));
    }
  }
  let externBytes = 0;
  for (const declaration of system.externs) {
    if (declaration === null) continue;
    const parameterLimbs = declaration.parameters.reduce(
      (total, { type }) => total + limbCount(type.width),
      0,
    );
    const resultWidth = declaration.results.reduce((total, { type }) => total + type.width, 0);
    externBytes = Math.max(externBytes, 8 * parameterLimbs, 8 * limbCount(resultWidth));
  }
  return { divisionBytes, externBytes };
}
