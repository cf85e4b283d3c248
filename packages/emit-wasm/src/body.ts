import type { ModuleId, Operation, OpId, PortId, Region, SlotId } from "@assassyn/ir";
import { arrayOf, assertNever, CONTROL, FAULT_CODE, indexFits, moduleOf, operationOf } from "@assassyn/ir";
import type { Emit } from "./arithmetic.js";
import { emitConst, emitConvert, emitDivision, valueType } from "./arithmetic.js";
import type { FunctionBuilder, Label } from "./binary/function-builder.js";
import { I32, I64, op } from "./binary/opcodes.js";
import type { BodyPlan } from "./body-plan.js";
import { increment64, load32, load64, loadCell, scale, store32, store64, storeCell } from "./cells.js";
import type { EmitContext } from "./context.js";
import { emitAppend, emitHead, emitHeadLimbs, emitIsEmpty, emitRemove } from "./fifos.js";
import { arrayLayout, fifoLayout, moduleLayout } from "./layout.js";
import type { Limb } from "./values.js";
import { limbCount, ValueEmitter } from "./values.js";
import { emitWideDivision } from "./wide-division.js";

/** An i32 that lives for one run of a body: a local, or memory where the body is cut into parts. Starts as 0. */
interface Flag {
  get(): void;
  set(value: Emit): void;
}

/** How a body ends early. In a part the exit is the function's result, which the caller passes on. */
type Exit = "skip" | "done";
const EXIT_CODE: Record<Exit, number> = { skip: 1, done: 2 };

/** Emits the body of one module into a function, from its first operation to the commit of its own trigger, credit and exposed values. */
export class BodyEmitter extends ValueEmitter {
  readonly #flags = new Map<string, Flag>();
  #labels: Record<Exit, Label> | undefined;
  #functionCounter = 0;

  constructor(
    f: FunctionBuilder,
    private readonly context: EmitContext,
    private readonly id: ModuleId,
    plan: BodyPlan,
  ) {
    const module = moduleOf(context.system, id);
    const frame = new Map<OpId, number>();
    for (const spilled of plan.spilled) {
      const { type } = operationOf(module, spilled);
      if (type !== null) frame.set(spilled, context.layout.allocator.take(8 * limbCount(type.width), 8));
    }
    super(f, module, plan, frame);
  }

