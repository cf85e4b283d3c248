import type { BinaryOperator, Expression } from "./ast.js";

/** Binding strength of the operators between operands; a higher number binds tighter. `??` binds looser than all of them and to the right. */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ["??", 1],
  ["||", 2],
  ["&&", 3],
  ["==", 4], ["!=", 4], ["<", 4], ["<=", 4], [">", 4], [">=", 4],
  ["|", 5],
  ["^", 6],
  ["&", 7],
  ["<<", 8], [">>", 8],
  ["+", 9], ["-", 9],
  ["*", 10], ["/", 10], ["%", 10],
]);

/** How tight an operator binds: 1 for `??` up to 10 for products. */
export function operatorStrength(operator: string): number {
  return STRENGTH.get(operator) ?? 0;
}

/**
 * Builds the tree of `a + b * c ?? d` from operands and operators as they come (operator-precedence parsing with two stacks),
 * and keeps the height of the tree, so that the parser can bound it.
 */
export class OperatorChain {
  readonly #operands: Expression[];
  readonly #heights: number[];
  readonly #operators: string[] = [];
  readonly #file: number;

  constructor(first: Expression, height: number, file: number) {
    this.#operands = [first];
    this.#heights = [height];
    this.#file = file;
  }

  /** Adds an operator and the operand behind it. */
  add(operator: string, operand: Expression, height: number): void {
    const strength = operatorStrength(operator);
    while (this.#operators.length > 0) {
      const top = operatorStrength(this.#operators.at(-1) ?? "");
      if (top > strength || (top === strength && operator !== "??")) this.#reduce();
      else break;
    }
    this.#operators.push(operator);
    this.#operands.push(operand);
    this.#heights.push(height);
  }

  /** The finished tree and its height. */
  finish(): { readonly expression: Expression; readonly height: number } {
    while (this.#operators.length > 0) this.#reduce();
    const expression = this.#operands[0];
    if (expression === undefined) throw new Error("an operator chain without operands");
    return { expression, height: this.#heights[0] ?? 1 };
  }

  #reduce(): void {
    const operator = this.#operators.pop();
    const right = this.#operands.pop();
    const left = this.#operands.pop();
    if (operator === undefined || right === undefined || left === undefined) throw new Error("an operator chain out of step");
    const height = Math.max(this.#heights.pop() ?? 1, this.#heights.pop() ?? 1) + 1;
    const start = left.start;
    const end = right.end;
    this.#operands.push(
      operator === "??"
        ? { kind: "coalesce", value: left, fallback: right, file: this.#file, start, end }
        : { kind: "binary", operator: binaryOperator(operator), left, right, file: this.#file, start, end },
    );
    this.#heights.push(height);
  }
}

/** The image of an operator token as the tree wants it. The lexer matches no other images. */
function binaryOperator(image: string): BinaryOperator {
  return image as BinaryOperator;
}
