/**
 * Prints the IR text. It looks like the source language with every type written out and every operation numbered by its place in the
 * arena; {@link parseSystem} reads back the identical system. Left out because they are implied: the location `@0:1:1`, an empty `else`,
 * a fill of 0, deleted operations (except at the end of an arena, which `arena N` shows).
 *
 * @example
 * ir 1
 * system async_call {
 *   file "async-call.asyn"
 *   config { cycles: 200, idle: 50, fifo_limit: 16777216, parallel: false, threads: 0, log: located }
 *   reg cnt: i32 @0:3:3
 *   module adder @0:5:3 {
 *     port a: i32 @0:5:16
 *     %0 a: i32 = pop(a) @0:6:10
 *     %1: i32 = 1 @0:7:17
 *     %2 c: i32 = %0 + %1 @0:7:13
 *     %3 log("{} + 1 = {}", %0, %2) @0:8:5
 *   }
 * }
 */
import type {
  ArrayDeclaration,
  ExternDeclaration,
  Loc,
  Module,
  ModuleId,
  Operation,
  OpId,
  Region,
  System,
} from "./ir.js";
import type { Concurrency, Location, OwnedLocation, Step } from "./concurrency.js";
import { IR_VERSION, moduleId, opId } from "./ir.js";
import type { LogPiece } from "./format.js";
import { parseFormat, printFormat } from "./format.js";
import { assertNever } from "./operations.js";
import { MODULE_KEYWORD, OPERATOR_TEXT, printName, printOrigin, ReferenceNames } from "./text-notation.js";
import { printType } from "./types.js";

const VALUES_PER_LINE = 16;

/** The whole system as IR text, with a line break at the end. */
export function printSystem(system: System): string {
  const names = new ReferenceNames(system);
  const lines = declarationLines(system, names);
  system.modules.forEach((module, index) => {
    lines.push("");
    if (module === null) lines.push("  deleted module");
    else new ModulePrinter(names, module, moduleId(index), lines).print();
  });
  lines.push("}", "");
  return lines.join("\n");
}

/** Everything in front of the modules. */
function declarationLines(system: System, names: ReferenceNames): string[] {
  const { config } = system;
  const lines: string[] = [`ir ${IR_VERSION}`, `system ${printName(system.name)} {`];
  for (const file of system.files) lines.push(`  file ${JSON.stringify(file)}`);
  lines.push(
    `  config { cycles: ${config.cycles}, idle: ${config.idle}, fifo_limit: ${config.fifoLimit}, parallel: ${config.parallel}, ` +
      `threads: ${config.threads}, log: ${config.log} }`,
  );
  for (const array of system.arrays) lines.push(array === null ? "  deleted reg" : printArray(array));
  for (const extern of system.externs) lines.push(extern === null ? "  deleted extern" : printExtern(extern));
  if (system.concurrency !== undefined) lines.push("", ...concurrencyLines(system.concurrency, names));
  return lines;
}

/** One module as it stands in {@link printSystem}, without indentation lost; for diffs and dumps. */
export function printModule(system: System, id: ModuleId): string {
  const module = system.modules[id];
  if (module == null) return "  deleted module\n";
  const lines: string[] = [];
  new ModulePrinter(new ReferenceNames(system), module, id, lines).print();
  return lines.join("\n") + "\n";
}

/** Files, config, arrays, externs and the parallel form as they stand in {@link printSystem}: what {@link printModule} leaves out. */
export function printDeclarations(system: System): string {
  return [...declarationLines(system, new ReferenceNames(system)), "}", ""].join("\n");
}

const because = (reason: string): string => (reason === "" ? "" : ` because ${JSON.stringify(reason)}`);

