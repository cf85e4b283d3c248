/** Names and types of a dump: what each name means where it is used, and the type of every value. */
import type {
  BindValue,
  DumpArray,
  DumpModule,
  DumpSystem,
  DumpType,
  LetStatement,
  Name,
  Operand,
  Statement,
} from "./dump.js";
import { readsWired, registeredOutputs } from "./external-outputs.js";
import { BIT, checkWidth, inferTypes } from "./inference.js";
import { messages } from "./messages.js";
import { operandsOfStatement } from "./operands.js";
import { printStatement } from "./print-dump.js";
import type { Problems } from "./problems.js";

/** A value, bind or external instance: the definition and what was found out about it. */
export interface ValueEntry {
  readonly name: string;
  /** Index into {@link Design.modules}. */
  readonly module: number;
  readonly statement: LetStatement;
  type: DumpType;
  /** Whether another module uses it. */
  exposed: boolean;
}

/** A module with its names. */
export interface ModuleEntry {
  readonly name: string;
  readonly index: number;
  readonly dump: DumpModule;
  readonly kind: "stage" | "driver" | "testbench" | "downstream";
  readonly memory: "SRAM" | "DRAM" | undefined;
  readonly ports: ReadonlyMap<string, number>;
  /** The last definition of each name. */
  readonly values: ReadonlyMap<string, ValueEntry>;
  /** Values of other modules that it uses, by name. */
  readonly foreign: ReadonlyMap<string, ValueEntry>;
}

/** What the dump alone does not say about types. */
export interface TypeHints {
  /** The outputs of an external module with their types, from the metadata. */
  readonly externalOutputs: (module: string) => ReadonlyMap<string, DumpType> | undefined;
  /** Width of the words of a DRAM, from the metadata. */
  readonly memoryWidth: (module: string) => number | undefined;
}

/** A dump whose names are resolved and whose values have types. */
export interface Design {
  readonly system: DumpSystem;
  readonly arrays: ReadonlyMap<string, { readonly index: number; readonly dump: DumpArray }>;
  readonly modules: readonly ModuleEntry[];
  readonly moduleByName: ReadonlyMap<string, ModuleEntry>;
  /** Owners of values before the modules that use them; modules whose uses form a loop come last. */
  readonly order: readonly ModuleEntry[];
  /** How many modules at the end of {@link order} form or use a loop. */
  readonly looped: number;
  /** The type of a definition. */
  readonly typeOf: (statement: LetStatement) => DumpType;
}

/** A design before its modules are ordered. */
type Named = Omit<Design, "order" | "looped" | "typeOf">;

/** Resolves names and infers types, by the table "Values" of the execution semantics. */
export function resolveDesign(system: DumpSystem, hints: TypeHints, problems: Problems): Design {
  const arrays = new Map<string, { index: number; dump: DumpArray }>();
  system.arrays.forEach((dump, index) => {
    if (arrays.has(dump.name.text))
      problems.report(messages["duplicate-name"], { what: "arrays", name: dump.name.text }, dump.name);
    else arrays.set(dump.name.text, { index, dump });
    checkWidth(dump.type, problems);
  });
  const modules: ModuleEntry[] = [];
  const foreignOf = new Map<ModuleEntry, Map<string, ValueEntry>>();
  const moduleByName = new Map<string, ModuleEntry>();
  for (const [index, dump] of system.modules.entries()) {
    const foreign = new Map<string, ValueEntry>();
    const entry = enterModule(dump, index, foreign, problems);
    foreignOf.set(entry, foreign);
    modules.push(entry);
    if (moduleByName.has(entry.name))
      problems.report(messages["duplicate-name"], { what: "modules", name: entry.name }, dump.name);
    else moduleByName.set(entry.name, entry);
  }
  const named = { system, arrays, modules, moduleByName };
  resolveForeign(named, foreignOf, problems);
  const types = new Map<LetStatement, DumpType>();
  const typeOf = (statement: LetStatement): DumpType => types.get(statement) ?? BIT;
  const design: Design = { ...named, ...orderModules(modules), typeOf };
  inferTypes(design, types, hints, problems);
  return design;
}

