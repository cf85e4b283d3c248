/** What the report does not list prints the same with both semantics: every operator on pairs of types, at the ends of their ranges. */
import { expect, test } from "vitest";
import { reportSemantics } from "../src/index.js";
import { driverOf, importText, run } from "./support.js";

const TYPES = ["b1", "i1", "u5", "i5", "b8", "u8", "i8", "i13", "u32", "i32", "u64", "i64", "u80", "i80"];
const OPERATORS = ["+", "-", "*", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!="];

const width = (type: string): bigint => BigInt(type.slice(1));
const ends = (type: string): bigint[] =>
  type.startsWith("i")
    ? [-(1n << (width(type) - 1n)), -1n, 1n, (1n << (width(type) - 1n)) - 1n]
    : [0n, 1n, (1n << width(type)) - 1n, 1n << (width(type) - 1n)];

/** Names of the values that print differently. */
function differing(left: string, right: string, values: readonly string[], a: bigint, b: bigint): string[] {
  return values.flatMap((value, index) => {
    const text = driverOf(
      [
        "a = left[(0:u1)]",
        "b = right[(0:u1)]",
        `x${index} = ${value}`,
        `log('{}', x${index}) // meta cond (1:b1)`,
      ],
      [`left = [${left}; 1]`, `right = [${right}; 1]`],
    );
    const metadata = `{"sim_threshold": 1, "arrays": {"left": {"init": [${a}]}, "right": {"init": [${b}]}}}`;
    const exact = importText(text, metadata);
    if (exact.design === undefined) throw new Error(`${value} on ${left} and ${right} does not resolve`);
    if (reportSemantics(exact.design).length > 0) return [];
    const upstream = run(importText(text, metadata, { semantics: "upstream" }));
    const lines = run(exact);
    return JSON.stringify(lines) === JSON.stringify(upstream)
      ? []
      : [`${value} with a: ${left} = ${a}, b: ${right} = ${b}: ${lines.join()} and ${upstream.join()}`];
  });
}

test("operators", () => {
  const values = [...OPERATORS.map((operator) => `a ${operator} b`), "{ a b }", "a / b", "a % b"];
  const wrong = TYPES.flatMap((left) =>
    TYPES.flatMap((right) =>
      ends(left).flatMap((a, index) =>
        differing(left, right, values, a, ends(right)[(index * 3 + 1) % 4] ?? 0n),
      ),
    ),
  );
  expect(wrong).toEqual([]);
});

test("each report names the value and the reason", () => {
  const text = driverOf(
    ["a = r[(0:u1)]", "x = a + (1:u5)", "y = a % (3:u5)", "z = sext a to i9"],
    ["r = [u5; 1]"],
  );
  const { design } = importText(text);
  expect(design === undefined ? [] : reportSemantics(design).map(({ message }) => message)).toEqual([
    "x can differ from the original's simulator: the original keeps 8 bits of a result of type u5",
    "z can differ from the original's simulator: the original extends by the class of the operand: with zeros",
  ]);
});

test("conversions", () => {
  const values = TYPES.flatMap((type) => [`bitcast a to ${type}`, `zext a to ${type}`, `sext a to ${type}`]);
  const wrong = TYPES.flatMap((left) =>
    ends(left).flatMap((a) => differing(left, "b1", [...values, "!a", "-a", "a[(0:u1):(0:u1)]"], a, 0n)),
  );
  expect(wrong).toEqual([]);
});
