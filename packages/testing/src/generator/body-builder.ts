/** Turns statement plans into operations, with the guards that keep a careful design from faulting. */
import type { LogPiece, Module, ModuleBuilder, OpId, PortId } from "@assassyn/ir";
import { assertNever, bits, uint } from "@assassyn/ir";
import { ExpressionBuilder } from "./expression-builder.js";
import { outsideGap } from "./gaps.js";
import type { NameSupply } from "./names.js";
import type { ExpressionPlan, LogPiecePlan, ModulePlan, StatementPlan, TakeStyle, UsePlan } from "./plan.js";
import type { KnownStage, KnownValue, Surroundings } from "./surroundings.js";
import { pickFrom } from "./surroundings.js";

const MESSAGES = ["", "broken", 'a "quoted" {} text', "back\\slash %s", "é字"];

/** What must happen at most once on a path through a body. */
interface PathState {
  readonly written: Set<number>;
  readonly pushed: Set<string>;
  readonly popped: Set<number>;
}

const copyPath = (path: PathState): PathState => ({
  written: new Set(path.written),
  pushed: new Set(path.pushed),
  popped: new Set(path.popped),
});

/** Builds one body. */
export class BodyBuilder {
  readonly #module: ModuleBuilder;
  readonly #around: Surroundings;
  readonly #names: NameSupply;
  readonly #expressions: ExpressionBuilder;
  /** Values this body exposes. */
  readonly exposed: KnownValue[] = [];
  #path: PathState = { written: new Set(), pushed: new Set(), popped: new Set() };
  #line: number;

  constructor(module: ModuleBuilder, kind: Module["kind"], around: Surroundings, names: NameSupply) {
    this.#module = module;
    this.#around = around;
    this.#names = names;
    this.#expressions = new ExpressionBuilder(module, kind, around);
    this.#line = module.loc.line;
  }

