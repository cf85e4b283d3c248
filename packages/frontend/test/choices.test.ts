import { expect, test } from "vitest";
import { accept, evaluateLog, inSystem, printSystem, run } from "./harness.js";

const ITEMS = `
  reg x: u8 = 2
  reg off: bool
  reg on: bool = true
  reg three: u8 = 3
  reg rf: [u8; 3] = [10, 20, 30]
  reg zero: u8
`;

const VALUES: readonly (readonly [expression: string, printed: string])[] = [
  ["on ? x : 7", "2"],
  ["off ? 7 : x", "2"],
  ["x + (on ? 1 : 0)", "3"],
  ["(x == 2 ? 5 : 6) + x", "error"],
  // arms that would fault are not evaluated unless chosen
  ["off ? rf[three] : x", "2"],
  ["on ? x : rf[three]", "2"],
  ["zero == 0 ? 99 : x / zero", "99"],
  ["off ? rf[three] : on ? rf[x] : x / zero", "30"],
  ["off && rf[three] == 0", "0"],
  ["on || rf[three] == 0", "1"],
  ["on && rf[x] == 30", "1"],
  ["off || rf[x] == 31", "0"],
  ["on && x == 2 && !off", "1"],
  ["off || off || x == 2", "1"],
  ["true || rf[7] == 0", "1"],
  ["match x { 0 => 1, 1 | 2 => x, _ => 3 }", "2"],
  ["match x { 0 => rf[three], 2 => rf[x], _ => x / zero }", "30"],
  ["match x { 1 => rf[three], _ => x }", "2"],
  ["match on { true => x, false => 9 }", "2"],
  ["match x[1:0] { 0 => x, 1 => 1, 2 => 44, 3 => 0 }", "44"],
  ["match 5 { 5 => x, _ => rf[7] }", "2"],
  ["select1hot(x[1:0], 7, x)", "2"],
  ["select1hot(x[2:0], rf[three], x, x / zero)", "2"],
  ["select1hot(on, x)", "2"],
  ["width(x) == 8 ? x : rf[99]", "2"],
];

test("choices evaluate what they choose", () => {
  const cases = VALUES.filter(([, printed]) => printed !== "error");
  const printed = evaluateLog(cases.map(([expression]) => `log("{}", ${expression})`).join("\n"), ITEMS);
  expect(cases.map(([expression], index) => [expression, printed[index]])).toEqual(cases);
});

/** The IR of a driver with one `let`. */
const lowered = (expression: string): string =>
  printSystem(accept(inSystem(`${ITEMS}driver { let v = ${expression}\nlog("{}", v) }`)));

test("arms that cannot fault become selects, others regions", () => {
  expect(lowered("on ? x : zero + 1")).toMatch(/v: u8 = %\d+ \? /);
  expect(lowered("on ? x : zero + 1")).not.toContain("when");
  expect(lowered("on ? x : x / zero")).toMatch(/v: u8 = (when|if)/);
  expect(lowered("on && x == 2")).toContain(" & ");
});

test("a chosen arm that faults does", () => {
  expect(run(inSystem(`${ITEMS}driver { log("{}", on ? rf[three] : x) }`), {}, 2).join()).toMatch(
    /^fault: .*rf/,
  );
  expect(
    run(inSystem(`${ITEMS}driver { log("{}", select1hot(three[1:0], x, x / zero)) }`), {}, 2).join(),
  ).toMatch(/^fault: .*select1hot/);
  expect(run(inSystem(`${ITEMS}driver { log("{}", select1hot(three[1:0], x, x)) }`), {}, 2).join()).toMatch(
    /^fault: .*select1hot/,
  );
});

test("a long chain of choices needs neither a deep stack nor quadratic time", () => {
  const arms = Array.from(
    { length: 1000 },
    (_, index) => `${index} => ${index === 7 ? "word / zero" : index * 3}`,
  ).join(", ");
  const sum = Array.from({ length: 500 }, () => "word").join(" + ");
  const both = Array.from({ length: 500 }, () => "word == 4").join(" && ");
  expect(
    evaluateLog(
      `log("{} {} {}", match word { ${arms}, _ => 0 }, ${sum}, ${both})`,
      "reg word: u16 = 4\nreg zero: u16",
    ),
  ).toEqual(["12 2000 1"]);
});

test("literal arms take the type of a typed arm, of the target, or of the other operand", () => {
  expect(
    evaluateLog(
      'let a: u8 = on ? 1 : 2\nlet b = off ? 1 : x\nlet c = x + (off ? 1 : 2)\nlog("{} {} {}", a, b, c)',
      ITEMS,
    ),
  ).toEqual(["1 2 4"]);
});
