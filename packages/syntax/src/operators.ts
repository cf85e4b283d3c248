import type { BinaryOperator, Expression } from "./ast.js";

/** Binding strength of the operators between operands; a higher number binds tighter. `??` binds looser than all of them and to the right. */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ["??", 1],
  ["||", 2],
  ["&&", 3],
  ["==", 4],
  ["!=", 4],
  ["<", 4],
  ["<=", 4],
  [">", 4],
  [">=", 4],
  ["|", 5],
  ["^", 6],
  ["&", 7],
  ["<<", 8],
  [">>", 8],
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
  ["%", 10],
]);

/** How tight an operator binds: 1 for `??` up to 10 for products. */
export function operatorStrength(operator: string): number {
  return STRENGTH.get(operator) ?? 0;
}

/**
 * Builds the tree of `a + b * c ?? d` from operands and operators as they come (operator precedence with a stack of open left sides),
 * and keeps the height of the tree, so that the parser can bound it.
 */
export class OperatorChain {
  /** Left sides that wait for their right one, loosest operator first. */
  readonly #open: {
    readonly operator: string;
    readonly strength: number;
    readonly left: Expression;
    readonly height: number;
  }[] = [];
  readonly #file: number;
  #last: Expression;
  #height: number;

  constructor(first: Expression, height: number, file: number) {
    this.#last = first;
    this.#height = height;
    this.#file = file;
  }

  /** Adds an operator and the operand behind it. */
  add(operator: string, operand: Expression, height: number): void {
    const strength = operatorStrength(operator);
    // `??` binds to the right, so an equal one waits.
    this.#close(operator === "??" ? strength + 1 : strength);
    this.#open.push({ operator, strength, left: this.#last, height: this.#height });
    this.#last = operand;
    this.#height = height;
  }

  /** The finished tree and its height. */
  finish(): { readonly expression: Expression; readonly height: number } {
    this.#close(0);
    return { expression: this.#last, height: this.#height };
  }

  /** Builds the nodes of all waiting operators that bind at least as tight as `strength`. */
  #close(strength: number): void {
    for (
      let top = this.#open.at(-1);
      top !== undefined && top.strength >= strength;
      top = this.#open.at(-1)
    ) {
      this.#open.pop();
      const { left, operator } = top;
      const right = this.#last;
      const file = this.#file;
      this.#last =
        operator === "??"
          ? { kind: "coalesce", value: left, fallback: right, file, start: left.start, end: right.end }
          : {
              kind: "binary",
              operator: binaryOperator(operator),
              left,
              right,
              file,
              start: left.start,
              end: right.end,
            };
      this.#height = Math.max(top.height, this.#height) + 1;
    }
  }
}

/** The image of an operator token as the tree wants it. The lexer matches no other images. */
function binaryOperator(image: string): BinaryOperator {
  // oxlint-disable-next-line typescript/consistent-type-assertions
  return image as BinaryOperator;
}
