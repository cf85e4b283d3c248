/** Checks everything about a system that a pass, a plugin or a file could break. */
import type { Diagnostic } from "@assassyn/diagnostics";
import { Breakages, verifyLoc } from "./breakages.js";
import type { Loc, Module, ModuleId, System } from "./ir.js";
import { moduleId } from "./ir.js";
import { irMessages } from "./messages.js";
import { canonicalOrder } from "./order.js";
import { verifyConcurrency } from "./verify-concurrency.js";
import { verifyModule } from "./verify-module.js";

/**
 * Every violated rule of the IR, in order of declaration, at most a hundred; empty for a well-formed system. Linear in the size of the system.
 *
 * @param options.modules check only these modules besides the declarations: those that a pass changed
 * @example verify(system).map((diagnostic) => diagnostic.code) // ["ir/dominance"]
 */
export function verify(
  system: System,
  options: { readonly modules?: Iterable<ModuleId> } = {},
): Diagnostic[] {
  const breakages = new Breakages(system);
  verifyDeclarations(system, breakages);
  const chosen = options.modules === undefined ? system.modules.keys() : options.modules;
  for (const index of chosen) {
    const module = system.modules[index];
    if (module != null && !breakages.full) verifyModule(system, moduleId(index), module, breakages);
  }
  // The order can be computed only where all references lead somewhere.
  if (breakages.diagnostics.length === 0) verifyOrder(system, breakages);
  return breakages.diagnostics;
}

function verifyOrder(system: System, breakages: Breakages): void {
  const order = canonicalOrder(system);
  if (order.kind === "ok") return;
  const names = order.modules.map((id) => system.modules[id]?.name ?? `#${id}`);
  const [first = "?"] = names;
  breakages.add(
    irMessages["downstream-loop"],
    "system",
    `each of these downstreams uses the next: ${[...names, first].join(" → ")}`,
  );
}

const positive = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

function verifyDeclarations(system: System, breakages: Breakages): void {
  const { config } = system;
  for (const key of ["cycles", "idle", "fifoLimit"] as const) {
    if (!positive(config[key]))
      breakages.add(irMessages.declaration, "config", `${key} is ${config[key]}, but at least 1 is needed`);
  }
  if (!Number.isSafeInteger(config.threads) || config.threads < 0) {
    breakages.add(
      irMessages.declaration,
      "config",
      `threads is ${config.threads}, but 0 or a number of threads is needed`,
    );
  }
  unique(system.arrays, "register", breakages);
  unique(system.externs, "extern", breakages);
  unique(system.modules, "module", breakages);
  for (const array of system.arrays) {
    if (array === null) continue;
    const what = `register ${array.name}`;
    const broken = (reason: string): void => breakages.add(irMessages.declaration, what, reason, array.loc);
    if (!positive(array.size)) broken(`its size is ${array.size}, but at least 1 is needed`);
    if (array.scalar && array.size !== 1)
      broken(`it has ${array.size} elements but is used without an index`);
    if (array.initial.length > array.size)
      broken(`it has ${array.size} elements but ${array.initial.length} initial values`);
    const limit = 1n << BigInt(array.type.width);
    const wrong = array.initial.findIndex((value) => value < 0n || value >= limit);
    if (wrong >= 0) broken(`initial value ${wrong} does not fit ${array.type.width} bits`);
    if (array.fill < 0n || array.fill >= limit) broken(`its fill does not fit ${array.type.width} bits`);
    verifyLoc(system, array.loc, what, breakages);
  }
  for (const extern of system.externs) {
    if (extern === null) continue;
    if (extern.results.length === 0)
      breakages.add(irMessages.declaration, `extern ${extern.name}`, "it has no result", extern.loc);
    verifyLoc(system, extern.loc, `extern ${extern.name}`, breakages);
  }
  for (const module of system.modules) if (module !== null) verifyHeader(system, module, breakages);
  verifyConcurrency(system, breakages);
}

function verifyHeader(system: System, module: Module, breakages: Breakages): void {
  const what = `module ${module.name}`;
  verifyLoc(system, module.loc, what, breakages);
  unique(module.ports, `port of ${module.name}`, breakages);
  unique(module.exposed, `exposed value of ${module.name}`, breakages);
  if (module.ports.length > 0 && module.kind !== "stage") {
    breakages.add(irMessages.kind, what, `a ${module.kind} has no FIFO ports`, module.loc);
  }
  for (const port of module.ports) {
    verifyLoc(system, port.loc, `port ${module.name}.${port.name}`, breakages);
    if (port.depth === undefined || (Number.isSafeInteger(port.depth) && port.depth >= 1)) continue;
    breakages.add(
      irMessages.declaration,
      `port ${module.name}.${port.name}`,
      `its depth is ${port.depth}, but at least 1 is needed`,
      port.loc,
    );
  }
}

function unique(
  entries: readonly ({ readonly name: string; readonly loc?: Loc } | null)[],
  what: string,
  breakages: Breakages,
): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (entry === null) continue;
    if (seen.has(entry.name))
      breakages.add(irMessages.declaration, `${what} ${entry.name}`, "the name is used twice", entry.loc);
    seen.add(entry.name);
  }
}