  /** Emits the body. `triggered` emits what a triggered stage adds, behind the stores of trigger stamp and exposed values. */
  emit(triggered: () => void): void {
    const { f } = this;
    this.#declareFlags();
    const skip = f.block();
    const done = f.block();
    this.#labels = { skip, done };
    this.#region(this.module.body);
    f.end();
    const layout = moduleLayout(this.context.layout, this.id);
    store64(f, layout.stamp, () => load64(f, CONTROL.cycle));
    layout.masks.forEach((address, index) => store32(f, address, () => this.#flag(`mask ${index}`).get()));
    triggered();
    f.end();
  }

  // ---- regions, parts, exits

  #region(region: Region): void {
    const parts = this.plan.parts.get(region);
    if (parts === undefined) {
      for (const id of region.operations) this.#operation(operationOf(this.module, id), id);
      return;
    }
    for (const part of parts) {
      if (part.outlined) this.#outline(part.operations);
      else for (const id of part.operations) this.#operation(operationOf(this.module, id), id);
    }
  }

  /** Emits operations as a function of their own and a call of it. */
  #outline(operations: readonly OpId[]): void {
    const caller = { f: this.f, labels: this.#labels, functionNumber: this.functionNumber };
    const { index, body } = this.context.builder.function({ parameters: [], result: I32 });
    this.f = body;
    this.#labels = undefined;
    this.#functionCounter += 1;
    this.functionNumber = this.#functionCounter;
    for (const id of operations) this.#operation(operationOf(this.module, id), id);
    body.i32(0);
    this.f = caller.f;
    this.#labels = caller.labels;
    this.functionNumber = caller.functionNumber;
    const { f } = this;
    const status = f.local(I32);
    f.call(index);
    f.tee(status);
    f.if();
    if (this.#labels === undefined) {
      f.get(status);
      f.code(op.return);
    } else {
      f.get(status);
      f.i32(EXIT_CODE.done);
      f.code(op.i32Eq);
      f.brIf(this.#labels.done);
      f.br(this.#labels.skip);
    }
    f.end();
  }

  #exit(exit: Exit): void {
    if (this.#labels !== undefined) return this.f.br(this.#labels[exit]);
    this.f.i32(EXIT_CODE[exit]);
    this.f.code(op.return);
  }

  /** Emits a stop at `site` and leaves the body. */
  #fault(site: number, code: number, detail: Emit): void {
    const { f } = this;
    f.i32(site + 1);
    f.i32(code);
    detail();
    f.call(this.context.functions.stop);
    this.#exit("skip");
  }

  /** A fault if the i32 on the stack is not zero. */
  #faultIf(id: OpId, code = 0, detail: Emit = () => this.f.i64(0n)): void {
    this.f.if();
    this.#fault(this.context.sites.siteOf(this.id, id), code, detail);
    this.f.end();
  }

  // ---- flags

  #declareFlags(): void {
    const { schedule } = this.context;
    const names: string[] = [];
    schedule.arrays.forEach((plan, array) => plan?.checkTwice.has(this.id) === true && names.push(`write ${array}`));
    schedule.ports[this.id]?.forEach((plan, port) => plan.checkPopTwice && names.push(`pop ${port}`));
    moduleLayout(this.context.layout, this.id).masks.forEach((_, index) => names.push(`mask ${index}`));
    for (const name of names) this.#declareFlag(name);
    // FIFOs that only this module pushes, and that it can push twice, are found when the first push is emitted; see `#push`.
    for (const key of this.#ownDoublePushes()) this.#declareFlag(key);
  }

  #ownDoublePushes(): Set<string> {
    const keys = new Set<string>();
    for (const operation of this.module.operations) {
      if (operation?.kind !== "fifo-push") continue;
      const plan = this.context.schedule.ports[operation.module]?.[operation.port];
      if (plan?.checkPushTwice === true && plan.pushers.length === 1) keys.add(`push ${operation.module}.${operation.port}`);
    }
    return keys;
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

  #flag(name: string): Flag {
    const flag = this.#flags.get(name);
    if (flag === undefined) throw new Error(`module ${this.module.name} has no flag ${name}`);
    return flag;
  }

  // ---- operations

