/** Names for values that have none and need one. */
import type { BinaryOperator, Operation, System } from "@assassyn/ir";

const OPERATORS: Readonly<Record<BinaryOperator, string>> = {
  add: "sum",
  sub: "difference",
  mul: "product",
  div: "quotient",
  rem: "remainder",
  and: "masked",
  or: "merged",
  xor: "mixed",
  shl: "shifted",
  shr: "shifted",
  lt: "less",
  gt: "greater",
  le: "at_most",
  ge: "at_least",
  eq: "equal",
  ne: "different",
};

/** A short name that says where the value comes from. */
export function suggestName(system: System, operation: Operation): string {
  switch (operation.kind) {
    case "binary":
      return OPERATORS[operation.operator];
    case "array-read":
      return `${system.arrays[operation.array]?.name ?? "array"}_value`;
    case "fifo-peek":
      return `${system.modules[operation.module]?.ports[operation.port]?.name ?? "port"}_head`;
    case "exposed-get":
      return `${system.modules[operation.module]?.exposed[operation.slot]?.name ?? "exposed"}_value`;
    case "extern-call":
      return `${system.externs[operation.extern]?.name ?? "extern"}_result`;
    case "select":
    case "select1hot":
    case "if":
      return "choice";
    case "slice":
      return "part";
    case "concat":
      return "joined";
    case "unary":
      return operation.operator === "not" ? "inverted" : "negated";
    default:
      return "value";
  }
}