/** Everything about threads, a line an entry. */
function concurrencyLines(concurrency: Concurrency, names: ReferenceNames): string[] {
  const modules = (ids: readonly ModuleId[]): string => ids.map((id) => names.module(id)).join(", ");
  const owner = (of: OwnedLocation["owner"]): string =>
    of.kind === "module" ? names.module(of.module) : `cluster ${of.cluster}`;
  const step = (of: Step): string => {
    if (of.kind === "run") return `run ${modules(of.modules)}`;
    return of.kind === "receive" ? `receive ${of.mail}` : of.kind;
  };
  return [
    `receiver ${concurrency.receiver}`,
    ...concurrency.locks.map((lock) =>
      lock === null
        ? "deleted lock"
        : `lock ${printName(lock.name)}: ${lock.type} for ${names.location(lock.location)}${because(lock.reason)}`,
    ),
    ...concurrency.atomics.map((entry) => `atomic ${names.location(entry.location)}${because(entry.reason)}`),
    ...concurrency.owned.map(
      (entry) => `owned ${names.location(entry.location)} by ${owner(entry.owner)}${because(entry.reason)}`,
    ),
    ...concurrency.clusters.map(
      (cluster, index) => `cluster ${index} cost ${cluster.cost}: ${modules(cluster.modules)}`,
    ),
    ...concurrency.mailboxes.map(
      (box) =>
        `mailbox ${names.location(box.location)} from ${names.module(box.writer)} to ${box.to.join(", ")}`,
    ),
    ...concurrency.steps.map((entry) => `step ${step(entry)}`),
  ].map((line) => `  ${line}`);
}

function location(loc: Loc): string {
  return loc.file === 0 && loc.line === 1 && loc.column === 1
    ? ""
    : ` @${loc.file}:${loc.line}:${loc.column}`;
}

/** Small numbers in decimal, patterns in hexadecimal. */
function number(value: bigint): string {
  return value < 1024n ? value.toString() : `0x${value.toString(16)}`;
}

function printArray(array: ArrayDeclaration): string {
  const element = printType(array.type);
  let text = `  reg ${printName(array.name)}: `;
  text += array.scalar && array.size === 1 ? element : `[${element}; ${array.size}]`;
  if (array.scalar && array.size !== 1) text += " scalar";
  if (array.file !== undefined) text += ` from ${JSON.stringify(array.file)}`;
  const { initial } = array;
  if (initial.length > 0 && initial.length <= VALUES_PER_LINE)
    text += ` = [${initial.map(number).join(", ")}]`;
  if (initial.length > VALUES_PER_LINE) {
    text += " = [\n";
    for (let at = 0; at < initial.length; at += VALUES_PER_LINE) {
      const line = initial.slice(at, at + VALUES_PER_LINE).map((value) => `0x${value.toString(16)}`);
      text += `    ${line.join(", ")},\n`;
    }
    text += "  ]";
  }
  if (array.fill !== 0n) text += ` fill ${number(array.fill)}`;
  return text + location(array.loc);
}

const list = (entries: ExternDeclaration["parameters"]): string =>
  entries.map((entry) => `${printName(entry.name)}: ${printType(entry.type)}`).join(", ");

function printExtern(extern: ExternDeclaration): string {
  return `  extern ${printName(extern.name)}(${list(extern.parameters)}) -> (${list(extern.results)})${location(extern.loc)}`;
}

const value = (id: OpId): string => `%${id}`;
const values = (ids: readonly OpId[]): string => ids.map(value).join(", ");

/** Prints one module; robust against broken ones, which the verifier reports with this text. */
class ModulePrinter {
  readonly #names: ReferenceNames;
  readonly #module: Module;
  readonly #id: ModuleId;
  readonly #lines: string[];
  readonly #printed: boolean[] = [];

  constructor(names: ReferenceNames, module: Module, id: ModuleId, lines: string[]) {
    this.#names = names;
    this.#module = module;
    this.#id = id;
    this.#lines = lines;
  }