function orderModules(modules: readonly ModuleEntry[]): Pick<Design, "order" | "looped"> {
  const pending = new Map<ModuleEntry, number>();
  const users = new Map<number, ModuleEntry[]>();
  const registered = registeredOutputs(modules);
  for (const module of modules) {
    const used = new Set<number>();
    for (const entry of module.foreign.values())
      if (isUseOfValue(module, entry, registered)) used.add(entry.module);
    pending.set(module, used.size);
    for (const owner of used) {
      const list = users.get(owner);
      if (list === undefined) users.set(owner, [module]);
      else list.push(module);
    }
  }
  const order = modules.filter((module) => pending.get(module) === 0);
  for (const module of order) {
    for (const user of users.get(module.index) ?? []) {
      const left = (pending.get(user) ?? 0) - 1;
      pending.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  const rest = modules.filter((module) => (pending.get(module) ?? 0) > 0);
  return { order: [...order, ...rest], looped: rest.length };
}

/** Whether what a module uses of another one must be there before it runs: a bind is a name, a registered output is a register. */
function isUseOfValue(module: ModuleEntry, entry: ValueEntry, registered: ReadonlySet<string>): boolean {
  const { kind } = entry.statement.value;
  if (kind === "external") return readsWired(module, entry.name, registered);
  return kind !== "bind";
}

function enterModule(
  dump: DumpModule,
  index: number,
  foreign: ReadonlyMap<string, ValueEntry>,
  problems: Problems,
): ModuleEntry {
  const attributes = new Set(dump.attributes?.map(({ text }) => text));
  const memory = attributes.has("memory.SRAM") ? "SRAM" : attributes.has("memory.DRAM") ? "DRAM" : undefined;
  const name = dump.name.text;
  const kind =
    attributes.has("downstream") || memory !== undefined
      ? "downstream"
      : name === "Driver"
        ? "driver"
        : name === "Testbench"
          ? "testbench"
          : "stage";
  for (const attribute of dump.attributes ?? []) {
    if (!/^(?:no_arbiter: True|timing: [12]|downstream|memory\.SRAM|memory\.DRAM)$/.test(attribute.text))
      problems.report(messages["unknown-name"], { what: "attribute", name: attribute.text }, attribute);
  }
  if (dump.definition.text !== name)
    problems.report(
      messages["unknown-name"],
      { what: "module", name: dump.definition.text },
      dump.definition,
    );
  const ports = new Map<string, number>();
  for (const [portIndex, port] of (dump.ports ?? []).entries()) {
    if (ports.has(port.name.text))
      problems.report(
        messages["duplicate-name"],
        { what: "ports", name: `${name}.${port.name.text}` },
        port.name,
      );
    else ports.set(port.name.text, portIndex);
    checkWidth(port.type, problems);
  }
  if (kind !== "stage" && ports.size > 0)
    problems.report(
      messages["wrong-place"],
      { what: "a list of ports", reason: `${name} is a ${kind}, and only stages have ports` },
      dump.name,
    );
  const values = new Map<string, ValueEntry>();
  const enter = (body: readonly Statement[]): void => {
    for (const statement of body) {
      if (statement.kind === "if") enter(statement.body);
      if (statement.kind !== "let") continue;
      values.set(statement.name.text, {
        name: statement.name.text,
        module: index,
        statement,
        type: BIT,
        exposed: false,
      });
    }
  };
  enter(dump.body);
  return { name, index, dump, kind, memory, ports, values, foreign };
}

/** Finds the owners of names that a module uses without defining them. */
function resolveForeign(
  design: Named,
  foreignOf: ReadonlyMap<ModuleEntry, Map<string, ValueEntry>>,
  problems: Problems,
): void {
  const owners = new Map<string, ValueEntry[]>();
  for (const module of design.modules) {
    for (const entry of module.values.values()) {
      const list = owners.get(entry.name);
      if (list === undefined) owners.set(entry.name, [entry]);
      else list.push(entry);
    }
  }
  for (const module of design.modules) {
    const foreign = foreignOf.get(module) ?? new Map<string, ValueEntry>();
    const missing = new Set<string>();
    const look = (name: Name): void => {
      const { text } = name;
      if (module.values.has(text) || foreign.has(text) || missing.has(text)) return;
      const entry = chooseOwner(design, module, text, owners.get(text) ?? []);
      if (entry !== undefined && entry !== "ambiguous") {
        foreign.set(text, entry);
        return;
      }
      missing.add(text);
      if (entry === "ambiguous") {
        const modules = (owners.get(text) ?? [])
          .map((each) => design.modules[each.module]?.name ?? "?")
          .join(", ");
        problems.report(messages["ambiguous-value"], { name: text, modules }, name);
      } else {
        problems.report(messages["unknown-name"], { what: "value", name: text }, name);
      }
    };
    const walk = (body: readonly Statement[]): void => {
      for (const statement of body) {
        for (const operand of operandsOfStatement(statement, (name) => design.moduleByName.has(name)))
          if (operand.kind === "name") look(operand);
        if (statement.kind === "call") look(statement.bind);
        if (statement.kind === "let" && statement.value.kind === "external-output")
          look(statement.value.instance);
        if (statement.kind === "if") walk(statement.body);
      }
    };
    walk(module.dump.body);
    for (const entry of foreign.values()) entry.exposed = true;
  }
}

/** The owner of a name: the only one, or the one whose definition the comments in front of the module quote. */
function chooseOwner(
  design: Named,
  module: ModuleEntry,
  name: string,
  candidates: readonly ValueEntry[],
): ValueEntry | "ambiguous" | undefined {
  if (candidates.length <= 1) return candidates[0];
  const quoted = module.dump.external
    .filter((line) => line.startsWith(`// External: ${name} = `))
    .map((line) => line.slice("// External: ".length).replaceAll(/\s+/g, ""));
  const fitting = candidates.filter((entry) =>
    quoted.includes(printStatement(entry.statement).replaceAll(/\s+/g, "")),
  );
  return fitting.length === 1 ? fitting[0] : "ambiguous";
}

/** Follows a bind to its definition, in this module or another one. */
export function bindOf(module: ModuleEntry, name: string): BindValue | undefined {
  const value = (module.values.get(name) ?? module.foreign.get(name))?.statement.value;
  return value?.kind === "bind" ? value : undefined;
}

/** The type of an operand, as its last definition gives it. */
export function typeOfOperand(module: ModuleEntry, operand: Operand): DumpType {
  if (operand.kind === "constant") return operand.type;
  return (module.values.get(operand.text) ?? module.foreign.get(operand.text))?.type ?? BIT;
}
