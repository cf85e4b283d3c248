/** Names and types of a dump: what each name means where it is used, and the type of every value. */
import type {
  BindValue,
  ConstantOperand,
  DumpArray,
  DumpModule,
  DumpSystem,
  DumpType,
  ExternalValue,
  LetStatement,
  Name,
  Operand,
  Statement,
  Value,
} from "./dump.js";
import { widthOf } from "./dump.js";
import { MAX_WIDTH } from "@assassyn/ir";
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
  /** Type of an output of an external module, from the metadata. */
  readonly externalOutput: (module: string, output: string) => DumpType | undefined;
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

const plain = (typeClass: "u" | "i" | "b", width: number): DumpType => ({
  kind: "plain",
  class: typeClass,
  width,
  start: 0,
  end: 0,
});
const BIT = plain("b", 1);

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
  new Inference(design, types, hints, problems).run();
  return design;
}

function orderModules(modules: readonly ModuleEntry[]): Pick<Design, "order" | "looped"> {
  const pending = new Map<ModuleEntry, number>();
  const users = new Map<number, ModuleEntry[]>();
  for (const module of modules) {
    const used = new Set<number>();
    for (const entry of module.foreign.values())
      if (entry.statement.value.kind !== "bind") used.add(entry.module);
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

function checkWidth(type: DumpType, problems: Problems): void {
  if (widthOf(type) > MAX_WIDTH)
    problems.report(
      messages["invalid-number"],
      { reason: `a width of ${widthOf(type)} bits; at most ${MAX_WIDTH} are possible` },
      type,
    );
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

/** Types of all values, module by module: stages, then downstreams in the order of their use of each other. */
class Inference {
  readonly #design: Design;
  readonly #types: Map<LetStatement, DumpType>;
  readonly #hints: TypeHints;
  readonly #problems: Problems;
  #module: ModuleEntry | undefined;
  /** Definitions so far, because a name may be defined again. */
  #local = new Map<string, DumpType>();

  constructor(design: Design, types: Map<LetStatement, DumpType>, hints: TypeHints, problems: Problems) {
    this.#design = design;
    this.#types = types;
    this.#hints = hints;
    this.#problems = problems;
  }

  run(): void {
    for (const module of this.#design.order) {
      this.#module = module;
      this.#local = new Map();
      this.#body(module.dump.body);
    }
  }

  #body(body: readonly Statement[]): void {
    for (const statement of body) {
      if (statement.kind === "if") this.#body(statement.body);
      if (statement.kind !== "let") continue;
      const type = this.#value(statement.value);
      this.#local.set(statement.name.text, type);
      this.#types.set(statement, type);
      const entry = this.#module?.values.get(statement.name.text);
      if (entry !== undefined && entry.statement === statement) entry.type = type;
    }
  }

  #operand(operand: Operand): DumpType {
    if (operand.kind === "constant") return operand.type;
    return this.#local.get(operand.text) ?? this.#module?.foreign.get(operand.text)?.type ?? BIT;
  }

  #value(value: Value): DumpType {
    switch (value.kind) {
      case "binary":
        return this.#binary(value.operator, this.#operand(value.left), this.#operand(value.right), value);
      case "unary":
        return plain("b", widthOf(this.#operand(value.operand)));
      case "read": {
        const array = this.#design.arrays.get(value.array.text);
        if (array === undefined)
          this.#problems.report(
            messages["unknown-name"],
            { what: "array", name: value.array.text },
            value.array,
          );
        return array?.dump.type ?? BIT;
      }
      case "slice":
        return this.#slice(value.low, value.high);
      case "select":
        return this.#operand(value.then);
      case "select1hot": {
        const [first] = value.arms;
        return first === undefined ? BIT : this.#operand(first);
      }
      case "concat":
        return this.#wide(widthOf(this.#operand(value.high)) + widthOf(this.#operand(value.low)), "b", value);
      case "cast":
        checkWidth(value.type, this.#problems);
        return value.type;
      case "port": {
        if (value.access === "valid") return BIT;
        const module = this.#design.moduleByName.get(value.target.module.text);
        const port = module?.ports.get(value.target.port.text);
        return (port === undefined ? undefined : module?.dump.ports?.[port]?.type) ?? BIT;
      }
      case "valid":
      case "triggered":
      case "bind":
      case "request":
      case "external":
        return BIT;
      case "pure":
        if (value.intrinsic === "current_cycle") return plain("u", 64);
        if (value.intrinsic === "has_mem_resp") return BIT;
        return plain("b", this.#hints.memoryWidth(value.argument?.text ?? "") ?? 32);
      case "external-output":
        return this.#externalOutput(value);
    }
  }

  #externalOutput(value: Value & { readonly kind: "external-output" }): DumpType {
    const { values, foreign } = this.#module ?? {};
    const instance = values?.get(value.instance.text) ?? foreign?.get(value.instance.text);
    const definition = instance?.statement.value;
    if (definition?.kind !== "external") {
      this.#problems.report(
        messages["unknown-name"],
        { what: "external instance", name: value.instance.text },
        value.instance,
      );
      return BIT;
    }
    const hint = this.#hints.externalOutput(definition.module.text, value.output.text);
    if (hint !== undefined) return hint;
    const args = { module: definition.module.text, output: value.output.text };
    this.#problems.report(messages["unknown-external"], args, value.output);
    return plain("b", 32);
  }

  #slice(low: ConstantOperand, high: ConstantOperand): DumpType {
    const width = high.value - low.value + 1n;
    if (low.value < 0n || width < 1n || high.value >= BigInt(MAX_WIDTH)) {
      const args = { low: String(low.value), high: String(high.value), width: MAX_WIDTH };
      this.#problems.report(messages["slice-order"], args, { start: low.start, end: high.end });
      return BIT;
    }
    return plain("b", Number(width));
  }

  #binary(operator: string, left: DumpType, right: DumpType, value: Value): DumpType {
    const leftWidth = widthOf(left);
    const rightWidth = widthOf(right);
    const leftClass = left.kind === "plain" ? left.class : "b";
    switch (operator) {
      case "+":
        return plain(leftClass, Math.max(leftWidth, rightWidth));
      case "*":
        return this.#wide(leftWidth + rightWidth, leftClass, value);
      case "-":
      case "/":
      case "%":
        return plain(leftClass, leftWidth);
      case "&":
      case "|":
      case "^":
        return plain("b", Math.max(leftWidth, rightWidth));
      case "<<":
      case ">>":
        return plain("b", leftWidth);
      default:
        return BIT;
    }
  }

  #wide(width: number, typeClass: "u" | "i" | "b", value: Value): DumpType {
    if (width <= MAX_WIDTH) return plain(typeClass, width);
    const reason = `a result of ${width} bits; at most ${MAX_WIDTH} are possible`;
    this.#problems.report(messages["invalid-number"], { reason }, value);
    return plain(typeClass, MAX_WIDTH);
  }
}

/** Follows a bind to its definition, in this module or another one. */
export function bindOf(module: ModuleEntry, name: string): BindValue | undefined {
  const value = (module.values.get(name) ?? module.foreign.get(name))?.statement.value;
  return value?.kind === "bind" ? value : undefined;
}

/** Follows an external instance to its definition. */
export function instanceOf(module: ModuleEntry, name: string): ExternalValue | undefined {
  const value = (module.values.get(name) ?? module.foreign.get(name))?.statement.value;
  return value?.kind === "external" ? value : undefined;
}
