/** fast-check arbitraries of {@link SystemPlan}s. Numbers shrink to 0, alternatives to the first one. */
import type { FormatSpec, Type } from "@assassyn/ir";
import { type } from "@assassyn/ir";
import * as fc from "fast-check";
import { GAP_FORMS } from "./gaps.js";
import type {
  ArrayPlan,
  ExpressionPlan,
  LogPiecePlan,
  ModulePlan,
  PortPlan,
  StatementPlan,
  SystemPlan,
  UsePlan,
} from "./plan.js";
import type { RandomSystemOptions } from "./random-system.js";

/** Widths where targets change their representation. */
const CRITICAL_WIDTHS = [1, 2, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 192, 200];

interface Weighted<T> {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<T>;
}

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>): Weighted<T> => ({ weight, arbitrary });
const oneOf = <T>(...choices: Weighted<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true, maxDepth: 1000, depthSize: "max" }, ...choices);
const list = <T>(item: fc.Arbitrary<T>, minLength: number, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength, size: "max" });
const pick = fc.nat({ max: 59 });
const risk = fc.nat({ max: 99 });
/** For operations of which few can fault at all. */
const frequentRisk = oneOf(weighted(2, risk), weighted(1, fc.integer({ min: 80, max: 99 })));
/** For the commonest operations, which else would cause nearly all faults. */
const rareRisk = oneOf(weighted(5, fc.constant(0)), weighted(1, risk));

/** Types of widths 1 to `maxWidth`: many small, all critical ones. */
function types(maxWidth: number): fc.Arbitrary<Type> {
  const width = oneOf(
    weighted(4, fc.integer({ min: 1, max: Math.min(16, maxWidth) })),
    weighted(3, fc.constantFrom(...CRITICAL_WIDTHS.filter((critical) => critical <= maxWidth))),
    weighted(2, fc.constantFrom(...[8, 16, 32, 64].filter((common) => common <= Math.max(8, maxWidth)))),
    weighted(1, fc.integer({ min: 1, max: maxWidth })),
  );
  return fc.tuple(fc.constantFrom("u", "i", "b"), width).map(([typeClass, bits]) => type(typeClass, bits));
}

/** Bit patterns; the builder cuts them to their type. `-1` is all ones. */
const patterns: fc.Arbitrary<bigint> = oneOf(
  weighted(4, fc.bigInt({ min: 0n, max: 15n })),
  weighted(1, fc.constant(-1n)),
  weighted(
    2,
    fc.nat({ max: 200 }).map((shift) => 1n << BigInt(shift)),
  ),
  weighted(
    1,
    fc.nat({ max: 200 }).map((shift) => (1n << BigInt(shift)) - 1n),
  ),
  weighted(2, fc.bigInt({ min: 0n, max: (1n << 200n) - 1n })),
);

const specs: fc.Arbitrary<FormatSpec> = fc
  .record({
    fill: fc.constantFrom(" ", "*", "0", "-", "é", "<", "字"),
    align: fc.constantFrom(undefined, undefined, "<" as const, "^" as const, ">" as const),
    plus: fc.nat({ max: 4 }).map((n) => n === 4),
    alternate: fc.nat({ max: 2 }).map((n) => n === 2),
    zero: fc.nat({ max: 3 }).map((n) => n === 3),
    width: oneOf(
      weighted(3, fc.constant(0)),
      weighted(2, fc.nat({ max: 12 })),
      weighted(1, fc.nat({ max: 230 })),
    ),
    radix: fc.constantFrom(
      "" as const,
      "" as const,
      "?" as const,
      "x" as const,
      "X" as const,
      "b" as const,
      "o" as const,
    ),
  })
  .map(({ fill, align, ...spec }) =>
    align === undefined ? { ...spec, fill: " " } : { ...spec, fill, align },
  );

const plainSpec: FormatSpec = { fill: " ", plus: false, alternate: false, zero: false, width: 0, radix: "" };

const pieces: fc.Arbitrary<LogPiecePlan> = fc.record({
  text: fc.constantFrom(
    "",
    " ",
    "v=",
    "{",
    "}",
    "{}",
    '"',
    "\\",
    "%d",
    "a\tb",
    "é字😀",
    "'",
    "${x}",
    "*/",
    "//",
    "\\n",
  ),
  argument: pick,
  spec: oneOf(weighted(1, fc.constant(plainSpec)), weighted(2, specs)),
});

