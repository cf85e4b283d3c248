/** Rewrites one module from front to back: what most passes need. */
import type {
  BinaryOperator,
  CastOperator,
  IfOp,
  Loc,
  Module,
  Operation,
  OpId,
  Region,
  UnaryOperator,
} from "./ir.js";
import { opId } from "./ir.js";
import { mapOperands, operandsOf } from "./operations.js";
import { Spare } from "./spare.js";
import type { Type } from "./types.js";
import { BOOL, bits } from "./types.js";

/**
 * What becomes of an operation: another operation under the same id, nothing (null; only where nothing uses it), or the id of a value that
 * every later use takes instead.
 */
export type Rewritten = Operation | OpId | null;

/** What a pass does to the operations of a module, in program order. Every rule is optional. */
export interface RewriteRules {
  /**
   * Called for each operation but `if`, its operands replaced already. What the rule appends comes before the operation.
   */
  readonly operation?: (operation: Operation, id: OpId, rewriter: Rewriter) => Rewritten;
  /** Called before the arms of an `if`: the arm that always runs takes the place of the `if`. */
  readonly chooseArm?: (operation: IfOp, id: OpId, rewriter: Rewriter) => "then" | "else" | undefined;
  /** Called for an `if` behind its arms. */
  readonly leaveIf?: (operation: IfOp, id: OpId, rewriter: Rewriter) => Rewritten;
  /** Called when the operation stands in its place; what the rule appends comes behind it. */
  readonly placed?: (operation: Operation, id: OpId, rewriter: Rewriter) => void;
  readonly enterRegion?: () => void;
  readonly leaveRegion?: () => void;
}

/** The operations of a kind without what the rewriter fills in. */
type Bare<Op> = Op extends unknown ? Omit<Op, "loc" | "origin"> : never;

/**
 * Applies rules to a module and returns the new one, or the very same object if nothing changed. Ids stay, new operations get new ones.
 * Linear in the size of the module, besides the rules' own work.
 *
 * @param origin name of the pass, noted on every appended operation
 * @example
 * // Doubling becomes a shift.
 * rewriteModule(module, "double-to-shift", {
 *   operation: (op, id, rewriter) =>
 *     op.kind === "binary" && op.operator === "add" && op.left === op.right && op.type.class === "b"
 *       ? { ...op, operator: "shl", right: rewriter.const(bits(1), 1n) }
 *       : op,
 * });
 */
export function rewriteModule(module: Module, origin: string, rules: RewriteRules): Module {
  return new Rewriter(module, origin, rules).run();
}

const spare = new Spare();

/** The module under rewriting, as rules see it. */
export class Rewriter {
  readonly module: Module;
  readonly #origin: string;
  readonly #rules: RewriteRules;
  readonly #operations: (Operation | null)[];
  /** By old id: 1 + the id that later uses take, or 0. Only what stood in the module before can be replaced. */
  readonly #replaced: Int32Array;
  #anyReplaced = false;
  #changed = false;
  #out: OpId[] = [];
  #loc: Loc;

  constructor(module: Module, origin: string, rules: RewriteRules) {
    this.module = module;
    this.#origin = origin;
    this.#rules = rules;
    this.#operations = module.operations.slice();
    this.#replaced = spare.take(module.operations.length);
    this.#loc = module.loc;
  }

