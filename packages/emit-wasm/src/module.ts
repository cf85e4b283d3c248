/** What the modules for one thread and for several have in common. */
import type { OptimizationOptions, Schedule } from "@assassyn/emit-core";
import type { Module, SimulationDescription, System } from "@assassyn/ir";
import { moduleIds, moduleOf, operationOf, parseType } from "@assassyn/ir";
import type { WasmModuleBuilder } from "./binary/module-builder.js";
import { I32 } from "./binary/opcodes.js";
import { PART_WEIGHT } from "./body-plan.js";
import type { EmitContext } from "./context.js";
import type { LogBuffer } from "./cycle.js";
import { CYCLE_RECORD } from "./cycle.js";
import { cellBytes, computeLayout } from "./layout.js";
import { buildGrow, buildStop } from "./runtime.js";
import type { Mail } from "./threads/mail.js";
import { limbCount } from "./values.js";
import { buildWideDivide } from "./wide-division.js";

/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65_536;
/** Bytes of the log buffer, unless one cycle can fill more than half of it. */
const LOG_BUFFER = 2 ** 18;

/** Options of any module. */
export interface ModuleOptions extends OptimizationOptions {
  /** Bytes of the log buffer; default 256 KiB. It is never smaller than one cycle needs. */
  readonly logBufferBytes?: number;
  /** Most operations of one function, roughly; default 1500. Larger bodies are cut, since engines optimise giant functions badly. */
  readonly functionSize?: number;
  /** Fewest modules that share a function when they do the same; default 8. */
  readonly shareFrom?: number;
  /** Fewest such stages that are passed over in groups while they are idle; default 64. */
  readonly groupFrom?: number;
}

/** What a module for several threads shares among them. */
export interface SharedParts {
  readonly mail: Mail;
  /** Address of a u64, the end of the heap. */
  readonly sharedHeap: number;
}

/** Lays out the state and declares imports and helpers. `stateEnd` is the end of the state itself, without scratch memory. */
export function beginModule(
  system: System,
  schedule: Schedule,
  builder: WasmModuleBuilder,
  options: ModuleOptions,
  { classes, facts, sites }: Pick<EmitContext, "classes" | "facts" | "sites">,
  shared?: SharedParts,
): { readonly context: EmitContext; readonly stateEnd: number } {
  const layout = computeLayout(system, schedule, classes.together);
  const stateEnd = layout.allocator.end;
  const externs = system.externs.map((declaration) =>
    declaration === null
      ? undefined
      : builder.importFunction(`extern_${declaration.name}`, { parameters: [I32, I32], result: I32 }),
  );
  const needs = scratchNeeds(system);
  const scratch = layout.allocator.take(Math.max(needs.externBytes, 3 * needs.divisionBytes), 8);
  const stop = buildStop(builder);
  const grow = buildGrow(builder, shared?.sharedHeap);
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
    optimizations: options,
    facts,
    classes,
    data: [],
    ...(shared === undefined ? {} : { mail: shared.mail }),
  };
  return { context, stateEnd };
}

/** Makes room for logs; undefined for a design that does not log. */
export function placeLogs({ layout, sites }: EmitContext, options: ModuleOptions): LogBuffer | undefined {
  const perCycle = CYCLE_RECORD + logBytes(sites.descriptions);
  if (perCycle === CYCLE_RECORD) return undefined;
  const size = Math.max(options.logBufferBytes ?? Math.max(LOG_BUFFER, 2 * perCycle), perCycle);
  const start = layout.allocator.take(size, 8);
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
