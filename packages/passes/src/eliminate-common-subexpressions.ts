/** The pass `eliminate-common-subexpressions`. */
import type { BinaryOperator, Operation, OpId } from "@assassyn/plugin-api";
import { assertNever, definePass, printType, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";

const NAME = "eliminate-common-subexpressions";
const COMMUTATIVE: ReadonlySet<BinaryOperator> = new Set(["add", "mul", "and", "or", "xor", "eq", "ne"]);

/**
 * Of two operations with the same result, the second goes, if the first stands before it in the same region or an enclosing one.
 *
 *     %2: u8 = %0 + %1                    %2: u8 = %0 + %1
 *     when %9 {                           when %9 {
 *       %3: u8 = %1 + %0
 *       %4 log("{}", %3)                    %4 log("{}", %2)
 *
 * Reads of arrays, FIFO heads and exposed values count, for committed state does not change within a cycle. They may fault, and so may
 * divisions; but the second cannot where the first has run and did not.
 */
export const eliminateCommonSubexpressions = definePass({
  name: NAME,
  description: "Computes what is computed twice only once",
  run(cx) {
    eachModule(cx, (module) => {
      const known = new Map<string, OpId>();
      // Keys added in each open region, so that they go when it ends.
      const scopes: string[][] = [];
      return rewriteModule(module, NAME, {
        enterRegion: () => void scopes.push([]),
        leaveRegion: () => {
          for (const key of scopes.pop() ?? []) known.delete(key);
        },
        operation: (operation, id) => {
          const key = keyOf(operation);
          if (key === undefined) return operation;
          const earlier = known.get(key);
          if (earlier !== undefined) return earlier;
          known.set(key, id);
          scopes.at(-1)?.push(key);
          return operation;
        },
      });
    });
  },
});

/** A text that is the same for operations with the same result; undefined for those that do more than compute one. */
function keyOf(operation: Operation): string | undefined {
  if (operation.type === null) return undefined;
  const type = printType(operation.type);
  switch (operation.kind) {
    case "const":
      return `${type} ${operation.value}`;
    case "unary":
      return `${type} ${operation.operator} ${operation.operand}`;
    case "binary": {
      const { operator, left, right } = operation;
      const [first, second] = COMMUTATIVE.has(operator) && right < left ? [right, left] : [left, right];
      return `${type} ${operator} ${first} ${second}`;
    }
    case "cast":
      return `${type} ${operation.operator} ${operation.operand}`;
    case "slice":
      return `${type} slice ${operation.operand} ${operation.low}`;
    case "concat":
      return `${type} cat ${operation.operands.join(" ")}`;
    case "select":
      return `${type} ? ${operation.condition} ${operation.then} ${operation.else}`;
    case "select1hot":
      return `${type} 1hot ${operation.selector} ${operation.arms.join(" ")}`;
    case "cycle":
      return "cycle";
    case "array-read":
      return `read ${operation.array} ${operation.index}`;
    case "fifo-valid":
      return `valid ${operation.module} ${operation.port}`;
    case "fifo-peek":
      return `peek ${operation.module} ${operation.port}`;
    case "exposed-get":
      return `get ${operation.module} ${operation.slot}`;
    case "exposed-valid":
      return `present ${operation.module} ${operation.slot}`;
    case "triggered":
      return `triggered ${operation.module}`;
    case "fifo-pop":
    case "extern-call":
    case "if":
      return undefined;
    default:
      return assertNever(operation);
  }
}