  print(): void {
    const module = this.#module;
    const lines = this.#lines;
    const of = module.source === module.name ? "" : ` of ${printName(module.source)}`;
    lines.push(`  ${MODULE_KEYWORD[module.kind]} ${printName(module.name)}${of}${location(module.loc)} {`);
    for (const port of module.ports) {
      const depth = port.depth === undefined ? "" : ` depth ${port.depth}`;
      lines.push(`    port ${printName(port.name)}: ${printType(port.type)}${depth}${location(port.loc)}`);
    }
    for (const slot of module.exposed)
      lines.push(`    exposes ${printName(slot.name)}: ${printType(slot.type)}`);
    if (module.commits !== undefined)
      lines.push(`    commits ${module.commits.map((lock) => this.#names.lock(lock)).join(", ")}`.trimEnd());
    if (module.operations.at(-1) === null) lines.push(`    arena ${module.operations.length}`);
    this.#region(module.body, "    ");
    this.#detached();
    lines.push("  }");
  }

  #region(region: Region, indent: string): void {
    for (const id of region.operations) this.#operation(id, indent);
    if (region.result !== undefined) this.#lines.push(`${indent}yield %${region.result}`);
  }

  /** Operations outside the body are a defect, but they must not vanish from a dump. */
  #detached(): void {
    const { operations } = this.#module;
    const children = new Set<number>();
    const left: OpId[] = [];
    operations.forEach((operation, index) => {
      if (operation === null || this.#printed[index] === true) return;
      left.push(opId(index));
      if (operation.kind !== "if") return;
      for (const child of [...operation.then.operations, ...operation.else.operations]) children.add(child);
    });
    const roots = left.filter((id) => !children.has(id));
    if (roots.length === 0) return;
    this.#lines.push("    detached {");
    for (const id of roots) this.#operation(id, "      ");
    this.#lines.push("    }");
  }

  #operation(id: OpId, indent: string): void {
    const operation = this.#module.operations[id];
    if (operation == null) {
      this.#lines.push(`${indent}// %${id} stands here, but is deleted`);
      return;
    }
    if (this.#printed[id] === true) {
      this.#lines.push(`${indent}// %${id} stands here a second time`);
      return;
    }
    this.#printed[id] = true;
    const origin = operation.origin === undefined ? "" : ` by ${printOrigin(operation.origin)}`;
    const suffix = location(operation.loc) + origin;
    const line = `${indent}${operationLine(this.#names, this.#id, id, operation)}${suffix}`;
    if (operation.kind !== "if") {
      this.#lines.push(line);
      return;
    }
    this.#lines.push(`${line} {`);
    this.#region(operation.then, indent + "  ");
    if (operation.else.operations.length > 0 || operation.else.result !== undefined) {
      this.#lines.push(`${indent}} else {`);
      this.#region(operation.else, indent + "  ");
    }
    this.#lines.push(`${indent}}`);
  }
}

/** An operation with id, name and type, without location and origin; of an `if` only its condition. */
function operationLine(names: ReferenceNames, owner: ModuleId, id: OpId, operation: Operation): string {
  let head = `%${id}`;
  if (operation.type !== null || operation.name !== undefined) {
    if (operation.name !== undefined) head += ` ${printName(operation.name)}`;
    head += `: ${operation.type === null ? "none" : printType(operation.type)} =`;
  }
  return `${head} ${operationText(names, owner, operation)}`;
}

/**
 * Prints single operations of a system as they stand in {@link printSystem}, without location and origin; of an `if` only its condition.
 *
 * @returns a function from an operation and the module it stands in; `%9 // deleted` where there is none
 * @example operationPrinter(system)(moduleId(0), opId(2)); // "%2 c: i32 = %0 + %1"
 */
export function operationPrinter(system: System): (module: ModuleId, id: OpId) => string {
  const names = new ReferenceNames(system);
  return (module, id) => {
    const operation = system.modules[module]?.operations[id];
    return operation == null ? `%${id} // deleted` : operationLine(names, module, id, operation);
  };
}

/**
 * Prints locations of a system as they stand in {@link printSystem}.
 *
 * @example locationPrinter(system)({ kind: "fifo", module: moduleId(0), port: portId(0) }); // "fifo(adder.a)"
 */
