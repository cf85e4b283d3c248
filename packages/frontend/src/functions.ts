/** Functions are inlined: parameters are values computed once at the call, the last statement is the result. */
import type {
  CallExpression,
  Expression,
  FunctionDeclaration,
  GenericArgument,
  TypeNode,
} from "@assassyn/syntax";
import { convert } from "./convert.js";
import type { Entity, FunctionEntity, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame, elaborateIn } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import { Scope } from "./scope.js";
import type { DataType } from "./types.js";
import { printDataType } from "./types.js";
import { asExpression, classOf, resolveType } from "./type-nodes.js";

/** Calls a function; undefined when it has no result. */
export function callFunction(
  frame: Frame,
  callee: FunctionEntity,
  node: CallExpression,
  explicit: readonly GenericArgument[],
): Value | undefined {
  const { declaration } = callee;
  const { design } = frame;
  const scope = new Scope(callee.frame.scope);
  const failure = declaration.result === undefined ? undefined : ERROR;
  design.checkDepth(frame.depth + 1, describe(callee), node);
  const given = orderArguments(frame, callee, node);
  const generics = new Map<string, Entity>();
  bindExplicit(frame, declaration, explicit, generics, node);
  const values: Value[] = [];
  for (const [index, parameter] of declaration.parameters.entries()) {
    const expression = given?.[index];
    if (expression === undefined) return failure;
    const hint = isIndependent(declaration, parameter.type)
      ? resolveType({ ...callee.frame, scope }, parameter.type)
      : undefined;
    const value = valueOf(frame, expression, hint);
    values.push(value);
    if (value.kind === "data") infer(declaration, parameter.type, value.type, generics);
  }
  for (const { name } of declaration.generics) {
    const entity = generics.get(name.name);
    if (entity === undefined) {
      if (values.every((value) => value.kind !== "error")) {
        design.report(messages["cannot-infer"], { name: name.name, what: describe(callee) }, node, {
          help: "give the argument a type, as in `u8(3)`",
        });
      }
      return failure;
    }
    scope.define(name.name, name, entity);
  }
  const inner: Frame = {
    ...callee.frame,
    scope: new Scope(scope),
    body: frame.body,
    depth: frame.depth + 1,
    expansion: { span: node, outer: frame.expansion },
    exposes: false,
  };
  for (const [index, parameter] of declaration.parameters.entries()) {
    const type = elaborateIn(inner, () => resolveType(inner, parameter.type));
    const expression = given?.[index];
    const value = values[index];
    const message =
      type === undefined ? "" : `parameter \`${parameter.name.name}\` is ${printDataType(type)}`;
    const converted =
      type === undefined || value === undefined || expression === undefined
        ? ERROR
        : convert(frame, value, type, expression, "copy", { span: parameter, message });
    scope.define(parameter.name.name, parameter.name, converted);
  }
  return elaborateIn(inner, () => resultOfBody(inner, declaration));
}

/** Elaborates the body of a function, whose parameters are in the frame's scope; undefined when it has no result. */
function resultOfBody(inner: Frame, declaration: FunctionDeclaration): Value | undefined {
  const { design } = inner;
  const type = declaration.result && resolveType(inner, declaration.result);
  const result = design.elaborator.lowerStatements(
    inner,
    declaration.body.statements,
    declaration.result === undefined ? undefined : { type },
  );
  if (declaration.result === undefined) return undefined;
  if (type === undefined) return ERROR;
  if (result === undefined) {
    design.report(
      messages["missing-result"],
      { name: declaration.name.name, type: printDataType(type) },
      declaration.body,
    );
    return ERROR;
  }
  return convert(inner, result.value, type, result.node, "copy", {
    span: declaration.result,
    message: `the result is ${printDataType(type)}`,
  });
}

