/** Statements of modules and functions. */
import type { Span } from "@assassyn/diagnostics";
import type { OpId } from "@assassyn/ir";
import { assertNever, bits, parseType, portId, uint } from "@assassyn/ir";
import type {
  AssignStatement,
  AtStatement,
  Block,
  Expression,
  ForNode,
  LetStatement,
  RegisterDeclaration,
  Statement,
  TakeStatement,
  WhenStatement,
} from "@assassyn/syntax";
import type { Body } from "./body.js";
import { isStage, performCall, popPort, writeKey } from "./calls.js";
import { bodyOf, operationOf } from "./convert.js";
import type { DataEntity, Entity, ErrorEntity, Register, Value } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { conditionOf, constantCondition, constantRange, evaluate, valueAs, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import type { BlockResult, WantedResult } from "./elaborator.js";
import { lowerLog } from "./log-statement.js";
import { elementIndex } from "./members.js";
import { memberValue } from "./module-members.js";
import { frontendMessages as messages } from "./messages.js";
import { declareRegister } from "./registers.js";
import { Scope } from "./scope.js";
import { plain, printDataType } from "./types.js";
import { resolveType } from "./type-nodes.js";

/**
 * Lowers statements one after the other into the frame's scope. With `wanted`, the last one is the result: an expression, or a
 * compile-time `if` whose chosen branch ends with one.
 */
export function lowerStatements(
  frame: Frame,
  statements: readonly Statement[],
  wanted?: WantedResult,
): BlockResult | undefined {
  let index = 0;
  for (const statement of statements) {
    if (wanted !== undefined && index === statements.length - 1) return lowerLast(frame, statement, wanted);
    lowerStatement(frame, statement);
    index += 1;
  }
  return undefined;
}

function lowerLast(frame: Frame, statement: Statement, wanted: WantedResult): BlockResult | undefined {
  frame.design.count(statement);
  if (statement.kind === "expression") {
    return { value: valueOf(frame, statement.expression, wanted.type), node: statement.expression };
  }
  if (statement.kind === "if") {
    const branch = chosenBranch(frame, statement);
    return branch === "unknown" ? { value: ERROR, node: statement } : lowerStatements(frame, branch, wanted);
  }
  lowerStatement(frame, statement);
  return undefined;
}

/** The statements of a block, in a scope of their own. */
function lowerBlock(frame: Frame, block: Block): void {
  lowerStatements({ ...frame, scope: new Scope(frame.scope) }, block.statements);
}

function lowerStatement(frame: Frame, statement: Statement): void {
  frame.design.count(statement);
  switch (statement.kind) {
    case "let":
      return lowerLet(frame, statement);
    case "take":
      return lowerTake(frame, statement);
    case "wait-until": {
      const condition = conditionOf(frame, statement.condition);
      const body = bodyOf(frame, statement);
      if (body === undefined || !allowedHere(frame, body, "`wait_until`", statement)) return;
      withOperation(frame, condition, statement.condition, (operation) => body.wait(operation, statement));
      return;
    }
    case "when":
      return lowerWhen(frame, statement);
    case "at":
      return lowerAt(frame, statement);
    case "assign":
      return lowerAssign(frame, statement);
    case "expression":
      return lowerExpression(frame, statement.expression);
    case "call-stage":
      return lowerCall(frame, statement.target, statement);
    case "log":
      return lowerLog(frame, statement);
    case "finish":
      bodyOf(frame, statement)?.finish(statement);
      return;
    case "assert": {
      const condition = conditionOf(frame, statement.condition);
      const text =
        statement.message?.value ?? `assertion failed: ${frame.design.textOf(statement.condition)}`;
      withOperation(frame, condition, statement.condition, (operation, body) =>
        body.assert(operation, text, statement),
      );
      return;
    }
    case "const": {
      // Constants at the top of a module are there already.
      const hoisted = frame.exposes ? frame.body?.module.scope.own(statement.name.name) : undefined;
      if (hoisted?.span === statement.name) return void frame.design.resolve(hoisted);
      frame.scope.define(statement.name.name, statement.name, valueOf(constantFrame(frame), statement.value));
      return;
    }
    case "register": {
      if (!frame.exposes) {
        frame.design.report(messages["misplaced"], { what: "a register", where: "in a function" }, statement);
        return;
      }
      const hoisted = frame.body?.module.scope.own(statement.name.name);
      if (hoisted?.span === statement.name) frame.design.resolve(hoisted);
      else frame.scope.define(statement.name.name, statement.name, innerRegister(frame, statement));
      return;
    }
    case "if": {
      const branch = chosenBranch(frame, statement);
      if (branch !== "unknown") lowerStatements(frame, branch);
      return;
    }
    case "for":
      return lowerFor(frame, statement);
    default:
      assertNever(statement);
  }
}

/** A register declared inside a block. */
function innerRegister(frame: Frame, statement: RegisterDeclaration): Entity {
  const known = frame.body?.module.innerRegisters;
  const key = `${statement.start}${frame.place.suffix}`;
  const register = known?.get(key) ?? declareRegister(frame, statement);
  known?.set(key, register);
  return register;
}

/** The branch that a compile-time `if` chooses; it belongs to the surrounding scope. */
export function chosenBranch<Member>(frame: Frame, node: Conditional<Member>): readonly Member[] | "unknown" {
  let current = node;
  for (;;) {
    const holds = constantCondition(frame, current.condition);
    if (holds === undefined) return "unknown";
    if (holds) return current.then;
    if (current.else === undefined) return [];
    if (!("kind" in current.else)) return current.else;
    current = current.else;
  }
}

/** A compile-time `if` among items or statements. */
interface Conditional<Member> {
  readonly condition: Expression;
  readonly then: readonly Member[];
  readonly else?: readonly Member[] | (Conditional<Member> & { readonly kind: "if" });
}

/** Runs `use` with the operation of a value that was computed without error. */
function withOperation(
  frame: Frame,
  value: DataEntity | ErrorEntity,
  span: Span,
  use: (operation: OpId, body: Body) => void,
): void {
  if (value.kind === "error") return;
  const operation = operationOf(frame, value, span);
  if (operation !== undefined && frame.body !== undefined) use(operation, frame.body);
}

/** Reports what a downstream cannot do. */
function allowedHere(frame: Frame, body: Body, what: string, span: Span): boolean {
  if (body.module.kind !== "downstream") return true;
  frame.design.report(
    messages["misplaced"],
    { what, where: "in a downstream, which has no FIFOs and never waits" },
    span,
  );
  return false;
}

function lowerLet(frame: Frame, statement: LetStatement): void {
  const start = frame.body?.operations.length ?? 0;
  const type = statement.type && resolveType(frame, statement.type);
  let value: Value;
  if (statement.type === undefined) value = valueOf(frame, statement.value);
  else if (type === undefined) value = ERROR;
  else
    value = valueAs(frame, statement.value, type, "copy", {
      span: statement.type,
      message: `declared ${printDataType(type)}`,
    });
  bind(frame, statement.name, value, start);
}

/** Binds a name to a value, whose operation gets the name if it was made since `start`; else it gets a named copy. */
function bind(frame: Frame, name: Span & { readonly name: string }, value: Value, start: number): void {
  let bound = value;
  const { body } = frame;
  if (value.kind === "data" && body !== undefined) {
    let operation = value.operation ?? body.constant(value.type.bits, value.constant ?? 0n, name);
    if (operation < start) operation = body.cast("bitcast", operation, value.type.bits, name);
    body.rename(operation, name.name);
    if (operation !== value.operation) bound = { ...value, operation };
  }
  frame.scope.define(name.name, name, bound);
  if (frame.exposes && body !== undefined) body.module.bind(name.name, bound, body.list, name);
}

/** `take a, b`: waits until all are valid, then pops them in order. */
function lowerTake(frame: Frame, statement: TakeStatement): void {
  const body = bodyOf(frame, statement);
  if (body === undefined || !allowedHere(frame, body, "`take`", statement)) return;
  const { module } = body;
  const taken: { index: number; name: TakeStatement["ports"][number] }[] = [];
  for (const name of statement.ports) {
    const entity = frame.scope.lookup(name.name)?.resolve();
    if (
      entity?.kind === "port" &&
      entity.module === module &&
      !taken.some((each) => each.index === entity.index)
    )
      taken.push({ index: entity.index, name });
    else if (entity?.kind !== "error") {
      const again = module.portIndex(name.name) >= 0;
      frame.design.report(
        messages["not-a-port"],
        { name: name.name },
        name,
        again ? { help: "it was taken before, or a value of this name hides it" } : {},
      );
      frame.scope.define(name.name, name, ERROR);
    }
  }
  let ready: OpId | undefined;
  for (const { index, name } of taken) {
    const valid = body.fifoValid(module.id, portId(index), name);
    ready = ready === undefined ? valid : body.binary("and", ready, valid, statement);
  }
  if (ready === undefined) return;
  body.wait(ready, statement);
  for (const { index, name } of taken) {
    const start = body.operations.length;
    bind(frame, name, popPort(frame, module, index, name), start);
  }
}

function lowerWhen(frame: Frame, statement: WhenStatement): void {
  const condition = conditionOf(frame, statement.condition);
  const body = bodyOf(frame, statement);
  if (body === undefined) return;
  const operation =
    condition.kind === "error" ? undefined : operationOf(frame, condition, statement.condition);
  const then: OpId[] = [];
  const otherwise: OpId[] = [];
  const alternative = statement.else;
  body.within(then, () => body.sometimes(() => lowerBlock(frame, statement.then)));
  if (alternative !== undefined) {
    body.within(otherwise, () =>
      body.sometimes(() =>
        "kind" in alternative ? lowerWhen(frame, alternative) : lowerBlock(frame, alternative),
      ),
    );
  }
  if (operation !== undefined) body.branch(operation, then, otherwise, statement);
}

/** `at n { … }` is `when cycle() == n { … }`. */
function lowerAt(frame: Frame, statement: AtStatement): void {
  const body = bodyOf(frame, statement);
  if (body === undefined) return;
  if (body.module.kind !== "testbench") {
    frame.design.report(
      messages["misplaced"],
      { what: "`at`", where: `in a ${body.module.kind}` },
      statement,
      { help: "write `when cycle() == n { … }`" },
    );
  }
  const cycle = valueAs(frame, statement.cycle, plain(bits(64)), "sink");
  if (cycle.kind === "data" && cycle.constant === 0n)
    frame.design.report(messages["at-zero"], {}, statement.cycle);
  const then: OpId[] = [];
  const condition = cycle.kind === "error" ? undefined : operationOf(frame, cycle, statement.cycle);
  const holds =
    condition === undefined ? undefined : body.binary("eq", body.cycle(statement), condition, statement);
  body.within(then, () => body.sometimes(() => lowerBlock(frame, statement.body)));
  if (holds !== undefined) body.branch(holds, then, [], statement);
}

/** The register of which an expression names a part, as in `r.field`, `r[3]` or `r[7:0]`. */
function registerBehind(frame: Frame, target: Expression): Register | undefined {
  if (target.kind === "parenthesized") return registerBehind(frame, target.inner);
  if (target.kind !== "member" && target.kind !== "index" && target.kind !== "slice") return undefined;
  const object = evaluate(frame, target.object);
  return object.kind === "register" ? object : registerBehind(frame, target.object);
}

/** The register that a target names, with the index for an array; undefined after a report. */
function resolveTarget(
  frame: Frame,
  target: Expression,
): { register: Register; index: DataEntity | undefined } | undefined {
  if (target.kind === "parenthesized") return resolveTarget(frame, target.inner);
  const object = target.kind === "index" ? target.object : target;
  const found = target.kind === "slice" ? evaluate(frame, target.object) : evaluate(frame, object);
  const entity = found.kind === "member" ? memberValue(frame, found, object, "register") : found;
  if (entity.kind === "error") return undefined;
  if (entity.kind === "register" && target.kind !== "slice") {
    if (target.kind !== "index" && entity.scalar) return { register: entity, index: undefined };
    if (target.kind === "index" && !entity.scalar) {
      const index = elementIndex(frame, entity, target);
      return index.kind === "error" ? undefined : { register: entity, index };
    }
    if (!entity.scalar) {
      frame.design.report(messages["needs-index"], { what: describe(entity) }, target);
      return undefined;
    }
  }
  const whole = entity.kind === "register" ? entity : registerBehind(frame, target);
  const part = whole !== undefined;
  frame.design.report(
    messages["bad-target"],
    { what: part ? `a part of ${describe(whole)}` : describe(entity) },
    target,
    {
      help: part
        ? "write the whole register: join its parts with `cat` or a record literal"
        : "only registers are written with `<=`",
    },
  );
  return undefined;
}

function lowerAssign(frame: Frame, statement: AssignStatement): void {
  const body = bodyOf(frame, statement);
  // Of an assignment that the parser refused, what its target means says nothing.
  const target = statement.refused === true ? undefined : resolveTarget(frame, statement.target);
  if (target === undefined || body === undefined) {
    valueOf(frame, statement.value);
    return;
  }
  const { register } = target;
  const message = `\`${register.name}\` is ${printDataType(register.element)}`;
  const value = valueAs(frame, statement.value, register.element, "sink", { span: register.span, message });
  const earlier = body.once(writeKey(register.array), statement);
  if (earlier !== undefined) {
    frame.design.report(messages["written-twice"], { name: register.name }, statement, {
      labels: [{ span: earlier, message: "written here first" }],
    });
  }
  withOperation(frame, value, statement.value, (operation) => {
    const index =
      target.index === undefined
        ? body.constant(uint(1), 0n, statement)
        : operationOf(frame, target.index, statement.target);
    if (index !== undefined) body.write(register.array, index, operation, statement);
  });
}

function lowerExpression(frame: Frame, node: Expression): void {
  if (node.kind === "parenthesized") return lowerExpression(frame, node.inner);
  if (node.kind === "error") return;
  if (node.kind === "call") {
    const { callee } = node;
    performCall(frame, node);
    if (callee.kind !== "type" && callee.kind !== "name") return;
    const called = callee.kind === "name" ? frame.scope.lookup(callee.name)?.resolve() : undefined;
    const type = called?.kind === "type" || callee.kind === "type" || (!called && parseType(callee.name));
    if (called?.kind !== "builtin" && !type) return;
  } else if (valueOf(frame, node).kind === "error") return;
  const help =
    node.kind === "binary" && node.operator === "==" ? "a register is written with `<=`" : undefined;
  frame.design.report(messages["unused-result"], {}, node, help === undefined ? {} : { help });
}

function lowerCall(frame: Frame, target: Expression, statement: Span): void {
  const entity = evaluate(frame, target);
  const body = bodyOf(frame, statement);
  if (entity.kind === "error" || body === undefined) return;
  if (entity.kind === "family")
    frame.design.report(messages["needs-index"], { what: describe(entity) }, target);
  else if (entity.kind !== "module")
    frame.design.report(messages["not-callable"], { what: describe(entity) }, target);
  else if (isStage(frame, entity.module, target)) {
    entity.module.called = true;
    body.call(entity.module.id, statement);
  }
}

function lowerFor(frame: Frame, statement: ForNode<Statement>): void {
  const range = constantRange(frame, statement.range);
  if (range === undefined) return;
  for (let index = range.low; index < range.high; index += 1n) {
    frame.design.count(statement);
    const scope = new Scope(frame.scope);
    scope.define(statement.variable.name, statement.variable, { kind: "integer", value: index });
    lowerStatements(
      { ...frame, scope, place: { ...frame.place, suffix: `${frame.place.suffix}_${index}` } },
      statement.body,
    );
  }
}