/** Expressions of at most `depth` nested operations. */
function expressions(depth: number, typeOf: fc.Arbitrary<Type>): fc.Arbitrary<ExpressionPlan>[] {
  const leafOf = (index: fc.Arbitrary<ExpressionPlan>): fc.Arbitrary<ExpressionPlan> =>
    oneOf<ExpressionPlan>(
      weighted(3, fc.record({ kind: fc.constant("const"), type: typeOf, value: patterns })),
      weighted(4, fc.record({ kind: fc.constant("local"), pick })),
      weighted(3, fc.record({ kind: fc.constant("read"), array: pick, index, guard: pick, risk: rareRisk })),
      weighted(3, fc.record({ kind: fc.constant("observe"), what: pick, pick, risk: frequentRisk })),
      weighted(1, fc.record({ kind: fc.constant("cycle") })),
    );
  const constant: fc.Arbitrary<ExpressionPlan> = fc.record({
    kind: fc.constant("const"),
    type: typeOf,
    value: patterns,
  });
  const levels: fc.Arbitrary<ExpressionPlan>[] = [leafOf(constant)];
  for (let level = 1; level <= depth; level += 1) {
    const inner = levels[level - 1] ?? constant;
    levels.push(
      oneOf<ExpressionPlan>(
        weighted(6, leafOf(inner)),
        weighted(
          9,
          fc.record({
            kind: fc.constant("binary"),
            operator: fc.constantFrom(
              ...(["add", "sub", "mul", "div", "rem", "and", "or", "xor"] as const),
              ...(["shl", "shr", "lt", "gt", "le", "ge", "eq", "ne"] as const),
            ),
            left: inner,
            right: inner,
            guard: pick,
            risk,
          }),
        ),
        weighted(
          2,
          fc.record({ kind: fc.constant("unary"), operator: fc.constantFrom("not", "neg"), operand: inner }),
        ),
        weighted(
          3,
          fc.record({
            kind: fc.constant("cast"),
            operator: fc.constantFrom("zext", "sext", "bitcast"),
            operand: inner,
            type: typeOf,
          }),
        ),
        weighted(
          2,
          fc.record({ kind: fc.constant("slice"), operand: inner, from: fc.nat(199), to: fc.nat(199) }),
        ),
        weighted(2, fc.record({ kind: fc.constant("concat"), operands: list(inner, 1, 3) })),
        weighted(2, fc.record({ kind: fc.constant("select"), condition: inner, then: inner, else: inner })),
        weighted(
          1,
          fc.record({ kind: fc.constant("select1hot"), selector: inner, arms: list(inner, 1, 4), risk }),
        ),
        weighted(2, fc.record({ kind: fc.constant("choose"), condition: inner, then: inner, else: inner })),
      ),
    );
  }
  return levels;
}

/** Statements; `depth` bounds the nesting of `when`. */
function statements(
  depth: number,
  any: fc.Arbitrary<ExpressionPlan>,
  small: fc.Arbitrary<ExpressionPlan>,
  patterns: "plain" | "all",
): fc.Arbitrary<StatementPlan> {
  const leaves: Weighted<StatementPlan>[] = [
    weighted(
      6,
      fc.record({ kind: fc.constant("log"), pieces: list(pieces, 0, 3), arguments: list(small, 0, 3) }),
    ),
    weighted(
      6,
      fc.record({
        kind: fc.constant("let"),
        value: any,
        name: pick,
        exposed: fc.nat({ max: 2 }).map((n) => n > 0),
      }),
    ),
    weighted(
      5,
      fc.record({
        kind: fc.constant("write"),
        array: pick,
        index: small,
        value: any,
        inRange: fc.nat({ max: 3 }).map((n) => n > 0),
        risk,
      }),
    ),
    weighted(4, fc.record({ kind: fc.constant("call"), callee: pick, arguments: list(small, 1, 3), risk })),
    weighted(1, fc.record({ kind: fc.constant("push"), callee: pick, port: pick, value: small, risk })),
    weighted(1, fc.record({ kind: fc.constant("credit"), callee: pick, every: fc.nat({ max: 7 }) })),
    weighted(2, fc.record({ kind: fc.constant("pop"), port: pick, risk: frequentRisk })),
    weighted(
      1,
      fc.record({
        kind: fc.constant("wait"),
        condition: small,
        rarely: fc.nat({ max: 3 }).map((n) => n > 0),
      }),
    ),
    weighted(1, fc.record({ kind: fc.constant("assert"), condition: small, message: pick, risk })),
    weighted(1, fc.record({ kind: fc.constant("finish"), condition: small, risk })),
  ];
  if (patterns === "all") {
    const constants = list(fc.nat({ max: 7 }), 1, 4);
    const cases = {
      kind: fc.constant("cases" as const),
      of: small,
      array: pick,
      value: small,
      constants,
      risk,
    };
    leaves.push(weighted(3, fc.record(cases)));
  }
  if (depth === 0) return oneOf(...leaves);
  const inner = statements(depth - 1, any, small, patterns);
  const when: fc.Arbitrary<StatementPlan> = fc.record({
    kind: fc.constant("when"),
    condition: small,
    then: list(inner, 0, 4),
    else: oneOf<StatementPlan[]>(weighted(2, fc.constant([])), weighted(1, list(inner, 0, 3))),
  });
  return oneOf(...leaves, weighted(5, when));
}