  /** Does the work; called once. */
  run(): Module {
    const body = this.#region(this.module.body);
    spare.give(this.#replaced);
    if (!this.#changed && body === this.module.body) return this.module;
    return { ...this.module, operations: this.#operations, body };
  }

  /** The operation as it is now. @throws Error if it was deleted. */
  operation(id: OpId): Operation {
    const found = this.#operations[id];
    if (found === undefined || found === null)
      throw new Error(`module ${this.module.name} has no operation %${id}`);
    return found;
  }

  /** Result type of a value. @throws Error if the operation has none. */
  typeOf(id: OpId): Type {
    const found = this.operation(id).type;
    if (found === null) throw new Error(`operation %${id} of module ${this.module.name} has no value`);
    return found;
  }

  /** The pattern of a constant, or undefined. */
  constant(id: OpId): bigint | undefined {
    const found = this.operation(id);
    return found.kind === "const" ? found.value : undefined;
  }

  /** Appends an operation in front of the one at hand (behind it in `placed`); its location is that of the one at hand. */
  append(operation: Bare<Operation>): OpId {
    const id = opId(this.#operations.length);
    this.#operations.push({ ...operation, loc: this.#loc, origin: this.#origin });
    this.#out.push(id);
    this.#changed = true;
    return id;
  }

  const(type: Type, value: bigint): OpId {
    return this.append({ kind: "const", type, value: BigInt.asUintN(type.width, value) });
  }
  unary(operator: UnaryOperator, operand: OpId): OpId {
    return this.append({ kind: "unary", operator, operand, type: bits(this.typeOf(operand).width) });
  }
  /** A binary operation whose result type the caller knows. */
  binary(operator: BinaryOperator, left: OpId, right: OpId, type: Type): OpId {
    return this.append({ kind: "binary", operator, left, right, type });
  }
  compare(operator: "lt" | "gt" | "le" | "ge" | "eq" | "ne", left: OpId, right: OpId): OpId {
    return this.append({ kind: "binary", operator, left, right, type: BOOL });
  }
  cast(operator: CastOperator, operand: OpId, type: Type): OpId {
    return this.append({ kind: "cast", operator, operand, type });
  }
  slice(operand: OpId, high: number, low: number): OpId {
    return this.append({ kind: "slice", operand, high, low, type: bits(high - low + 1) });
  }
  concat(operands: readonly OpId[]): OpId {
    const width = operands.reduce((sum, operand) => sum + this.typeOf(operand).width, 0);
    return this.append({ kind: "concat", operands, type: bits(width) });
  }
  select(condition: OpId, then: OpId, otherwise: OpId): OpId {
    return this.append({ kind: "select", condition, then, else: otherwise, type: this.typeOf(then) });
  }

  #isReplaced(id: OpId): boolean {
    return (this.#replaced[id] ?? 0) !== 0;
  }

  #resolve(id: OpId): OpId {
    const target = this.#replaced[id] ?? 0;
    return target === 0 ? id : opId(target - 1);
  }

  #region(region: Region): Region {
    const outer = this.#out;
    const out: OpId[] = [];
    this.#out = out;
    this.#rules.enterRegion?.();
    for (const id of region.operations) this.#place(id);
    this.#rules.leaveRegion?.();
    this.#out = outer;
    const result = region.result === undefined ? undefined : this.#resolve(region.result);
    if (result === region.result && sameIds(out, region.operations)) return region;
    return result === undefined ? { operations: out } : { operations: out, result };
  }

  #place(id: OpId): void {
    let operation = this.operation(id);
    this.#loc = operation.loc;
    if (this.#anyReplaced && this.#usesReplaced(operation)) {
      operation = mapOperands(operation, (operand) => this.#resolve(operand));
    }
    if (operation.kind === "if") this.#placeIf(operation, id);
    else
      this.#settle(
        id,
        this.#rules.operation === undefined ? operation : this.#rules.operation(operation, id, this),
      );
  }

  /** The common kinds are looked at directly: this runs for every operation. */
  #usesReplaced(operation: Operation): boolean {
    switch (operation.kind) {
      case "const":
        return false;
      case "unary":
      case "cast":
      case "slice":
        return this.#isReplaced(operation.operand);
      case "binary":
        return this.#isReplaced(operation.left) || this.#isReplaced(operation.right);
      default:
        return operandsOf(operation).some((operand) => this.#isReplaced(operand));
    }
  }

  #placeIf(operation: IfOp, id: OpId): void {
    const arm = this.#rules.chooseArm?.(operation, id, this);
    if (arm !== undefined) {
      const chosen = operation[arm];
      this.#deleteRegion(operation[arm === "then" ? "else" : "then"]);
      for (const inner of chosen.operations) this.#place(inner);
      this.#settle(id, this.#inlined(operation, chosen.result));
      return;
    }
    const then = this.#region(operation.then);
    const otherwise = this.#region(operation.else);
    let rewritten = operation;
    if (then !== operation.then || otherwise !== operation.else)
      rewritten = { ...operation, then, else: otherwise };
    this.#loc = operation.loc;
    const result = this.#rules.leaveIf === undefined ? rewritten : this.#rules.leaveIf(rewritten, id, this);
    if (result === null || typeof result === "number" || result.kind !== "if") {
      this.#deleteRegion(then);
      this.#deleteRegion(otherwise);
    }
    this.#settle(id, result);
  }

  /** What takes the place of an `if` whose chosen arm stands in its place: the arm's result, in the type of the `if`. */
  #inlined(operation: IfOp, result: OpId | undefined): Rewritten {
    const { type, loc, name } = operation;
    if (type === null || result === undefined) return null;
    const operand = this.#resolve(result);
    if (this.typeOf(operand) === type) return operand;
    const base = { loc, origin: this.#origin, ...(name === undefined ? {} : { name }) };
    return { kind: "cast", operator: "bitcast", operand, type, ...base };
  }

  #settle(id: OpId, rewritten: Rewritten): void {
    if (rewritten === null || typeof rewritten === "number") {
      if (rewritten !== null) this.#replace(id, rewritten);
      this.#operations[id] = null;
      this.#changed = true;
      return;
    }
    if (rewritten !== this.#operations[id]) {
      this.#operations[id] = rewritten;
      this.#changed = true;
    }
    this.#out.push(id);
    this.#rules.placed?.(rewritten, id, this);
  }

  /** Later uses of `id` take `target`; a name of the source moves along where the target has none. */
  #replace(id: OpId, target: OpId): void {
    this.#replaced[id] = target + 1;
    this.#anyReplaced = true;
    const name = this.#operations[id]?.name;
    const kept = this.operation(target);
    if (name !== undefined && kept.name === undefined) this.#operations[target] = { ...kept, name };
  }

  #deleteRegion(region: Region): void {
    for (const id of region.operations) {
      const operation = this.#operations[id];
      this.#operations[id] = null;
      if (operation?.kind !== "if") continue;
      this.#deleteRegion(operation.then);
      this.#deleteRegion(operation.else);
    }
  }
}

function sameIds(a: readonly OpId[], b: readonly OpId[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
