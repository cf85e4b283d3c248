/** Registers, externs, `config`, and the heads of modules. */
import type {
  ArrayDeclaration,
  ExternDeclaration,
  Module,
  ModuleId,
  System,
  SystemConfig,
} from "@assassyn/ir";
import { DEFAULT_CONFIG, moduleIds, moduleOf, operationOf, portId, walk } from "@assassyn/ir";
import type { Globals } from "./globals.js";
import { raw } from "./names.js";
import { bareLiteral, typeName } from "./printed.js";
import { quote } from "./strings.js";

/** `config { … }` with what differs from the defaults; undefined if nothing does. */
export function printConfig(config: SystemConfig): string | undefined {
  const entries: string[] = [];
  if (config.cycles !== DEFAULT_CONFIG.cycles) entries.push(`cycles: ${config.cycles}`);
  if (config.idle !== DEFAULT_CONFIG.idle) entries.push(`idle: ${config.idle}`);
  if (config.fifoLimit !== DEFAULT_CONFIG.fifoLimit) entries.push(`fifo_limit: ${config.fifoLimit}`);
  if (config.parallel !== DEFAULT_CONFIG.parallel) entries.push(`parallel: ${config.parallel ? 1 : 0}`);
  if (config.threads !== DEFAULT_CONFIG.threads) entries.push(`threads: ${config.threads}`);
  if (config.log !== DEFAULT_CONFIG.log) entries.push(`log: ${quote(config.log)}`);
  return entries.length === 0 ? undefined : `config { ${entries.join(", ")} }`;
}

/** Arrays that are read and written without an index: those declared so and never accessed elsewhere than at 0. */
export function scalarArrays(system: System): ReadonlySet<number> {
  const scalars = new Set<number>();
  for (const [index, declaration] of system.arrays.entries())
    if (declaration?.scalar === true) scalars.add(index);
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    walk(module, (operation) => {
      if (operation.kind !== "array-read" && operation.kind !== "array-write") return;
      const index = operationOf(module, operation.index);
      if (index.kind !== "const" || index.value !== 0n) scalars.delete(operation.array);
    });
  }
  return scalars;
}

/** `reg name: T = …`. */
export function printRegister(name: string, declaration: ArrayDeclaration, scalar: boolean): string {
  const { type, size, fill, file } = declaration;
  const head = `reg ${name}: ${scalar ? typeName(type) : `[${typeName(type)}; ${size}]`}`;
  if (scalar) {
    const value = declaration.initial[0] ?? fill;
    return value === 0n ? head : `${head} = ${bareLiteral(value, type)}`;
  }
  // Behind the words of a file there are zeros.
  if (file !== undefined && fill === 0n) return `${head} = file(${quote(file)})`;
  let initial = declaration.initial.slice(0, size);
  while (initial.length > 0 && initial.at(-1) === fill) initial.pop();
  if (initial.length === 0) return fill === 0n ? head : `${head} = fill(${bareLiteral(fill, type)})`;
  if (fill !== 0n) initial = [...initial, ...Array.from({ length: size - initial.length }, () => fill)];
  return `${head} = [${initial.map((value) => bareLiteral(value, type)).join(", ")}]`;
}

/** `extern fn f(a: T) -> (b: U)`. */
export function printExtern(name: string, declaration: ExternDeclaration): string {
  return `extern fn ${name}(${printParameters(declaration.parameters)}) -> (${printParameters(declaration.results)})`;
}

function printParameters(parameters: ExternDeclaration["parameters"]): string {
  return parameters.map((parameter) => `${raw(parameter.name)}: ${typeName(parameter.type)}`).join(", ");
}

/** What stands in front of the `{` of a module. */
export function printHead(globals: Globals, id: ModuleId, module: Module): string {
  const name = globals.module(id);
  switch (module.kind) {
    case "driver":
      return name === "Driver" ? "driver" : `driver ${name}`;
    case "testbench":
      return name === "Testbench" ? "testbench" : `testbench ${name}`;
    case "downstream":
      return `downstream ${name}`;
    case "stage": {
      const ports = module.ports.map((port, index) => {
        const depth = port.depth === undefined ? "" : ` depth ${port.depth}`;
        return `${globals.port(id, portId(index))}: ${typeName(port.type)}${depth}`;
      });
      return `module ${name}(${ports.join(", ")})`;
    }
  }
}
