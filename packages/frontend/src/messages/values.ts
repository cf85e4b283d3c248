import { message } from "@assassyn/diagnostics";
import { explain } from "./explain.js";

/** Messages about types, literals and compile-time evaluation. */
export const valueMessages = {
  "width-mismatch": message<{ expected: string; found: string; expectedWidth: number; foundWidth: number }>(
    "error",
    (a) =>
      `expected ${a.expected} (${a.expectedWidth} ${a.expectedWidth === 1 ? "bit" : "bits"}), found ${a.found} (${a.foundWidth} ${a.foundWidth === 1 ? "bit" : "bits"})`,
    explain(
      "Values of equal width convert silently; a change of width is written with `as`, `zext`, `sext`, `bitcast` or a slice.",
      "reg x: u8\nx <= a * b      // 16 bits",
      "x <= (a * b) as u8",
    ),
  ),
  "arm-mismatch": message<{ first: string; found: string }>(
    "error",
    (a) => `the arms differ in width: ${a.first} and ${a.found}`,
    explain(
      "All arms of `?:`, `??`, `match` and `select1hot` have the same width.",
      "c ? byte : word",
      "c ? byte as u32 : word",
    ),
  ),
  "literal-range": message<{ value: string; type: string; low: string; high: string }>(
    "error",
    (a) => `${a.value} does not fit ${a.type}, which holds ${a.low} to ${a.high}`,
    explain(
      "A literal takes the type of the other operand or of its target, and must fit. `as` cuts a constant to its low bits.",
      "reg x: u8 = 256",
      "reg x: u8 = 255\nlet mask = -1 as u8",
    ),
  ),
  "literal-untyped": message<{ value: string }>(
    "error",
    (a) => `${a.value} has no type here`,
    explain(
      "An untyped literal takes its type from the other operand or from the target; here there is neither.",
      "let x = 5\nlet y = cat(1, x)",
      "let y = cat(u1(1), u8(5))",
    ),
  ),
  "condition-width": message<{ type: string; width: number }>(
    "error",
    (a) => `a condition is one bit, found ${a.type} (${a.width} bits)`,
    explain(
      "`when`, `wait_until`, `assert`, `?:`, `&&` and `||` take one bit.",
      "when count { … }",
      "when count != 0 { … }",
    ),
  ),
  "no-result": message<{ what: string }>(
    "error",
    (a) => `${a.what} has no result`,
    explain(
      "A function without `->` and a call of a stage are statements.",
      "let x = adder(a: 1, b: 2)",
      "adder(a: 1, b: 2)",
    ),
  ),
  "unused-result": message(
    "error",
    () => "the value of this expression is not used",
    explain(
      "An expression alone is a statement only if it calls a stage or function, or pops a port.",
      "cnt + 1",
      "cnt <= cnt + 1",
    ),
  ),
  "missing-result": message<{ name: string; type: string }>(
    "error",
    (a) => `function \`${a.name}\` must end with an expression of type ${a.type}`,
    explain(
      "The last statement of a function with `->` is its result.",
      "fn f(a: u8) -> u8 { let b = a + 1 }",
      "fn f(a: u8) -> u8 { let b = a + 1; b }",
    ),
  ),
  "slice-range": message<{ text: string; type: string }>(
    "error",
    (a) => `\`[${a.text}]\` is not inside ${a.type}`,
    explain(
      "A slice is `[msb:lsb]`, both inclusive, inside the value and msb not below lsb.",
      "x[0:7]",
      "x[7:0]",
    ),
  ),
  "index-range": message<{ index: string; what: string; low: bigint | number; high: bigint | number }>(
    "error",
    (a) =>
      `index ${a.index} is out of range: ${a.what} ${a.low > a.high ? "is empty" : `goes from ${a.low} to ${a.high}`}`,
    explain(
      "A constant index must be inside the array, value or index range.",
      "reg rf: [u8; 4]\nrf[4] <= 1",
      "rf[3] <= 1",
    ),
  ),
  "index-count": message<{ what: string; expected: number; found: number }>(
    "error",
    (a) => `${a.what} takes ${a.expected} ${a.expected === 1 ? "index" : "indices"}, found ${a.found}`,
    explain(
      "A module or instance with index ranges takes one index for each; an array takes one.",
      "pe[0]",
      "pe[0, 1]",
    ),
  ),
  "needs-index": message<{ what: string }>(
    "error",
    (a) => `${a.what} needs an index`,
    explain(
      "An array is read and written by element; a module with index ranges is named with its indices.",
      "rf <= 1",
      "rf[0] <= 1",
    ),
  ),
  "bad-width": message<{ width: string }>(
    "error",
    (a) => `a width is a constant from 1 to 65536, found ${a.width}`,
    explain("Widths count bits. `clog2(1)` is 0, which is no width.", "reg x: uint<0>", "reg x: uint<1>"),
  ),
  "bad-size": message<{ what: string; value: string; largest?: string }>(
    "error",
    (a) =>
      `${a.what} must be ${a.largest === undefined ? "at least 1" : `from 1 to ${a.largest}`}, found ${a.value}`,
    explain(
      "Arrays have at least one element, declared depths at least one place, and neither more than 2^31.",
      "reg x: [u8; 0]",
      "reg x: [u8; 1]",
    ),
  ),
  "bad-latency": message<{ value: string; longest: number }>(
    "error",
    (a) => `a latency is a constant from 1 to ${a.longest}, found ${a.value}`,
    explain(
      "The outputs of an external module are registers, which change at least one cycle after it ran.",
      "extern module dsp(a: i32) -> (p: i64) latency 0",
      "extern module dsp(a: i32) -> (p: i64) latency 1",
    ),
  ),
  "not-constant": message<{ what: string }>(
    "error",
    (a) => `${a.what} is not known at compile time`,
    explain(
      "Widths, sizes, ranges, indices of instances, slice bounds and the conditions of `if` are constants. At run time there are `when`, `?:`, `x[i]` and `>>`.",
      "if cnt < 3 { … }",
      "when cnt < 3 { … }",
    ),
  ),
  "constant-kind": message<{ expected: string; found: string }>(
    "error",
    (a) => `expected ${a.expected}, found ${a.found}`,
    explain(
      "Integers, strings, booleans and lists are different kinds of constants.",
      'reg x: u8 = "a"',
      "reg x: u8 = 97",
    ),
  ),
  "constant-division": message(
    "error",
    () => "a constant is divided by zero",
    explain(
      "Division by zero has no value at compile time, and faults at run time.",
      "const A = 1 / 0",
      "const A = 1",
    ),
  ),
  "constant-size": message(
    "error",
    () => "the constant is too large: more than 1 000 000 bits",
    explain(
      "Compile-time integers are unlimited in theory; this one is surely a mistake.",
      "const A = 1 << 1000000000",
      "const A = 1 << 32",
    ),
  ),
  "array-type": message(
    "error",
    () => "only a register can be an array",
    explain(
      "Values, ports and fields are single values; `[T; N]` is the type of a register.",
      "module m(a: [u8; 4]) { … }",
      "module m(a: b32) { … }",
    ),
  ),
  "bad-operand": message<{ operator: string; found: string }>(
    "error",
    (a) => `\`${a.operator}\` does not apply to ${a.found}`,
    explain(
      "Operators take numbers; strings can be compared and joined with `+` at compile time.",
      '"a" * 2',
      '"a" + "b"',
    ),
  ),
  "chained-comparison": message<{ first: string; second: string }>(
    "error",
    (a) => `comparisons cannot be chained: \`${a.first}\` gives one bit, which \`${a.second}\` would compare`,
    explain(
      "`a < b < c` would compare the outcome of `a < b`, one bit, with c. Two comparisons are joined with `&&`; whoever means the one bit says so with parentheses.",
      "when 1 < x < 3 { … }",
      "when 1 < x && x < 3 { … }",
    ),
  ),
  "format-syntax": message<{ reason: string }>(
    "error",
    (a) => a.reason,
    explain(
      "Format strings follow Rust: `{}`, `{:x}`, `{:#010x}`, `{:b}`, `{:05}`, `{:>8}`; `{{` and `}}` are braces.",
      'log("{:q}", x)',
      'log("{:x}", x)',
    ),
  ),
  "format-arguments": message<{ expected: number; found: number }>(
    "error",
    (a) =>
      `the format string takes ${a.expected} ${a.expected === 1 ? "argument" : "arguments"}, found ${a.found}`,
    explain(
      "Each `{}` takes one argument, and each argument is used.",
      'log("{} {}", x)',
      'log("{} {}", x, y)',
    ),
  ),
  "match-incomplete": message<{ missing: string }>(
    "error",
    (a) => `the match does not cover ${a.missing}`,
    explain(
      "A match has an arm for every value of its subject, or `_`.",
      "match x { 0 => a, 1 => b }",
      "match x { 0 => a, 1 => b, _ => c }",
    ),
  ),
  "match-repeated": message<{ value: string }>(
    "error",
    (a) => `the pattern ${a.value} was covered before`,
    explain(
      "The first arm that fits is chosen, so this one never is.",
      "match x { 0 => a, 0 => b, _ => c }",
      "match x { 0 => a, 1 => b, _ => c }",
    ),
  ),
  "select-arms": message<{ width: number; arms: number }>(
    "error",
    (a) => `the selector has ${a.width} ${a.width === 1 ? "bit" : "bits"}, but there are ${a.arms} arms`,
    explain(
      "Bit i of the selector chooses arm i, so there are as many arms as bits.",
      "select1hot(s[1:0], a, b, c)",
      "select1hot(s[2:0], a, b, c)",
    ),
  ),
};
