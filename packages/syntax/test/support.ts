/** What the tests of this package share: trees as short text, and parsing that insists on success. */
import { assertNever } from "@assassyn/diagnostics";
import { expect } from "vitest";
import {
  parse,
  type Argument,
  type Expression,
  type Item,
  type SourceUnit,
  type Statement,
  type TypeNode,
} from "../src/index.js";

/** Parses a text that must be well formed. */
export function accept(text: string): SourceUnit {
  const { unit, diagnostics } = parse(text, 0);
  expect(diagnostics.map(({ code, message, span }) => `${code}: ${message} at ${span?.start}`)).toEqual([]);
  return unit;
}

/** The one declaration of a text. */
export function acceptItem(text: string): Item {
  const { items } = accept(text);
  expect(items).toHaveLength(1);
  const item = items[0];
  if (item === undefined) throw new Error("no item");
  return item;
}

/** The statements of a body. */
export function acceptBody(body: string): readonly Statement[] {
  const item = acceptItem(`driver {\n${body}\n}`);
  if (item.kind !== "module") throw new Error("no module");
  return item.body.statements;
}

/** The one statement of a body. */
export function acceptStatement(body: string): Statement {
  const statements = acceptBody(body);
  expect(statements).toHaveLength(1);
  const statement = statements[0];
  if (statement === undefined) throw new Error("no statement");
  return statement;
}

/** An expression on the right of `let`. */
export function acceptExpression(text: string): Expression {
  const statement = acceptStatement(`let x = ${text}`);
  if (statement.kind !== "let") throw new Error("no let");
  return statement.value;
}

/** `code "the text it points at"` of each diagnostic. */
export function complaints(text: string): string[] {
  return parse(text, 0).diagnostics.map(
    ({ code, span }) =>
      `${code} ${JSON.stringify(span === undefined ? "" : text.slice(span.start, span.end))}`,
  );
}

/** Anything of the tree without its places, for comparison. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key]) => !["file", "start", "end", "comments"].includes(key),
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSpans(inner)]));
}

/** A type in one line. */
export function showType(type: TypeNode): string {
  switch (type.kind) {
    case "named-type":
      return type.arguments.length === 0
        ? type.name
        : `${type.name}<${type.arguments.map(showAny).join(", ")}>`;
    case "record-type":
      return `record{${type.fields.map((field) => `${field.name.name}: ${showType(field.type)}`).join(", ")}}`;
    case "array-type":
      return `[${showType(type.element)}; ${show(type.size)}]`;
    default:
      return assertNever(type);
  }
}

function showAny(node: TypeNode | Expression): string {
  switch (node.kind) {
    case "named-type":
    case "record-type":
    case "array-type":
      return showType(node);
    default:
      return show(node);
  }
}

function showArgument(argument: Argument): string {
  return argument.name === undefined
    ? show(argument.value)
    : `${argument.name.name}: ${show(argument.value)}`;
}

/** An expression in one line with every operation in brackets of its own. */
export function show(node: Expression): string {
  switch (node.kind) {
    case "integer":
      return String(node.value);
    case "string":
      return JSON.stringify(node.value);
    case "name":
      return node.name;
    case "unary":
      return `(${node.operator}${show(node.operand)})`;
    case "binary":
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case "conditional":
      return `(${show(node.condition)} ? ${show(node.then)} : ${show(node.else)})`;
    case "coalesce":
      return `(${show(node.value)} ?? ${show(node.fallback)})`;
    case "cast":
      return `(${show(node.operand)} as ${showType(node.type)})`;
    case "call":
      return `${show(node.callee)}(${node.arguments.map(showArgument).join(", ")})`;
    case "member":
      return `${show(node.object)}.${node.member.name}`;
    case "index":
      return `${show(node.object)}[${node.indices.map(show).join(", ")}]`;
    case "slice":
      return `${show(node.object)}[${show(node.high)}:${show(node.low)}]`;
    case "record-literal":
      return `${node.type.name}{${node.fields.map((field) => `${field.name.name}: ${show(field.value)}`).join(", ")}}`;
    case "array-literal":
      return `[${node.elements.map(show).join(", ")}]`;
    case "match":
      return `match ${show(node.subject)}{${node.arms.map((arm) => `${arm.patterns.length === 0 ? "_" : arm.patterns.map(show).join("|")} => ${show(arm.value)}`).join(", ")}}`;
    case "fold":
      return `fold(${node.variable.name} in ${show(node.range.low)}..${show(node.range.high)}, ${node.accumulator.name} = ${show(node.initial)}) ${show(node.body)}`;
    case "parenthesized":
      return `<${show(node.inner)}>`;
    case "type":
      return showType(node.type);
    case "error":
      return "error";
    default:
      return assertNever(node);
  }
}
