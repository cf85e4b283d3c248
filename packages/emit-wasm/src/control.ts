import { analyzeAccess, portKey } from "@assassyn/emit-core";
import type { ModuleId, OpId, PortId } from "@assassyn/ir";
import { FAULT_CODE, moduleOf, operandsOf, operationOf, opId } from "@assassyn/ir";
import type { Emit } from "./arithmetic.js";
import type { FunctionBuilder, Label } from "./binary/function-builder.js";
import type { ValueType } from "./binary/opcodes.js";
import { I32, I64, op } from "./binary/opcodes.js";
import type { BodyPlan } from "./body-plan.js";
import { load32, store32 } from "./cells.js";
import { CYCLE } from "./context.js";
import type { EmitContext } from "./context.js";
import { moduleLayout } from "./layout.js";
import { RECORD } from "./shared/instance.js";
import { limitOf } from "./facts.js";
import type { KnownValues } from "./values.js";
import { limbCount, ValueEmitter } from "./values.js";

/** An i32 that lives for one run of a body: a local, or memory where the body is cut into parts. Starts as 0. */
interface Flag {
  get(): void;
  set(value: Emit): void;
}

/** How a body ends early. In a part the exit is the function's result, which the caller passes on. */
type Exit = "skip" | "done";
const EXIT_CODE: Record<Exit, number> = { skip: 1, done: 2 };

/** Exits, faults, flags, and the cutting of a body into functions. */
export class ControlEmitter extends ValueEmitter {
  readonly #flags = new Map<string, Flag>();
  protected labels: Record<Exit, Label> | undefined;
  #functionCounter = 0;

  constructor(
    f: FunctionBuilder,
    protected readonly context: EmitContext,
    protected readonly id: ModuleId,
    plan: BodyPlan,
  ) {
    const module = moduleOf(context.system, id);
    const frame = new Map<OpId, number>();
    for (const spilled of plan.spilled) {
      const { type } = operationOf(module, spilled);
      if (type !== null) frame.set(spilled, context.layout.allocator.take(8 * limbCount(type.width), 8));
    }
    const { facts } = context;
    const known: KnownValues = {
      staysInWidth: (operation) => facts.staysInWidth(id, operation),
      isBelow: (value, limit) => facts.isBelow(id, value, limit),
      isWhole: (operation) => {
        const { kind } = operationOf(module, operation);
        if (kind !== "cast" && kind !== "slice") return false;
        const [operand] = operandsOf(operationOf(module, operation));
        return operand !== undefined && facts.isBelow(id, operand, limitOf(module, operation));
      },
    };
    super(f, module, plan, frame, known, context.instance);
  }

  /** Lets `emit` fill a function of its own, and emits the call of it. */
  protected outline(emit: Emit): void {
    const caller = { f: this.f, labels: this.labels, functionNumber: this.functionNumber };
    const { instance } = this.context;
    const parameters: ValueType[] = instance === undefined ? [I64] : [I64, I32];
    const { index, body } = this.context.builder.function({ parameters, result: I32 });
    instance?.attachPart(body);
    this.f = body;
    this.labels = undefined;
    this.#functionCounter += 1;
    this.functionNumber = this.#functionCounter;
    emit();
    body.i32(0);
    this.f = caller.f;
    this.labels = caller.labels;
    this.functionNumber = caller.functionNumber;
    const { f } = this;
    const status = f.local(I32);
    f.get(CYCLE);
    if (instance !== undefined) f.get(RECORD);
    f.call(index);
    f.tee(status);
    f.if();
    if (this.labels === undefined) {
      f.get(status);
      f.code(op.return);
    } else {
      f.get(status);
      f.i32(EXIT_CODE.done);
      f.code(op.i32Eq);
      f.brIf(this.labels.done);
      f.br(this.labels.skip);
    }
    f.end();
  }

  /** Leaves the body. */
  protected exit(exit: Exit): void {
    if (this.labels !== undefined) return this.f.br(this.labels[exit]);
    this.f.i32(EXIT_CODE[exit]);
    this.f.code(op.return);
  }

