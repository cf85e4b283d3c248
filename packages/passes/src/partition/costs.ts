/**
 * What a module costs: the estimate that clusters are balanced by. One unit is one simple operation on a machine word.
 *
 * | operation | units, for `n` limbs of 64 bits |
 * | --- | --- |
 * | constant, cast to the own width | 0 |
 * | `add sub and or xor` and comparisons, `not neg`, cast, slice, concat, select | n |
 * | shift | n by a constant, else 2n |
 * | `mul` | 3n² |
 * | `div rem` | 4n² by a constant, else 20n² |
 * | `select1hot` | 2 + n for each arm |
 * | `cycle`, `wait_until`, `assert`, `finish`, `valid`, `triggered` | 1 |
 * | array read, peek, exposed value | 1 + n |
 * | array write, pop, push, expose | 2 + n |
 * | call of a stage | 2 |
 * | call of an extern | 20 + 2 for each argument |
 * | log | 20 + 10n for each argument |
 * | `if` | 1 + the mean of its arms |
 * | module | 2, for its credit and its flag |
 *
 * The mean of the arms, not the larger: bodies are full of `when`s of which one in many is taken, and the larger arm would count them all.
 * How often a stage is activated is not known here; each counts as if it ran every cycle.
 */
import type { Module, Operation, OpId, Region } from "@assassyn/plugin-api";
import { assertNever, operationOf } from "@assassyn/plugin-api";

const LIMB_BITS = 64;
const ACTIVATION = 2;
const MULTIPLY = 3;
const DIVIDE = 20;
const DIVIDE_BY_CONSTANT = 4;
const EXTERN_CALL = 20;
const EXTERN_ARGUMENT = 2;
const LOG = 20;
const LOG_ARGUMENT = 10;

/** How likely an arm of an `if` is taken, as far as anybody knows. */
export const ARM_SHARE = 0.5;

const limbs = (width: number): number => Math.ceil(width / LIMB_BITS);

/** Limbs of a value; 0 for operations without one. */
function limbsOf(module: Module, id: OpId): number {
  return limbs(operationOf(module, id).type?.width ?? 0);
}

/**
 * Estimated work of one operation, in units of one simple operation; of an `if` with its arms.
 *
 * @example operationCost(module, { kind: "const", … }) // 0
 */
export function operationCost(module: Module, operation: Operation): number {
  const size = limbs(operation.type?.width ?? 0);
  switch (operation.kind) {
    case "const":
    // Gone before partitions are cut.
    case "acquire":
    case "release":
      return 0;
    case "cast":
      return operation.type.width === operationOf(module, operation.operand).type?.width ? 0 : size;
    case "unary":
    case "slice":
    case "concat":
    case "select":
      return size;
    case "binary":
      return binaryCost(module, operation.operator, operation.left, operation.right);
    case "select1hot":
      return 2 + size * operation.arms.length;
    case "cycle":
    case "wait":
    case "assert":
    case "finish":
    case "fifo-valid":
    case "exposed-valid":
    case "triggered":
      return 1;
    case "array-read":
    case "fifo-peek":
    case "exposed-get":
      return 1 + size;
    case "fifo-pop":
      return 2 + size;
    case "array-write":
    case "fifo-push":
    case "expose":
      return 2 + limbsOf(module, operation.value);
    case "call":
      return 2;
    case "extern-call":
      return EXTERN_CALL + EXTERN_ARGUMENT * operation.arguments.length;
    case "log":
      return operation.arguments.reduce((sum, id) => sum + LOG_ARGUMENT * limbsOf(module, id), LOG);
    case "if":
      return 1 + ARM_SHARE * (regionCost(module, operation.then) + regionCost(module, operation.else));
    default:
      return assertNever(operation);
  }
}

function binaryCost(module: Module, operator: string, left: OpId, right: OpId): number {
  const size = Math.max(limbsOf(module, left), limbsOf(module, right));
  switch (operator) {
    case "mul":
      return MULTIPLY * size * size;
    case "div":
    case "rem":
      return (operationOf(module, right).kind === "const" ? DIVIDE_BY_CONSTANT : DIVIDE) * size * size;
    case "shl":
    case "shr":
      return operationOf(module, right).kind === "const" ? limbsOf(module, left) : 2 * limbsOf(module, left);
    default:
      return size;
  }
}

function regionCost(module: Module, region: Region): number {
  return region.operations.reduce((sum, id) => sum + operationCost(module, operationOf(module, id)), 0);
}

/** Estimated work of a module in a cycle in which it runs, in whole units of one simple operation, at least 2. Linear in its size. */
export function moduleCost(module: Module): number {
  return ACTIVATION + Math.round(regionCost(module, module.body));
}
