import type { Operation, OpId, Region } from "@assassyn/ir";
import { assertNever, FAULT_CODE, operationOf } from "@assassyn/ir";
import { valueType } from "./arithmetic.js";
import { I64, op } from "./binary/opcodes.js";
import { store32, store64 } from "./cells.js";
import { CYCLE } from "./context.js";
import { FifoEmitter } from "./fifo-operations.js";
import { emitIsEmpty } from "./fifos.js";
import { ACTIVITY, emitActivity, isAlways, isMark } from "./idle.js";
import { fifoLayout, moduleLayout } from "./layout.js";
import { limbCount } from "./values.js";

/** Emits the body of one module into a function, from its first operation to its own trigger, credit and exposed values. */
export class BodyEmitter extends FifoEmitter {
  #active = 0;

  /** Emits the body. `active` is the local with the activity of the cycle; `triggered` emits what a triggered stage adds, behind the stores of trigger stamp and exposed values. */
  emit(active: number, triggered: () => void): void {
    const { f } = this;
    this.context.instance?.enter(f);
    this.declareFlags();
    this.#active = active;
    if (isAlways(this.context.idle?.plan, this.id)) emitActivity(f, active, ACTIVITY.busy);
    const skip = f.block();
    const done = f.block();
    this.labels = { skip, done };
    this.region(this.module.body);
    f.end();
    const layout = moduleLayout(this.context.layout, this.id);
    store64(f, layout.stamp, () => f.get(CYCLE));
    layout.masks.forEach((address, index) => store32(f, address, () => this.flag(`mask ${index}`).get()));
    triggered();
    f.end();
  }

  /** Emits a region. `holds` is a condition that is known to be true in it. */
  protected region(region: Region, holds?: OpId): void {
    const outside = new Set(this.validFifos);
    if (holds !== undefined) this.assume(holds);
    this.#parts(region);
    this.validFifos = outside;
  }

  #parts(region: Region): void {
    const parts = this.plan.parts.get(region);
    if (parts === undefined) {
      for (const id of region.operations) this.operation(operationOf(this.module, id), id);
      return;
    }
    for (const part of parts) {
      const emit = (): void => {
        for (const id of part.operations) this.operation(operationOf(this.module, id), id);
      };
      if (part.outlined) this.outline(emit);
      else emit();
    }
  }

  protected operation(operation: Operation, id: OpId): void {
    const { f } = this;
    if (this.plan.sunk[id] === 1) return;
    this.#noteBusy(id);
    switch (operation.kind) {
      case "const":
        return;
      case "binary":
        if (operation.operator === "div" || operation.operator === "rem") return this.divide(operation, id);
        return this.emitPure(operation, id);
      case "unary":
      case "cast":
      case "slice":
      case "concat":
      case "select":
      case "cycle":
        return this.emitPure(operation, id);
      case "select1hot":
        return this.select1hot(operation, id);
      case "array-read":
        return this.read(operation, id);
      case "array-write":
        return this.write(operation, id);
      case "fifo-valid":
        emitIsEmpty(f, fifoLayout(this.context.layout, operation.module, operation.port));
        f.code(op.i32Eqz);
        return this.define(id);
      case "fifo-peek":
        this.faultIfEmpty(operation.module, operation.port, id);
        return this.head(operation.module, operation.port, id);
      case "fifo-pop":
        return this.pop(operation, id);
      case "fifo-push":
        return this.push(operation, id);
      case "exposed-get":
        this.present(operation.module, operation.slot);
        f.code(op.i32Eqz);
        this.faultIf(id);
        return this.exposedValue(operation.module, operation.slot, id);
      case "exposed-valid":
        this.present(operation.module, operation.slot);
        return this.define(id);
      case "triggered":
        this.triggered(operation.module);
        return this.define(id);
      case "expose":
        return this.expose(operation);
      case "extern-call":
        return this.externCall(operation, id);
      case "call":
        return this.call(operation.module);
      case "wait":
        this.value(operation.condition);
        f.code(op.i32Eqz);
        f.if();
        this.exit("skip");
        f.end();
        return this.assume(operation.condition);
      case "finish":
        this.site(this.context.sites.siteOf(this.id, id), 1);
        f.i32(FAULT_CODE.finish);
        f.i64(0n);
        f.call(this.context.functions.stop);
        return this.exit("done");
      case "assert":
        this.value(operation.condition);
        f.code(op.i32Eqz);
        return this.faultIf(id);
      case "log":
        return this.log(operation, id);
      // One body runs at a time here, so nobody waits for a lock.
      case "acquire":
      case "release":
        return;
      case "if":
        return this.if(operation, id);
      default:
        return assertNever(operation);
    }
  }

  /** Notes that the cycle is no idle one, if this operation says so. Parts of a body have no local for it. */
  #noteBusy(id: OpId): void {
    const { idle } = this.context;
    if (idle === undefined || !isMark(idle.plan, this.id, id)) return;
    if (this.labels === undefined) store32(this.f, idle.flag, () => this.f.i32(ACTIVITY.busy));
    else emitActivity(this.f, this.#active, ACTIVITY.busy);
  }

  protected if(operation: Extract<Operation, { kind: "if" }>, id: OpId): void {
    const { f } = this;
    const type = this.plan.uses[id] === 0 ? null : operation.type;
    const locals = Array.from({ length: type === null ? 0 : limbCount(type.width) }, () =>
      f.local(type !== null && type.width <= 64 ? valueType(type.width) : I64),
    );
    const arm = (region: Region, holds?: OpId): void => {
      this.region(region, holds);
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
    arm(operation.then, operation.condition);
    if (operation.else.operations.length > 0 || type !== null) {
      f.else();
      arm(operation.else);
    }
    f.end();
    const [first] = locals;
    if (type === null || first === undefined) return;
    if (type.width <= 64) this.bind(id, first);
    else
      this.bindLimbs(
        id,
        locals.map((local) => ({ kind: "local", local })),
      );
  }
}