  /** Pushes the number of a site plus a number. */
  protected site(site: number, plus = 0): void {
    const { instance } = this.context;
    if (instance === undefined) this.f.i32(site + plus);
    else instance.site(this.f, site, plus);
  }

  /** Emits a stop at `site` and leaves the body. */
  protected fault(site: number, code: number, detail: Emit): void {
    const { f } = this;
    this.site(site, 1);
    f.i32(code);
    detail();
    f.call(this.context.functions.stop);
    this.exit("skip");
  }

  /** A fault if the i32 on the stack is not zero. */
  protected faultIf(id: OpId, code = 0, detail: Emit = () => this.f.i64(0n)): void {
    this.f.if();
    this.fault(this.context.sites.siteOf(this.id, id), code, detail);
    this.f.end();
  }

  /** Declares and clears all flags of the body: writes and pops done, last push, exposed values present. */
  protected declareFlags(): void {
    const { schedule, layout } = this.context;
    const names = new Set<string>();
    this.module.operations.forEach((operation, index) => {
      if (operation === null || !this.context.facts.mayBeSecond(this.id, opId(index))) return;
      if (operation.kind === "array-write") {
        if (schedule.arrays[operation.array]?.checkTwice.has(this.id) === true)
          names.add(`write ${operation.array}`);
      } else if (operation.kind === "fifo-pop") {
        if (schedule.ports[this.id]?.[operation.port]?.checkPopTwice === true)
          names.add(`pop ${operation.port}`);
      } else if (operation.kind === "fifo-push") {
        if (this.countsPushes(operation.module, operation.port))
          names.add(`push ${operation.module}.${operation.port}`);
      }
    });
    moduleLayout(layout, this.id).masks.forEach((_, index) => names.add(`mask ${index}`));
    for (const name of names) this.#declareFlag(name);
  }

  /**
   * Whether the body itself notes that it has pushed into a FIFO. Where several pushers share a thread the note is in memory, since they must
   * see each other's; by mail, the receiver finds pushes of two modules.
   */
  protected countsPushes(module: ModuleId, port: PortId): boolean {
    const plan = this.context.schedule.ports[module]?.[port];
    if (plan?.checkPushTwice !== true) return false;
    if (plan.pushers.length === 1) return true;
    if (this.context.mail?.find({ kind: "fifo", module, port }, this.id) === undefined) return false;
    return analyzeAccess(this.module, this.id).pushedTwice.has(portKey(module, port));
  }

  #declareFlag(name: string): void {
    const inMemory = this.plan.parts.size > 0;
    const place = inMemory ? this.context.layout.allocator.take(4, 4) : this.f.local(I32);
    const flag: Flag = inMemory
      ? { get: () => load32(this.f, place), set: (value) => store32(this.f, place, value) }
      : {
          get: () => this.f.get(place),
          set: (value) => {
            value();
            this.f.set(place);
          },
        };
    flag.set(() => this.f.i32(0));
    this.#flags.set(name, flag);
  }

  /**
   * Faults if the flag, which an operation like this one has set before, is set, and notes this one in it; both as far as it is needed.
   *
   * @param detail pushes the detail of the fault
   */
  protected checkSecond(
    name: string,
    id: OpId,
    value: Emit,
    detail?: Emit,
    code: number = FAULT_CODE.twice,
  ): void {
    if (!this.#flags.has(name)) return;
    const { facts } = this.context;
    const flag = this.flag(name);
    if (facts.mayBeSecond(this.id, id)) {
      flag.get();
      this.faultIf(id, code, detail);
    }
    if (facts.mayBeFirst(this.id, id)) flag.set(value);
  }

  /** The flag `write ARRAY`, `pop PORT`, `push MODULE.PORT` or `mask WORD`. */
  protected flag(name: string): Flag {
    const flag = this.#flags.get(name);
    if (flag === undefined) throw new Error(`module ${this.module.name} has no flag ${name}`);
    return flag;
  }
}
