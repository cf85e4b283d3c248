/**
 * `extern module dsp(a: i32, b: i32) -> (p: i64) latency 3` is a stage around an external function, with its results in registers:
 *
 * ```asyn
 * extern fn dsp(a: i32, b: i32) -> (p: i64)
 * module dsp(a: i32, b: i32) { reg p: i64; take a, b; dsp_delay_1(p: dsp(a, b)) }
 * module dsp_delay_1(p: i64) { take p; dsp_delay_2(p: p) }
 * module dsp_delay_2(p: i64) { take p; dsp.p <= p }
 * ```
 *
 * So it is called like any stage, once a cycle at most, and the outputs `dsp.p` change `latency` cycles after the cycle in which it ran.
 * The declarations are made as syntax trees, whose hidden names no source can spell.
 */
import type { Span } from "@assassyn/diagnostics";
import type {
  Argument,
  Expression,
  ExternModuleDeclaration,
  Identifier,
  ModuleDeclaration,
  Parameter,
  Statement,
} from "@assassyn/syntax";
import type { Entity } from "./entities.js";
import { ERROR } from "./entities.js";
import { declareExtern } from "./extern-function.js";
import type { Frame } from "./frame.js";
import { instantiateModule } from "./instances.js";
import { frontendMessages as messages } from "./messages.js";
import { Scope } from "./scope.js";
import { constantInteger } from "./values.js";

/** Longest latency, in cycles: each cycle is a stage. */
const LONGEST_LATENCY = 1024n;

const BODY = "body of the extern module";
const STAGE = "stage of the extern module";

/** Declares the function, its stage and the stages that delay its results; what the name means is the first stage. */
export function declareExternModule(frame: Frame, item: ExternModuleDeclaration): Entity {
  const latency = item.latency === undefined ? 1n : constantInteger(frame, item.latency);
  if (latency === undefined) return ERROR;
  if (latency < 1n || latency > LONGEST_LATENCY) {
    frame.design.report(
      messages["bad-latency"],
      { value: String(latency), longest: Number(LONGEST_LATENCY) },
      item.latency ?? item,
    );
    return ERROR;
  }
  const external = declareExtern(frame, item);
  if (external.kind === "error") return ERROR;
  const inner: Frame = { ...frame, scope: new Scope(frame.scope) };
  inner.scope.define(BODY, undefined, external);
  const make = new TreeMaker(item);
  const delays = Number(latency) - 1;
  const stage = instantiateModule(inner, make.stage(delays));
  inner.scope.define(STAGE, undefined, stage);
  for (let index = 1; index <= delays; index += 1) {
    const name = make.delayName(index);
    inner.scope.define(name, undefined, instantiateModule(inner, make.delay(index, delays)));
  }
  return stage;
}

/** Makes the trees; all of them stand where the extern module's name does. */
class TreeMaker {
  readonly #item: ExternModuleDeclaration;
  readonly #span: Span;

  constructor(item: ExternModuleDeclaration) {
    this.#item = item;
    this.#span = { file: item.name.file, start: item.name.start, end: item.name.end };
  }

  delayName(index: number): string {
    return `${this.#item.name.name}_delay_${index}`;
  }

  stage(delays: number): ModuleDeclaration {
    const { parameters, results } = this.#item;
    const registers: Statement[] = results.map(({ name, type }) => ({
      kind: "register",
      name,
      type,
      ...this.#span,
    }));
    const values = parameters.map(({ name }): Argument => ({ value: this.#name(name.name), ...this.#span }));
    const call: Expression = { kind: "call", callee: this.#name(BODY), arguments: values, ...this.#span };
    const [only] = results;
    if (results.length === 1 && only !== undefined) {
      return this.#module(this.#item.name.name, parameters, [
        ...registers,
        ...this.#pass(delays === 0 ? undefined : 1, () => call),
      ]);
    }
    const taken = new Set([...parameters, ...results].map(({ name }) => name.name));
    let whole = "outcome";
    while (taken.has(whole)) whole += "_";
    const bind: Statement = { kind: "let", name: this.#identifier(whole), value: call, ...this.#span };
    const pass = this.#pass(delays === 0 ? undefined : 1, ({ name }) => this.#member(whole, name));
    return this.#module(this.#item.name.name, parameters, [...registers, bind, ...pass]);
  }

  delay(index: number, delays: number): ModuleDeclaration {
    const pass = this.#pass(index === delays ? undefined : index + 1, ({ name }) => this.#name(name.name));
    return this.#module(this.delayName(index), this.#item.results, pass);
  }

  /** Passes the results on to a delaying stage, or to the registers. */
  #pass(next: number | undefined, valueOf: (result: Parameter) => Expression): Statement[] {
    const { results } = this.#item;
    if (next === undefined) {
      return results.map((result) => ({
        kind: "assign",
        target: this.#member(STAGE, result.name),
        value: valueOf(result),
        ...this.#span,
      }));
    }
    const given = results.map((result): Argument => ({
      name: result.name,
      value: valueOf(result),
      ...this.#span,
    }));
    const callee = this.#name(this.delayName(next));
    return [
      {
        kind: "expression",
        expression: { kind: "call", callee, arguments: given, ...this.#span },
        ...this.#span,
      },
    ];
  }

  #module(
    name: string,
    parameters: readonly Parameter[],
    statements: readonly Statement[],
  ): ModuleDeclaration {
    const ports = parameters.map((parameter) => parameter.name);
    const take: readonly Statement[] = ports.length === 0 ? [] : [{ kind: "take", ports, ...this.#span }];
    return {
      kind: "module",
      class: "stage",
      name: this.#identifier(name),
      indices: [],
      ports: parameters,
      body: { statements: [...take, ...statements], ...this.#span },
      ...this.#span,
    };
  }

  #identifier(name: string): Identifier {
    return { name, ...this.#span };
  }
  #name(name: string): Expression {
    return { kind: "name", name, ...this.#span };
  }
  #member(object: string, member: Identifier): Expression {
    return { kind: "member", object: this.#name(object), member, ...this.#span };
  }
}