  /** The whole body. `feeds`: stages that nobody calls, for the driver. */
  build(plan: ModulePlan, feeds: readonly { readonly stage: KnownStage; readonly plan: ModulePlan }[]): void {
    if (plan.kind === "stage") this.#take(plan.take);
    if (plan.kind === "driver" && plan.take === "bare") {
      this.#module.wait(this.#module.unary("not", this.#expressions.isLate()));
    }
    if (!this.#outsideGap(plan, () => this.#rest(plan, feeds))) this.#rest(plan, feeds);
    if (this.exposed.length === 0) this.#expose(this.#module.cycle(), 0);
  }

  /** Keeps the body quiet in the gap: it waits, or `rest` stands in a `when`. @returns whether it stands there */
  #outsideGap(plan: ModulePlan, rest: () => void): boolean {
    const { gap } = this.#around.plan;
    if (gap === undefined || plan.gap === 0) return false;
    this.#nextLine();
    const condition = outsideGap(this.#module, gap, plan.gap >> 1);
    if (plan.gap % 2 === 1 && !this.#isDownstream) {
      this.#module.wait(condition);
      return false;
    }
    this.#when(condition, rest, () => {});
    return true;
  }

  #rest(plan: ModulePlan, feeds: readonly { readonly stage: KnownStage; readonly plan: ModulePlan }[]): void {
    for (const use of plan.uses) this.#use(use);
    for (const feed of feeds) {
      this.#nextLine();
      this.#everyFew(feed.plan.feed.every, () =>
        this.#inTurn(feed.stage, () => this.#call(feed.stage, feed.plan.feed.arguments)),
      );
    }
    this.#statements(plan.body);
  }

  /** Every statement stands on a line of its own, so that a fault at the wrong place is noticed. */
  #nextLine(): void {
    this.#line += 1;
    this.#module.loc = { file: this.#line % 2, line: this.#line, column: 3 + (this.#line % 5) };
  }

  #statements(plans: readonly StatementPlan[]): void {
    for (const plan of plans) {
      this.#nextLine();
      this.#statement(plan);
    }
  }

  #port(index: number): PortId | undefined {
    return this.#around.stages.find((stage) => stage.builder === this.#module)?.ports[index]?.id;
  }

  #take(style: TakeStyle): void {
    const module = this.#module;
    const ports = module.ports.flatMap((_, index) => this.#port(index) ?? []);
    const [first, ...rest] = ports;
    if (first === undefined || style === "body") return;
    const pop = (port: PortId): void => {
      const value = module.pop(port);
      this.#path.popped.add(port);
      this.#expressions.locals.push(value);
    };
    const valid = (port: PortId): OpId => module.fifoValid(module.id, port);
    this.#nextLine();
    if (style === "each") {
      for (const port of ports) {
        this.#nextLine();
        module.wait(valid(port));
        pop(port);
      }
      return;
    }
    if (style !== "bare" || this.#around.plan.careful) {
      module.wait(rest.reduce((all, port) => module.binary("and", all, valid(port)), valid(first)));
    }
    if (style === "peek") {
      const declared = module.ports[first];
      if (declared !== undefined) {
        const head = module.fifoPeek(module.id, first, declared.type);
        const parity = module.slice(module.cycle(), 0, 0);
        module.wait(module.binary("or", module.slice(head, 0, 0), parity));
      }
    }
    for (const port of ports) pop(port);
  }

  #use(use: UsePlan): void {
    const value = pickFrom(this.#around.values, use.slot);
    if (value === undefined) return;
    this.#nextLine();
    const used =
      use.how % 4 === 0
        ? this.#module.exposedValid(value.module, value.slot)
        : this.#expressions.exposed(value, use.risk, use.module);
    this.#expressions.locals.push(used);
  }

  /** One region of a `when`; values and path of the region do not reach beyond it. */
  #region(fill: () => void): PathState {
    const before = copyPath(this.#path);
    this.#expressions.scoped(fill);
    const after = this.#path;
    this.#path = before;
    return after;
  }

  #when(condition: OpId, then: () => void, otherwise: () => void): void {
    const paths: PathState[] = [];
    this.#module.when(
      condition,
      () => void paths.push(this.#region(then)),
      () => void paths.push(this.#region(otherwise)),
    );
    for (const path of paths) {
      for (const array of path.written) this.#path.written.add(array);
      for (const fifo of path.pushed) this.#path.pushed.add(fifo);
      for (const port of path.popped) this.#path.popped.add(port);
    }
  }

  #everyFew(period: number, then: () => void): void {
    if (period === 0) {
      then();
      return;
    }
    const module = this.#module;
    const phase = module.binary("rem", module.cycle(), module.const(bits(64), period + 1));
    this.#when(module.binary("eq", phase, module.const(bits(64), 0)), then, () => {});
  }

  /** The statement `bold` instead of `safe`, as the risk says. */
  #guarded(risk: number, safe: () => void, bold: () => void): void {
    switch (this.#expressions.boldness(risk)) {
      case "never":
        safe();
        return;
      case "always":
        bold();
        return;
      case "late":
        this.#when(this.#expressions.isLate(), bold, safe);
        return;
    }
  }

  #statement(plan: StatementPlan): void {
    const module = this.#module;
    const expressions = this.#expressions;
    switch (plan.kind) {
      case "let": {
        const value = expressions.build(plan.value);
        if (module.operation(value).name === undefined) {
          module.rename(value, this.#names.next("v", plan.name));
        }
        expressions.locals.push(value);
        if (plan.exposed) this.#expose(value, plan.name);
        return;
      }
      case "log":
        this.#log(plan.pieces, plan.arguments);
        return;
      case "write":
        this.#write(plan);
        return;
      case "call": {
        const stage = pickFrom(this.#around.stages, plan.callee + this.#around.copy);
        if (stage === undefined) return;
        this.#guarded(
          plan.risk,
          () => this.#inTurn(stage, () => this.#call(stage, plan.arguments)),
          () => this.#call(stage, plan.arguments, true),
        );
        return;
      }
      case "push": {
        const stage = pickFrom(this.#around.stages, plan.callee + this.#around.copy);
        const port = pickFrom(stage?.ports ?? [], plan.port);
        if (stage === undefined || port === undefined) return;
        const push = (bold: boolean): void => {
          this.#push(stage, port, expressions.build(plan.value), bold);
        };
        this.#guarded(
          plan.risk,
          () => this.#inTurn(stage, () => push(false)),
          () => push(true),
        );
        return;
      }
      case "credit": {
        const stage = pickFrom(this.#around.stages, plan.callee + this.#around.copy);
        if (stage !== undefined) this.#everyFew(plan.every, () => void module.call(stage.builder.id));
        return;
      }
      case "pop":
        this.#pop(plan.port, plan.risk);
        return;
      case "when":
        this.#when(
          expressions.condition(plan.condition),
          () => this.#statements(plan.then),
          () => this.#statements(plan.else),
        );
        return;
      case "wait": {
        if (this.#isDownstream) return;
        const condition = expressions.condition(plan.condition);
        const parity = plan.rarely ? module.slice(module.cycle(), 0, 0) : undefined;
        module.wait(parity === undefined ? condition : module.binary("or", condition, parity));
        return;
      }
      case "assert": {
        const condition = expressions.condition(plan.condition);
        const message = MESSAGES[plan.message % MESSAGES.length] ?? "";
        const always = (): OpId => expressions.isNonZero(module.cycle());
        this.#guarded(
          plan.risk,
          () => void module.assert(module.binary("or", condition, always()), message),
          () => void module.assert(condition, message),
        );
        return;
      }
      case "finish": {
        const wanted = plan.risk >= 75;
        const late = wanted ? expressions.isLate() : module.const(bits(1), 0);
        const condition = module.binary("and", expressions.condition(plan.condition), late);
        this.#when(
          condition,
          () => void module.finish(),
          () => {},
        );
        return;
      }
      case "cases":
        this.#cases(plan);
        return;
      default:
        assertNever(plan);
    }
  }

  get #isDownstream(): boolean {
    return this.#module.kind === "downstream";
  }

  #expose(value: OpId, name: number): void {
    const { id } = this.#module;
    const slot = this.#module.expose(this.#names.next("e", name), value);
    this.exposed.push({ module: id, slot, type: this.#module.typeOf(value) });
  }

  #log(plans: readonly LogPiecePlan[], values: readonly ExpressionPlan[]): void {
    const ids = values.map((value) => this.#expressions.build(value));
    const pieces: LogPiece[] = [];
    let text = "";
    const argument = (index: number, spec: LogPiecePlan["spec"]): void => {
      if (text !== "") pieces.push({ kind: "text", text });
      text = "";
      pieces.push({ kind: "argument", index, spec });
    };
    plans.forEach((plan) => {
      text += plan.text;
      if (ids.length > 0) argument(plan.argument % ids.length, plan.spec);
    });
    const used = new Set(pieces.map((piece) => (piece.kind === "argument" ? piece.index : -1)));
    ids.forEach((_, index) => {
      if (used.has(index)) return;
      text += " ";
      argument(index, { fill: " ", plus: false, alternate: false, zero: false, width: 0, radix: "" });
    });
    if (text !== "") pieces.push({ kind: "text", text });
    this.#module.append({ kind: "log", pieces, arguments: ids, type: null, loc: this.#module.loc });
  }

  #write(plan: Extract<StatementPlan, { kind: "write" }>): void {
    const { arrays } = this.#around;
    const array = pickFrom(arrays, plan.array);
    if (array === undefined) return;
    const expressions = this.#expressions;
    const write = (): void => {
      const index = expressions.build(plan.index);
      const place = plan.inRange ? expressions.indexInRange(index, array.size, plan.array) : index;
      this.#module.write(array.id, place, expressions.fit(expressions.build(plan.value), array.type));
      this.#path.written.add(array.id);
    };
    this.#guarded(plan.risk, () => (this.#path.written.has(array.id) ? undefined : write()), write);
  }

  /** In a careful design no two of the conditions hold at once. */
  #cases(plan: Extract<StatementPlan, { kind: "cases" }>): void {
    const array = pickFrom(this.#around.arrays, plan.array);
    const expressions = this.#expressions;
    const isCareful = expressions.boldness(plan.risk) === "never";
    if (array === undefined || (isCareful && this.#path.written.has(array.id))) return;
    const module = this.#module;
    const state = expressions.fit(expressions.build(plan.of), uint(3));
    const value = expressions.fit(expressions.build(plan.value), array.type);
    const constants = plan.constants.map((constant) => constant % 8);
    for (const constant of isCareful ? new Set(constants) : constants) {
      const bound = module.const(uint(3), constant);
      const operator = isCareful ? "eq" : (["eq", "eq", "lt", "ge"] as const)[plan.array % 4];
      this.#when(
        module.binary(operator ?? "eq", state, bound),
        () => {
          const place = module.const(uint(16), constant % array.size);
          const sum = module.binary("add", expressions.fit(state, uint(16)), module.const(uint(16), 2));
          const isInRange = module.binary("lt", sum, module.const(uint(16), array.size));
          const read = expressions.choose(
            isInRange,
            () => module.read(array.id, sum, array.type),
            () => value,
          );
          module.write(array.id, place, read);
        },
        () => {},
      );
    }
    this.#path.written.add(array.id);
  }

  /** Several pushers of one stage take turns. */
  #inTurn(stage: KnownStage, then: () => void): void {
    const { pushers } = stage;
    const turn = pushers.indexOf(this.#module.id);
    if (pushers.length < 2) {
      then();
      return;
    }
    const module = this.#module;
    const phase = module.binary("rem", module.cycle(), module.const(bits(8), pushers.length));
    this.#when(module.binary("eq", phase, module.const(bits(64), turn)), then, () => {});
  }

  /** Pushes into all ports and adds the credit; without the pushes that were made on this path already, unless bold. */
  #call(stage: KnownStage, values: readonly ExpressionPlan[], bold = false): void {
    stage.ports.forEach((port, index) => {
      const plan = pickFrom(values, index);
      if (plan !== undefined) this.#push(stage, port, this.#expressions.build(plan), bold);
    });
    this.#module.call(stage.builder.id);
  }

  #push(stage: KnownStage, port: KnownStage["ports"][number], value: OpId, bold: boolean): void {
    const key = `${stage.builder.id}.${port.id}`;
    if (this.#path.pushed.has(key) && !bold) return;
    this.#module.push(stage.builder.id, port.id, this.#expressions.fit(value, port.type));
    this.#path.pushed.add(key);
  }

  #pop(pick: number, risk: number): void {
    const module = this.#module;
    const index = pick % Math.max(1, module.ports.length);
    const port = this.#port(index);
    const declared = module.ports[index];
    if (port === undefined || declared === undefined) return;
    const safe = (): OpId => {
      const valid = module.fifoValid(module.id, port);
      return this.#expressions.choose(
        valid,
        () => module.pop(port),
        () => module.const(declared.type, pick),
      );
    };
    const already = this.#path.popped.has(port);
    if (already && this.#expressions.boldness(risk) === "never") return;
    const value = this.#expressions.guarded(
      risk,
      () => (already ? module.const(declared.type, pick) : safe()),
      () => module.pop(port),
    );
    this.#path.popped.add(port);
    this.#expressions.locals.push(value);
  }
}
