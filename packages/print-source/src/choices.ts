/** `?:`, `match`, `??`, `&&`, `||` and `select1hot`. */
import type { Type } from "@assassyn/ir";
import { BOOL } from "@assassyn/ir";
import type { MatchShape, Printed } from "./printed.js";
import { bareLiteral, conditionText, exact, literal, STRENGTH, wrap } from "./printed.js";

/** Texts of arms, and the type that the language finds for a choice among them. */
interface Arms {
  readonly texts: readonly string[];
  readonly type: Type;
  /** The texts where the target gives the type, if all are literals. */
  readonly bare?: readonly string[];
}

/** A literal among arms takes the type of the others; one of literals alone says it. */
function printArms(arms: readonly Printed[], type: Type, strength: number): Arms {
  const typed = arms.find((arm) => arm.literal === undefined);
  const found = typed?.type ?? type;
  const bare = arms.map((arm) =>
    arm.literal === undefined ? wrap(arm, strength) : bareLiteral(arm.literal, found),
  );
  if (typed !== undefined) return { texts: bare, type: found };
  const texts = bare.map((text, index) =>
    index === 0 ? wrap(arms[0] ?? { text, strength }, strength) : text,
  );
  return { texts, type: found, bare };
}

/** The choice `condition ? then : otherwise` between values of the width of `type`, in its shortest form. */
export function printChoice(condition: Printed, then: Printed, otherwise: Printed, type: Type): Printed {
  if (condition.literal !== undefined) return condition.literal === 1n ? then : otherwise;
  const constant = condition.constant && (then.constant || otherwise.constant);
  if (
    condition.exposed?.what === "valid" &&
    then.exposed?.what === "value" &&
    condition.exposed.key === then.exposed.key
  ) {
    const fallback =
      otherwise.literal === undefined
        ? wrap(otherwise, STRENGTH.coalesce)
        : bareLiteral(otherwise.literal, then.type);
    return {
      text: `${then.text} ?? ${fallback}`,
      strength: STRENGTH.coalesce,
      type: then.type,
      simple: false,
      constant: false,
    };
  }
  const { test } = condition;
  const rest = otherwise.match;
  const known = new Set(rest?.subject === test?.subject ? rest?.arms.flatMap((arm) => arm.patterns) : []);
  const match: MatchShape | undefined =
    test === undefined
      ? undefined
      : {
          subject: test.subject,
          ...(rest !== undefined &&
          rest.subject === test.subject &&
          test.patterns.every((pattern) => !known.has(pattern))
            ? { arms: [{ patterns: test.patterns, value: then }, ...rest.arms], otherwise: rest.otherwise }
            : { arms: [{ patterns: test.patterns, value: then }], otherwise }),
        };
  if (match !== undefined && match.arms.length > 1) return { ...printMatch(match, type), match };
  // Of a condition that it knows the language takes the chosen arm alone, so each arm says its type.
  const arms = condition.constant
    ? { texts: [exact(then, type).text, exact(otherwise, type).text], type }
    : printArms([then, otherwise], type, STRENGTH.choice);
  const text = (texts: readonly string[]): string =>
    `${conditionText(condition, STRENGTH.coalesce)} ? ${texts[0]} : ${texts[1]}`;
  return {
    text: text(arms.texts),
    ...("bare" in arms && arms.bare !== undefined ? { bare: text(arms.bare) } : {}),
    strength: STRENGTH.choice,
    type: arms.type,
    simple: false,
    constant,
    ...(match === undefined ? {} : { match }),
  };
}

function printMatch(match: MatchShape, type: Type): Printed {
  const values = [...match.arms.map((arm) => arm.value), match.otherwise];
  const arms = printArms(values, type, STRENGTH.choice);
  const heads = [...match.arms.map((arm) => arm.patterns.join(" | ")), "_"];
  const text = (texts: readonly string[]): string =>
    `match ${match.subject} {\n${heads.map((head, index) => `${head} => ${texts[index]}`).join("\n")}\n}`;
  return {
    text: text(arms.texts),
    ...(arms.bare === undefined ? {} : { bare: text(arms.bare) }),
    // In parentheses wherever something stands around it.
    strength: STRENGTH.choice,
    type: arms.type,
    simple: false,
    constant: false,
  };
}

/** A choice of which only the chosen arm is evaluated; `&&` and `||` where one arm is a constant bit. */
export function printLazyChoice(condition: Printed, then: Printed, otherwise: Printed, type: Type): Printed {
  const bits = type.width === 1 && condition.literal === undefined && !condition.constant;
  if (bits && otherwise.literal === 0n && !then.constant) return logical("&&", condition, then);
  if (bits && then.literal === 1n && !otherwise.constant) return logical("||", condition, otherwise);
  return printChoice(condition, then, otherwise, type);
}

/** `a && b`, `a || b`. */
export function logical(operator: "&&" | "||", left: Printed, right: Printed): Printed {
  const strength = operator === "&&" ? STRENGTH.and : STRENGTH.or;
  const test =
    operator === "||" && left.test !== undefined && left.test.subject === right.test?.subject
      ? {
          subject: left.test.subject,
          patterns: [...new Set([...left.test.patterns, ...right.test.patterns])],
        }
      : undefined;
  return {
    text: `${wrap(left, strength)} ${operator} ${wrap(right, strength + 1)}`,
    strength,
    type: BOOL,
    simple: false,
    constant: left.constant || right.constant,
    ...(test === undefined ? {} : { test }),
  };
}

/** `select1hot(selector, a, b, …)`. */
export function printSelect1Hot(selector: Printed, values: readonly Printed[], type: Type): Printed {
  const arms = printArms(values, type, STRENGTH.choice);
  return {
    text: `select1hot(${[selector.text, ...arms.texts].join(", ")})`,
    strength: STRENGTH.postfix,
    type: arms.type,
    simple: false,
    constant: false,
  };
}

/** A value that the language does not know at compile time, whatever it is made of: the number of the cycle is never constant. */
export function opaque(printed: Printed, shadowed: ReadonlySet<string>, cycle: string): Printed {
  const { width } = printed.type;
  const value =
    printed.literal === undefined ? printed : literal(printed.literal, { class: "b", width }, shadowed);
  const zero = `${width === 64 ? `${cycle}()` : `${cycle}() as ${width === 1 ? "bool" : `b${width}`}`} & 0`;
  return {
    text: `${zero} | ${wrap(value, STRENGTH.bitXor)}`,
    strength: STRENGTH.bitOr,
    type: { class: "b", width },
    simple: false,
    constant: false,
  };
}