  #operation(operation: Operation, id: OpId): void {
    const { f } = this;
    if (this.plan.sunk[id] === 1) return;
    switch (operation.kind) {
      case "const":
        return;
      case "binary":
        if (operation.operator === "div" || operation.operator === "rem") return this.#divide(operation, id);
        return this.emitPure(operation, id);
      case "unary":
      case "cast":
      case "slice":
      case "concat":
      case "select":
      case "cycle":
        return this.emitPure(operation, id);
      case "select1hot":
        return this.#select1hot(operation, id);
      case "array-read":
        return this.#read(operation, id);
      case "array-write":
        return this.#write(operation, id);
      case "fifo-valid":
        emitIsEmpty(f, fifoLayout(this.context.layout, operation.module, operation.port));
        f.code(op.i32Eqz);
        return this.define(id);
      case "fifo-peek":
        emitIsEmpty(f, fifoLayout(this.context.layout, operation.module, operation.port));
        this.#faultIf(id);
        return this.#head(operation.module, operation.port, id);
      case "fifo-pop":
        return this.#pop(operation, id);
      case "fifo-push":
        return this.#push(operation, id);
      case "exposed-get":
        this.#present(operation.module, operation.slot);
        f.code(op.i32Eqz);
        this.#faultIf(id);
        return this.#exposedValue(operation.module, operation.slot, id);
      case "exposed-valid":
        this.#present(operation.module, operation.slot);
        return this.define(id);
      case "triggered":
        this.#triggered(operation.module);
        return this.define(id);
      case "expose":
        return this.#expose(operation);
      case "extern-call":
        return this.#externCall(operation, id);
      case "call":
        return this.#call(operation.module);
      case "wait":
        this.value(operation.condition);
        f.code(op.i32Eqz);
        f.if();
        this.#exit("skip");
        return f.end();
      case "finish":
        f.i32(this.context.sites.siteOf(this.id, id) + 1);
        f.i32(0);
        f.i64(0n);
        f.call(this.context.functions.stop);
        return this.#exit("done");
      case "assert":
        this.value(operation.condition);
        f.code(op.i32Eqz);
        return this.#faultIf(id);
      case "log":
        return this.#log(operation, id);
      case "if":
        return this.#if(operation, id);
      default:
        return assertNever(operation);
    }
  }

  #divide(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const { f } = this;
    const { width } = operation.type;
    const divisor = operationOf(this.module, operation.right);
    const checked = divisor.kind !== "const" || divisor.value === 0n;
    if (width > 64) {
      const left = this.limbsOf(operation.left);
      const right = this.limbsOf(operation.right);
      if (checked) {
        right.forEach((limb, index) => {
          this.limb(limb);
          if (index > 0) f.code(op.i64Or);
        });
        f.code(op.i64Eqz);
        this.#faultIf(id);
      }
      const push = (limb: Limb): void => this.limb(limb);
      emitWideDivision(f, this.context, operation.operator === "rem", this.typeOf(operation.left), left, right, push);
      const base = this.context.scratch + (operation.operator === "rem" ? this.context.scratchStride : 0);
      return this.#bindFromMemory(id, base);
    }
    if (this.typeOf(operation.left).width !== width || this.typeOf(operation.right).width !== width) throw this.illegal(operation);
    const left = this.reader(operation.left);
    const right = this.reader(operation.right);
    if (checked) {
      right();
      f.code(width <= 32 ? op.i32Eqz : op.i64Eqz);
      this.#faultIf(id);
    }
    emitDivision(f, operation.operator === "rem" ? "rem" : "div", this.typeOf(operation.left), left, right);
    this.define(id);
  }

  /** Binds the limbs that lie at a fixed address. */
  #bindFromMemory(id: OpId, address: number): void {
    const limbs = Array.from({ length: limbCount(this.typeOf(id).width) }, (_, index) => {
      load64(this.f, address + 8 * index);
      return this.takeLimb();
    });
    this.bindLimbs(id, limbs);
  }

  #select1hot(operation: Extract<Operation, { kind: "select1hot" }>, id: OpId): void {
    const { f } = this;
    const { width } = this.typeOf(operation.selector);
    if (width > 64 || operation.type.width > 64) throw this.illegal(operation);
    const selector = this.reader(operation.selector);
    selector();
    f.code(width <= 32 ? op.i32Popcnt : op.i64Popcnt);
    emitConst(f, width, 1n);
    f.code(width <= 32 ? op.i32Ne : op.i64Ne);
    this.#faultIf(id);
    operation.arms.forEach((arm, index) => {
      if (index === 0) return this.value(arm);
      // The bit is clear: keep what was chosen so far.
      this.value(arm);
      selector();
      emitConst(f, width, 1n << BigInt(index));
      f.code(width <= 32 ? op.i32And : op.i64And);
      f.code(width <= 32 ? op.i32Eqz : op.i64Eqz);
      return f.code(op.select);
    });
    this.define(id);
  }

  /** Pushes whether an index is below a size. */
  #inRange(index: Emit, width: number, size: number): void {
    index();
    emitConst(this.f, width, BigInt(size));
    this.f.code(width <= 32 ? op.i32LtU : op.i64LtU);
  }

  #read(operation: Extract<Operation, { kind: "array-read" }>, id: OpId): void {
    const { f } = this;
    const array = arrayLayout(this.context.layout, operation.array);
    const { width } = this.typeOf(operation.index);
    const fits = indexFits(this.module, operation.index, array.size);
    if (fits && this.plan.uses[id] === 0) return;
    const constant = operationOf(this.module, operation.index);
    const index = this.reader(operation.index);
    if (!fits) {
      this.#inRange(index, width, array.size);
      f.code(op.i32Eqz);
      this.#faultIf(id, 0, () => {
        index();
        emitConvert(f, width, 64);
      });
    }
    // A known element has a fixed address.
    const known = fits && constant.kind === "const";
    const offset = array.address + (known && constant.kind === "const" ? Number(constant.value) * array.bytes : 0);
    const address = (): void => {
      if (known) return f.i32(0);
      index();
      emitConvert(f, width, 32);
      return scale(f, array.bytes);
    };
    if (array.bytes <= 8) {
      address();
      loadCell(f, array.bytes, offset);
      return this.define(id);
    }
    const base = f.local(I32);
    address();
    f.set(base);
    this.bindLimbs(
      id,
      Array.from({ length: array.bytes / 8 }, (_, limb) => {
        f.get(base);
        f.memory(op.i64Load, offset + 8 * limb);
        return this.takeLimb();
      }),
    );
  }

  /** Stores a value of any width; `address` pushes the base, `offset` is added. */
  #store(value: OpId, bytes: number, address: Emit, offset: number): void {
    const { f } = this;
    if (bytes <= 8) {
      address();
      this.value(value);
      return storeCell(f, bytes, offset);
    }
    const limbs = this.limbsOf(value);
    const base = f.local(I32);
    address();
    f.set(base);
    limbs.forEach((limb, index) => {
      f.get(base);
      this.limb(limb);
      f.memory(op.i64Store, offset + 8 * index);
    });
  }

  #write(operation: Extract<Operation, { kind: "array-write" }>, id: OpId): void {
    const { f } = this;
    const array = arrayLayout(this.context.layout, operation.array);
    if (this.context.schedule.arrays[operation.array]?.checkTwice.has(this.id) === true) {
      const flag = this.#flag(`write ${operation.array}`);
      flag.get();
      this.#faultIf(id);
      flag.set(() => f.i32(1));
    }
    const { width } = this.typeOf(operation.index);
    const fits = indexFits(this.module, operation.index, array.size);
    const index = this.reader(operation.index);
    if (!fits) {
      this.#inRange(index, width, array.size);
      f.if();
    }
    const pending = array.pending.find((slot) => slot.writer === this.id);
    const element = (): void => {
      index();
      emitConvert(f, width, 32);
    };
    if (pending === undefined) {
      this.#store(
        operation.value,
        array.bytes,
        () => {
          if (array.size === 1) return f.i32(0);
          element();
          return scale(f, array.bytes);
        },
        array.address,
      );
    } else {
      store32(f, pending.index, () => {
        element();
        f.i32(1);
        f.code(op.i32Add);
      });
      this.#store(operation.value, array.bytes, () => f.i32(0), pending.value);
    }
    if (!fits) {
      f.else();
      increment64(f, CONTROL.droppedWrites);
      f.end();
    }
  }

  #head(module: ModuleId, port: PortId, id: OpId): void {
    if (this.plan.uses[id] === 0) return;
    const fifo = fifoLayout(this.context.layout, module, port);
    if (fifo.bytes <= 8) {
      emitHead(this.f, fifo);
      return this.define(id);
    }
    const limbs: Limb[] = [];
    emitHeadLimbs(this.f, fifo, () => limbs.push(this.takeLimb()));
    this.bindLimbs(id, limbs);
  }

  #pop(operation: Extract<Operation, { kind: "fifo-pop" }>, id: OpId): void {
    const { f } = this;
    const fifo = fifoLayout(this.context.layout, this.id, operation.port);
    if (this.context.schedule.ports[this.id]?.[operation.port]?.checkPopTwice === true) {
      const flag = this.#flag(`pop ${operation.port}`);
      flag.get();
      this.#faultIf(id, FAULT_CODE.twice);
      flag.set(() => f.i32(1));
    }
    emitIsEmpty(f, fifo);
    this.#faultIf(id, FAULT_CODE.empty);
    this.#head(this.id, operation.port, id);
    if (fifo.pendingPop === undefined) emitRemove(f, fifo);
    else store32(f, fifo.pendingPop, () => f.i32(1));
  }

  #push(operation: Extract<Operation, { kind: "fifo-push" }>, id: OpId): void {
    const { f } = this;
    const { functions, schedule, sites } = this.context;
    const fifo = fifoLayout(this.context.layout, operation.module, operation.port);
    const plan = schedule.ports[operation.module]?.[operation.port];
    const site = sites.siteOf(this.id, id);
    if (plan?.checkPushTwice === true && plan.pushers.length === 1) {
      const flag = this.#flag(`push ${operation.module}.${operation.port}`);
      flag.get();
      this.#faultIf(id, FAULT_CODE.twice, () => {
        flag.get();
        f.code(op.i64ExtendI32U);
      });
      flag.set(() => f.i32(site + 1));
    } else if (plan?.checkPushTwice === true) {
      this.#checkPushers(fifo.pushSite, fifo.pushCycle, site);
    }
    const { pushSite, pushValue } = fifo;
    if (pushSite !== undefined && pushValue !== undefined) {
      store32(f, pushSite, () => f.i32(site + 1));
      return this.#store(operation.value, fifo.bytes, () => f.i32(0), pushValue);
    }
    const overflow = (): void => this.#fault(site, FAULT_CODE.overflow, () => f.i64(0n));
    const limbs = fifo.bytes > 8 ? this.limbsOf(operation.value) : [];
    emitAppend(f, functions, fifo, true, overflow, (offset) => {
      if (fifo.bytes <= 8) {
        this.value(operation.value);
        return storeCell(f, fifo.bytes, offset);
      }
      const base = f.local(I32);
      f.set(base);
      return limbs.forEach((limb, index) => {
        f.get(base);
        this.limb(limb);
        f.memory(op.i64Store, offset + 8 * index);
      });
    });
  }

  /** Faults when another push into the FIFO was noted in this cycle, at the larger of the two sites. */
  #checkPushers(pushSite: number | undefined, pushCycle: number | undefined, site: number): void {
    const { f } = this;
    if (pushSite === undefined) throw new Error("a FIFO with several pushers has no place to note them");
    if (pushCycle !== undefined) {
      // Immediate pushes run in canonical order, so the one noted is the earlier one.
      load64(f, pushCycle);
      load64(f, CONTROL.cycle);
      f.code(op.i64Eq);
      f.if();
      this.#fault(site, FAULT_CODE.twice, () => {
        load32(f, pushSite);
        f.code(op.i64ExtendI32U);
      });
      f.end();
      store64(f, pushCycle, () => load64(f, CONTROL.cycle));
      store32(f, pushSite, () => f.i32(site + 1));
      return;
    }
    const other = f.local(I32);
    load32(f, pushSite);
    f.tee(other);
    f.if();
    f.get(other);
    f.i32(site + 1);
    f.code(op.i32LtU);
    f.if();
    this.#fault(site, FAULT_CODE.twice, () => {
      f.get(other);
      f.code(op.i64ExtendI32U);
    });
    f.end();
    // The other one, which ran before, has the larger key: it is the one that faults. This one stays noted for a third.
    f.get(other);
    f.i32(FAULT_CODE.twice);
    f.i64(BigInt(site + 1));
    f.call(this.context.functions.stop);
    f.end();
  }

  #triggered(module: ModuleId): void {
    const { f } = this;
    load64(f, moduleLayout(this.context.layout, module).stamp);
    load64(f, CONTROL.cycle);
    f.code(op.i64Eq);
  }

  #present(module: ModuleId, slot: SlotId): void {
    const { f } = this;
    this.#triggered(module);
    const mask = moduleLayout(this.context.layout, module).masks[slot >> 5];
    if (mask === undefined) throw new Error(`module #${module} has no slot #${slot}`);
    load32(f, mask);
    f.i32(slot & 31);
    f.code(op.i32ShrU);
    f.code(op.i32And);
  }

  #exposedValue(module: ModuleId, slot: SlotId, id: OpId): void {
    const cell = moduleLayout(this.context.layout, module).exposed[slot];
    if (cell === undefined) throw new Error(`module #${module} has no slot #${slot}`);
    if (cell.bytes > 8) return this.#bindFromMemory(id, cell.address);
    this.f.i32(0);
    loadCell(this.f, cell.bytes, cell.address);
    return this.define(id);
  }

  #expose(operation: Extract<Operation, { kind: "expose" }>): void {
    const { f } = this;
    const cell = moduleLayout(this.context.layout, this.id).exposed[operation.slot];
    if (cell === undefined) throw new Error(`module ${this.module.name} has no slot #${operation.slot}`);
    this.#store(operation.value, cell.bytes, () => f.i32(0), cell.address);
    const flag = this.#flag(`mask ${operation.slot >> 5}`);
    flag.set(() => {
      flag.get();
      f.i32(1 << (operation.slot & 31));
      f.code(op.i32Or);
    });
  }

  #call(callee: ModuleId): void {
    const layout = moduleLayout(this.context.layout, callee);
    const target = layout.pendingCredits ?? layout.credits;
    if (target === undefined) throw new Error(`module #${callee} is called but is not a stage`);
    increment64(this.f, target);
  }

  #externCall(operation: Extract<Operation, { kind: "extern-call" }>, id: OpId): void {
    const { f } = this;
    const { scratch } = this.context;
    const target = this.context.functions.externs[operation.extern];
    if (target === undefined) throw new Error(`no extern #${operation.extern}`);
    let at = scratch;
    for (const argument of operation.arguments) {
      for (const limb of this.limbsOf(argument)) {
        store64(f, at, () => this.limb(limb));
        at += 8;
      }
    }
    f.i32(scratch);
    f.i32(this.context.sites.siteOf(this.id, id));
    f.call(target);
    this.#faultIf(id);
    const { width } = operation.type;
    if (width > 64) return this.#bindFromMemory(id, scratch);
    load64(f, scratch);
    emitConvert(f, 64, width);
    return this.define(id);
  }

  #log(operation: Extract<Operation, { kind: "log" }>, id: OpId): void {
    const { f } = this;
    load32(f, CONTROL.logEnabled);
    f.if();
    const at = f.local(I32);
    load32(f, CONTROL.logPosition);
    f.set(at);
    f.get(at);
    f.i32(this.context.sites.siteOf(this.id, id));
    f.memory(op.i32Store, 0);
    let offset = 4;
    for (const argument of operation.arguments) {
      const { width } = this.typeOf(argument);
      if (width <= 64) {
        f.get(at);
        this.value(argument);
        f.memory(width <= 32 ? op.i32Store : op.i64Store, offset);
        offset += width <= 32 ? 4 : 8;
        continue;
      }
      for (const limb of this.limbsOf(argument)) {
        f.get(at);
        this.limb(limb);
        f.memory(op.i64Store, offset);
        offset += 8;
      }
    }
    store32(f, CONTROL.logPosition, () => {
      f.get(at);
      f.i32(offset);
      f.code(op.i32Add);
    });
    f.end();
  }

  #if(operation: Extract<Operation, { kind: "if" }>, id: OpId): void {
    const { f } = this;
    const type = this.plan.uses[id] === 0 ? null : operation.type;
    const locals = Array.from({ length: type === null ? 0 : limbCount(type.width) }, () =>
      f.local(type !== null && type.width <= 64 ? valueType(type.width) : I64),
    );
    const arm = (region: Region): void => {
      this.#region(region);
      if (type === null || region.result === undefined) return;
      const [first] = locals;
      if (type.width <= 64 && first !== undefined) {
        this.value(region.result);
        return f.set(first);
      }
      this.limbsOf(region.result).forEach((limb, index) => {
        this.limb(limb);
        f.set(locals[index] ?? 0);
      });
    };
    this.value(operation.condition);
    f.if();
    arm(operation.then);
    if (operation.else.operations.length > 0 || type !== null) {
      f.else();
      arm(operation.else);
    }
    f.end();
    const [first] = locals;
    if (type === null || first === undefined) return;
    if (type.width <= 64) this.bind(id, first);
    else this.bindLimbs(id, locals.map((local) => ({ kind: "local", local })));
  }
}
