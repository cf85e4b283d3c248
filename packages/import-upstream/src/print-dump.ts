/** Writes the tree of a dump as the Python front end prints it. */
import { assertNever } from "@assassyn/diagnostics";
import type { DumpModule, DumpSystem, Operand, Statement, Value } from "./dump.js";
import { printDumpType } from "./dump.js";

/**
 * The dump of a tree. Reading it gives the same tree, offsets apart; it equals the text that the tree was read from but for blanks and
 * blank lines.
 *
 * @example printDump(parseDump(text).system)
 */
export function printDump(system: DumpSystem): string {
  const lines = [`system ${system.name.text} {`];
  for (const array of system.arrays) {
    lines.push(`  ${array.name.text} = [${printDumpType(array.type)}; ${array.size}];`);
    for (const use of array.uses) lines.push(`  ${use}`);
  }
  for (const module of system.modules) {
    lines.push("");
    printModule(module, lines);
  }
  lines.push("", "}", "");
  return lines.join("\n");
}

function printModule(module: DumpModule, lines: string[]): void {
  for (const comment of module.external) lines.push(`  ${comment}`);
  if (module.attributes !== undefined)
    lines.push(`  #[${module.attributes.map((attribute) => attribute.text).join(", ")}]`);
  lines.push(`  ${module.name.text} = module ${module.definition.text} {`);
  if (module.ports !== undefined) {
    for (const port of module.ports) lines.push(`    ${port.name.text}: Port<${printDumpType(port.type)}>`);
    lines.push("  } {");
  }
  printBody(module.body, "    ", lines);
  lines.push("  }");
}

function printBody(body: readonly Statement[], indent: string, lines: string[]): void {
  for (const statement of body) {
    if (statement.kind === "if") {
      lines.push(`${indent}if ${printOperand(statement.condition)} { // PUSH_CONDITION`);
      printBody(statement.body, `${indent}  `, lines);
      lines.push(`${indent}} // POP_CONDITION`);
    } else {
      lines.push(indent + printStatement(statement));
    }
  }
}

const meta = (operand: Operand): string => `// meta cond ${printOperand(operand)}`;

/** One line of a body; the lines of an `if` are not among it. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "let":
      return `${statement.name.text} = ${printValue(statement.value)}`;
    case "write":
      return `${statement.array.text}[${printOperand(statement.index)}] <= ${printOperand(statement.value)} ${statement.writer} ${meta(statement.meta)}`;
    case "push":
      return `${statement.target.module.text}.${statement.target.port.text}.push(${printOperand(statement.value)}) // handle = ${statement.handle.text} ${meta(statement.meta)}`;
    case "call":
      return `async_call ${statement.bind.text} ${meta(statement.meta)}`;
    case "log":
      return `log(${[statement.format.text, ...statement.arguments.map(printOperand)].join(", ")}) ${meta(statement.meta)}`;
    case "if":
      return `if ${printOperand(statement.condition)} { // PUSH_CONDITION`;
    case "effect":
      return `side effect intrinsic.${statement.effect}(${quoted(statement.operands)})`;
    default:
      return assertNever(statement);
  }
}

const quoted = (operands: readonly Operand[]): string => `{'${operands.map(printOperand).join(", ")}'}`;

/** An operand as written: a name, or `(5:u3)`. */
export function printOperand(operand: Operand): string {
  return operand.kind === "name" ? operand.text : `(${operand.value}:${printDumpType(operand.type)})`;
}

function printValue(value: Value): string {
  switch (value.kind) {
    case "binary":
      return `${printOperand(value.left)} ${value.operator} ${printOperand(value.right)}`;
    case "unary":
      return `${value.operator}${printOperand(value.operand)}`;
    case "read":
      return `${value.array.text}[${printOperand(value.index)}]`;
    case "slice":
      return `${printOperand(value.operand)}[${printOperand(value.low)}:${printOperand(value.high)}]`;
    case "select":
      return `${printOperand(value.condition)} ? ${printOperand(value.then)} : ${printOperand(value.else)}`;
    case "select1hot":
      return `select_1hot ${printOperand(value.selector)} (${value.arms.map(printOperand).join(", ")})`;
    case "concat":
      return `{ ${printOperand(value.high)} ${printOperand(value.low)} }`;
    case "cast":
      return `${value.operator} ${printOperand(value.operand)} to ${printDumpType(value.type)}`;
    case "port": {
      const { module, port } = value.target;
      const text = `${module.text}.${port.text}.${value.access}()`;
      return value.meta === undefined ? text : `${text} ${meta(value.meta)}`;
    }
    case "valid":
      return `${printOperand(value.operand)}.valid()`;
    case "triggered":
      return `${value.module.text}.triggered()`;
    case "bind": {
      const pushes = value.pushes.map(({ handle, comment }) => `${handle.text} ${comment}`);
      return `${value.module.text}.bind([${pushes.join(", ")}])`;
    }
    case "pure":
      return `pure_intrinsic.${value.intrinsic}(${value.argument?.text ?? ""})`;
    case "request":
      return `side effect intrinsic.${value.request}(${quoted(value.operands)})`;
    case "external": {
      const inputs = value.inputs.map(({ name, value: input }) => `${name.text}=${printOperand(input)}`);
      return `external_instantiate.${value.module.text}(${inputs.join(", ")})`;
    }
    case "external-output": {
      const index = value.index === undefined ? "" : `[${printOperand(value.index)}]`;
      return `${value.instance.text}.${value.output.text}${index}`;
    }
    default:
      return assertNever(value);
  }
}