/** Drivers keep quiet in the gap nearly always, or there would be none. */
function gapOf(kind: ModulePlan["kind"]): fc.Arbitrary<number> {
  const form = fc.integer({ min: 2, max: 2 * GAP_FORMS + 1 });
  const isAlwaysRunning = kind === "driver" || kind === "testbench";
  return oneOf(weighted(1, fc.constant(0)), weighted(isAlwaysRunning ? 12 : 1, form));
}

/** Plans of whole designs within the limits of `options`. */
export function systemPlans(options: Required<RandomSystemOptions>): fc.Arbitrary<SystemPlan> {
  const typeOf = types(options.maxWidth);
  const levels = expressions(options.maxDepth, typeOf);
  const any = levels.at(-1);
  const small = levels[Math.max(0, options.maxDepth - 1)];
  if (any === undefined || small === undefined) throw new RangeError("maxDepth is negative");
  const body = list(statements(2, any, small, options.patterns), 0, options.maxStatements);
  const ports: fc.Arbitrary<PortPlan> = fc.record({
    type: typeOf,
    name: pick,
    depth: oneOf(weighted(2, fc.constant(0)), weighted(1, fc.integer({ min: 1, max: 5 }))),
    deep: fc.nat({ max: 2 }).map((n) => n > 0),
  });
  const uses: fc.Arbitrary<UsePlan> = fc.record({ module: pick, slot: pick, how: pick, risk });
  const arrays: fc.Arbitrary<ArrayPlan> = fc.record({
    name: pick,
    type: typeOf,
    size: oneOf(
      weighted(4, fc.constant(1)),
      weighted(3, fc.constantFrom(2, 4, 8, 16)),
      weighted(3, fc.integer({ min: 1, max: 20 })),
      weighted(1, fc.constantFrom(33, 64, 100, 257)),
    ),
    scalar: fc.boolean(),
    initial: list(patterns, 0, 4),
    fill: oneOf(weighted(2, fc.constant(0n)), weighted(1, patterns)),
  });
  const hasGaps = options.patterns === "all";
  const moduleOf = (kind: ModulePlan["kind"]): fc.Arbitrary<ModulePlan> =>
    fc.record({
      kind: fc.constant(kind),
      name: oneOf(weighted(1, fc.constant(0)), weighted(1, pick)),
      ports: kind === "stage" ? list(ports, 0, 3) : fc.constant([]),
      take: fc.constantFrom("take", "take", "take", "each", "peek", "body", "bare"),
      uses: kind === "downstream" ? list(uses, 1, 3) : fc.constant([]),
      copies:
        kind === "driver"
          ? fc.constant(0)
          : oneOf(weighted(6, fc.constant(0)), weighted(1, fc.nat({ max: 3 }))),
      own: oneOf<ArrayPlan[]>(weighted(4, fc.constant([])), weighted(1, list(arrays, 1, 2))),
      rank: kind === "downstream" ? fc.nat({ max: 9 }) : fc.constant(0),
      feed:
        kind === "stage"
          ? fc.record({ every: fc.nat({ max: 4 }), arguments: list(small, 1, 3) })
          : fc.constant({ every: 0, arguments: [] }),
      gap: hasGaps ? gapOf(kind) : fc.constant(0),
      body,
    });
  return fc.record({
    cycles: fc.integer({ min: Math.min(8, options.maxCycles), max: options.maxCycles }),
    late: fc.integer({ min: 10, max: 95 }),
    idle: oneOf(weighted(4, fc.constant(100)), weighted(1, fc.integer({ min: 1, max: 20 }))),
    gap: hasGaps
      ? fc.option(
          fc.record({ from: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 5, max: 300 }) }),
          {
            nil: undefined,
            freq: 4,
          },
        )
      : fc.constant(undefined),
    careful: options.faults === "never" ? fc.constant(true) : fc.nat({ max: 99 }).map((n) => n < 60),
    arrays: list(arrays, 0, options.maxArrays),
    driver: moduleOf("driver"),
    driverPlace: pick,
    others: list(
      oneOf(
        weighted(10, moduleOf("stage")),
        weighted(6, moduleOf("downstream")),
        weighted(1, moduleOf("testbench")),
        weighted(1, moduleOf("driver")),
      ),
      0,
      options.maxModules - 1,
    ),
  });
}