/** The argument for each parameter, in the order of the parameters; undefined after a report. */
function orderArguments(
  frame: Frame,
  callee: FunctionEntity,
  node: CallExpression,
): Expression[] | undefined {
  const { parameters } = callee.declaration;
  const what = describe(callee);
  const fail = (): undefined => {
    for (const argument of node.arguments) valueOf(frame, argument.value);
    return undefined;
  };
  if (node.arguments.every((argument) => argument.name === undefined)) {
    if (node.arguments.length === parameters.length) return node.arguments.map((argument) => argument.value);
    const expected = `${parameters.length} ${parameters.length === 1 ? "argument" : "arguments"}`;
    frame.design.report(messages["argument-count"], { what, expected, found: node.arguments.length }, node, {
      labels: [{ span: callee.declaration.name, message: "declared here" }],
    });
    return fail();
  }
  const result = new Map<string, Expression>();
  for (const { name, value } of node.arguments) {
    if (name === undefined) {
      frame.design.report(messages["unnamed-argument"], { what }, value);
      return fail();
    }
    if (!parameters.some((parameter) => parameter.name.name === name.name)) {
      const help = didYouMean(
        name.name,
        parameters.map((parameter) => parameter.name.name),
      );
      frame.design.report(
        messages["unknown-argument"],
        { name: name.name, what },
        name,
        help === undefined ? {} : { help },
      );
      return fail();
    }
    if (result.has(name.name)) {
      frame.design.report(messages["repeated-argument"], { name: name.name }, name);
      return fail();
    }
    result.set(name.name, value);
  }
  const missing = parameters.filter((parameter) => !result.has(parameter.name.name));
  if (missing.length > 0) {
    frame.design.report(
      messages["missing-argument"],
      { names: missing.map((each) => `\`${each.name.name}\``).join(", "), what: `the call of ${what}` },
      node,
    );
    return fail();
  }
  return parameters.flatMap((parameter) => result.get(parameter.name.name) ?? []);
}

/** Generic arguments that the call spells out: `f<8>(x)`. */
function bindExplicit(
  frame: Frame,
  declaration: FunctionDeclaration,
  explicit: readonly GenericArgument[],
  generics: Map<string, Entity>,
  node: CallExpression,
): void {
  if (explicit.length === 0) return;
  if (explicit.length !== declaration.generics.length) {
    const what = `function \`${declaration.name.name}\``;
    frame.design.report(
      messages["generic-count"],
      { what, expected: declaration.generics.length, found: explicit.length },
      node.callee,
    );
  }
  for (const [index, parameter] of declaration.generics.entries()) {
    const argument = explicit[index];
    generics.set(
      parameter.name.name,
      argument === undefined ? ERROR : genericArgument(frame, parameter.class, argument),
    );
  }
}

/** What a generic argument stands for. */
export function genericArgument(
  frame: Frame,
  parameterClass: "type" | "const",
  argument: GenericArgument,
): Entity {
  if (parameterClass === "const") return valueOf(constantFrame(frame), asExpression(argument));
  switch (argument.kind) {
    case "named-type":
    case "record-type":
    case "array-type":
    case "type": {
      const type = resolveType(frame, argument.kind === "type" ? argument.type : argument);
      return type === undefined ? ERROR : { kind: "type", type };
    }
    default:
      frame.design.report(messages["not-a-type"], { what: `\`${frame.design.textOf(argument)}\`` }, argument);
      return ERROR;
  }
}

/** True when the type mentions no generic parameter, as far as one sees at once. */
function isIndependent(declaration: FunctionDeclaration, type: TypeNode): boolean {
  if (declaration.generics.length === 0) return true;
  return (
    type.kind === "named-type" &&
    type.arguments.length === 0 &&
    !declaration.generics.some((each) => each.name.name === type.name)
  );
}

/** Finds generic parameters that a parameter's type mentions directly: `a: uint<N>`, `a: T`. */
function infer(
  declaration: FunctionDeclaration,
  type: TypeNode,
  found: DataType,
  generics: Map<string, Entity>,
): void {
  if (type.kind !== "named-type") return;
  const find = (name: string): FunctionDeclaration["generics"][number] | undefined =>
    declaration.generics.find((each) => each.name.name === name);
  const own = find(type.name);
  if (own?.class === "type" && !generics.has(own.name.name))
    generics.set(own.name.name, { kind: "type", type: found });
  const [argument] = type.arguments;
  if (classOf(type.name) === undefined || argument === undefined) return;
  if (argument.kind !== "named-type" && argument.kind !== "name") return;
  const width = find(argument.name);
  if (width?.class === "const" && !generics.has(width.name.name)) {
    generics.set(width.name.name, { kind: "integer", value: BigInt(found.bits.width) });
  }
}
