/**
 * The outputs of external modules that a design reads. An output that is read with an index, `instance.port[(0:u32)]`, is a register of
 * the instance: it shows what the body returned before this cycle, to every module. Any other output is wired: it is what the body returns
 * in this cycle, and another module that reads it must be a downstream.
 */
import type { ModuleEntry } from "./design.js";
import type { ExternalOutputValue, ExternalValue, LetStatement } from "./dump.js";
import { statementsOf } from "./operands.js";

/** One output of one instance. */
export interface ExternalOutput {
  /** The module with the instance. */
  readonly owner: ModuleEntry;
  readonly instance: string;
  /** The external module. */
  readonly external: string;
  readonly output: string;
  /** The line that reads it first. */
  readonly statement: LetStatement;
  readonly registered: boolean;
  /** Whether a module other than the owner reads it. */
  readonly foreign: boolean;
}

/** Follows an external instance to its definition. */
export function instanceOf(module: ModuleEntry, name: string): ExternalValue | undefined {
  const value = (module.values.get(name) ?? module.foreign.get(name))?.statement.value;
  return value?.kind === "external" ? value : undefined;
}

/** The module that owns an instance which `module` names. */
export function ownerOfInstance(
  modules: readonly ModuleEntry[],
  module: ModuleEntry,
  name: string,
): ModuleEntry | undefined {
  if (module.values.has(name)) return module;
  const entry = module.foreign.get(name);
  return entry === undefined ? undefined : modules[entry.module];
}

interface OutputRead {
  readonly module: ModuleEntry;
  readonly statement: LetStatement;
  readonly value: ExternalOutputValue;
  readonly definition: ExternalValue;
}

function* outputReads(modules: readonly ModuleEntry[]): Generator<OutputRead> {
  for (const module of modules) {
    for (const statement of statementsOf(module.dump.body)) {
      if (statement.kind !== "let" || statement.value.kind !== "external-output") continue;
      const { value } = statement;
      const definition = instanceOf(module, value.instance.text);
      if (definition !== undefined) yield { module, statement, value, definition };
    }
  }
}

const outputKey = (definition: ExternalValue, output: string): string =>
  `${definition.module.text}.${output}`;

/** The outputs that are registers, as `External.output`. */
export function registeredOutputs(modules: readonly ModuleEntry[]): ReadonlySet<string> {
  const registered = new Set<string>();
  for (const { value, definition } of outputReads(modules))
    if (value.index !== undefined) registered.add(outputKey(definition, value.output.text));
  return registered;
}

/** Whether a module reads an output of an instance in the cycle in which the body returns it. */
export function readsWired(module: ModuleEntry, instance: string, registered: ReadonlySet<string>): boolean {
  for (const { value, definition } of outputReads([module]))
    if (value.instance.text === instance && !registered.has(outputKey(definition, value.output.text)))
      return true;
  return false;
}

/** All outputs that are read, each once, in the order of their first use. */
export function externalOutputs(modules: readonly ModuleEntry[]): ExternalOutput[] {
  const registered = registeredOutputs(modules);
  const found = new Map<string, ExternalOutput>();
  for (const { module, statement, value, definition } of outputReads(modules)) {
    const owner = ownerOfInstance(modules, module, value.instance.text);
    if (owner === undefined) continue;
    const key = externalOutputKey(owner, value.instance.text, value.output.text);
    const known = found.get(key);
    found.set(key, {
      owner,
      instance: value.instance.text,
      external: definition.module.text,
      output: value.output.text,
      statement: known?.statement ?? statement,
      registered: registered.has(outputKey(definition, value.output.text)),
      foreign: known?.foreign === true || owner !== module,
    });
  }
  return [...found.values()];
}

/** Names an output in a map. */
export function externalOutputKey(owner: ModuleEntry, instance: string, output: string): string {
  return `${owner.index}.${instance}.${output}`;
}