export function locationPrinter(system: System): (location: Location) => string {
  const names = new ReferenceNames(system);
  return (location) => names.location(location);
}

/** What the operation does, without id, type, location, and without the regions of an `if`. */
export function operationText(names: ReferenceNames, owner: ModuleId, operation: Operation): string {
  switch (operation.kind) {
    case "const":
      return number(operation.value);
    case "unary":
      return `${operation.operator === "not" ? "!" : "-"}%${operation.operand}`;
    case "binary":
      return `%${operation.left} ${OPERATOR_TEXT[operation.operator]} %${operation.right}`;
    case "cast":
      return `${operation.operator}(%${operation.operand})`;
    case "slice":
      return `%${operation.operand}[${operation.high}:${operation.low}]`;
    case "concat":
      return `cat(${values(operation.operands)})`;
    case "select":
      return `%${operation.condition} ? %${operation.then} : %${operation.else}`;
    case "select1hot":
      return `select1hot(${values([operation.selector, ...operation.arms])})`;
    case "cycle":
      return "cycle()";
    case "array-read":
      return `${names.array(operation.array)}[%${operation.index}]`;
    case "fifo-valid":
      return `fifo(${names.module(operation.module)}.${names.port(operation.module, operation.port)}).valid`;
    case "fifo-peek":
      return `fifo(${names.module(operation.module)}.${names.port(operation.module, operation.port)}).peek`;
    case "exposed-get":
      return `exposed(${names.module(operation.module)}.${names.slot(operation.module, operation.slot)})`;
    case "exposed-valid":
      return `exposed(${names.module(operation.module)}.${names.slot(operation.module, operation.slot)}).valid`;
    case "triggered":
      return `triggered(${names.module(operation.module)})`;
    case "fifo-pop":
      return `pop(${names.port(owner, operation.port)})`;
    case "extern-call":
      return `extern ${names.extern(operation.extern)}(${values(operation.arguments)})`;
    case "array-write":
      return `${names.array(operation.array)}[%${operation.index}] <= %${operation.value}`;
    case "fifo-push":
      return `${names.module(operation.module)}.${names.port(operation.module, operation.port)}.push(%${operation.value})`;
    case "call":
      return `call ${names.module(operation.module)}`;
    case "wait":
      return `wait_until %${operation.condition}`;
    case "finish":
      return "finish";
    case "assert":
      return `assert %${operation.condition}, ${JSON.stringify(operation.message)}`;
    case "log":
      return `log(${[formatText(operation.pieces), ...operation.arguments.map(value)].join(", ")})`;
    case "expose":
      return `expose ${names.slot(owner, operation.slot)} = %${operation.value}`;
    case "acquire":
      return `acquire ${operation.mode} ${names.lock(operation.lock)}`;
    case "release":
      return `release ${names.lock(operation.lock)}`;
    case "if":
      return `when %${operation.condition}`;
    default:
      return assertNever(operation);
  }
}

/** The format string, or the pieces themselves as a JSON list where no format string means exactly them. */
function formatText(pieces: readonly LogPiece[]): string {
  const text = printFormat(pieces);
  const parsed = parseFormat(text);
  return parsed.kind === "ok" && samePieces(parsed.pieces, pieces)
    ? JSON.stringify(text)
    : JSON.stringify(pieces);
}

function samePieces(a: readonly LogPiece[], b: readonly LogPiece[]): boolean {
  return (
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index];
      if (right === undefined) return false;
      if (left.kind === "text") return right.kind === "text" && left.text === right.text;
      if (right.kind === "text" || left.index !== right.index) return false;
      const { spec } = left;
      const other = right.spec;
      return (
        spec.fill === other.fill &&
        spec.align === other.align &&
        spec.plus === other.plus &&
        spec.alternate === other.alternate &&
        spec.zero === other.zero &&
        spec.width === other.width &&
        spec.radix === other.radix
      );
    })
  );
}
