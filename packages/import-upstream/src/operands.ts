/** The operands of a line, by its kind alone. */
import { assertNever } from "@assassyn/diagnostics";
import type { Operand, Statement, Value } from "./dump.js";

/** All lines of a body in the order of the text, those inside an `if` behind it. */
export function* statementsOf(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    if (statement.kind === "if") yield* statementsOf(statement.body);
  }
}

/**
 * Operands of a statement in the order of the text; not those of the lines inside an `if`, nor the pushes that a bind lists.
 *
 * @param isModule tells the names of modules: the first operand of a request to a memory is one
 */
export function operandsOfStatement(
  statement: Statement,
  isModule: (name: string) => boolean,
): readonly Operand[] {
  switch (statement.kind) {
    case "let":
      return operandsOfValue(statement.value, isModule);
    case "write":
      return [statement.index, statement.value];
    case "push":
      return [statement.value];
    case "call":
      return [];
    case "log":
      return statement.arguments;
    case "if":
      return [statement.condition];
    case "effect":
      return statement.operands;
    default:
      return assertNever(statement);
  }
}

function operandsOfValue(value: Value, isModule: (name: string) => boolean): readonly Operand[] {
  switch (value.kind) {
    case "binary":
      return [value.left, value.right];
    case "unary":
    case "slice":
    case "cast":
    case "valid":
      return [value.operand];
    case "read":
      return [value.index];
    case "select":
      return [value.condition, value.then, value.else];
    case "select1hot":
      return [value.selector, ...value.arms];
    case "concat":
      return [value.high, value.low];
    case "port":
    case "triggered":
    case "bind":
    case "pure":
      return [];
    case "request": {
      const [first] = value.operands;
      return first?.kind === "name" && isModule(first.text) ? value.operands.slice(1) : value.operands;
    }
    case "external":
      return value.inputs.map((input) => input.value);
    case "external-output":
      return value.index === undefined ? [] : [value.index];
    default:
      return assertNever(value);
  }
}
