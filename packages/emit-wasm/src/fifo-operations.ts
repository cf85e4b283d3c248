import type { ModuleId, Operation, OpId, PortId } from "@assassyn/ir";
import { FAULT_CODE, operationOf } from "@assassyn/ir";
import { I32, op } from "./binary/opcodes.js";
import { load32, load64, store32, store64, storeCell } from "./cells.js";
import { CYCLE } from "./context.js";
import { EffectEmitter } from "./effects.js";
import { emitAppend, emitHead, emitHeadLimbs, emitIsEmpty, emitRemove, loadCounter } from "./fifos.js";
import { portKey } from "@assassyn/emit-core";
import { fifoLayout } from "./layout.js";
import { MAIL_DETAIL } from "./threads/mail.js";
import type { Limb } from "./values.js";

/** Pops and pushes, with the checks that the schedule asks for. */
export class FifoEmitter extends EffectEmitter {
  /** Keys of the FIFOs known to have an element. Bodies see committed state only, so what was found once stays true. */
  protected validFifos = new Set<string>();

  /** Notes what follows from a condition that is true from here on. */
  protected assume(condition: OpId): void {
    const open = [condition];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const operation = operationOf(this.module, id);
      if (operation.kind === "fifo-valid") this.validFifos.add(portKey(operation.module, operation.port));
      else if (operation.kind === "binary" && operation.operator === "and" && operation.type.width === 1) {
        open.push(operation.left, operation.right);
      }
    }
  }

  /** The fault of a pop or peek, unless the FIFO is known to have an element. */
  protected faultIfEmpty(module: ModuleId, port: PortId, id: OpId): void {
    if (this.validFifos.has(portKey(module, port))) return;
    emitIsEmpty(this.f, fifoLayout(this.context.layout, module, port));
    this.faultIf(id, FAULT_CODE.empty);
  }

  /** Binds the head of a FIFO that is not empty; `known` is the local with its counter, if there is one. */
  protected head(module: ModuleId, port: PortId, id: OpId, known?: number): void {
    if (this.plan.uses[id] === 0) return;
    const fifo = fifoLayout(this.context.layout, module, port);
    const counter = known ?? loadCounter(this.f, fifo.head);
    if (fifo.bytes <= 8) {
      emitHead(this.f, fifo, counter);
      return this.define(id);
    }
    const limbs: Limb[] = [];
    emitHeadLimbs(this.f, fifo, counter, () => limbs.push(this.takeLimb()));
    this.bindLimbs(id, limbs);
  }

  protected pop(operation: Extract<Operation, { kind: "fifo-pop" }>, id: OpId): void {
    const { f } = this;
    const fifo = fifoLayout(this.context.layout, this.id, operation.port);
    if (this.context.schedule.ports[this.id]?.[operation.port]?.checkPopTwice === true) {
      this.checkSecond(`pop ${operation.port}`, id, () => f.i32(1));
    }
    this.faultIfEmpty(this.id, operation.port, id);
    const counter = loadCounter(f, fifo.head);
    this.head(this.id, operation.port, id, counter);
    if (fifo.pendingPop === undefined) emitRemove(f, fifo, counter);
    else store32(f, fifo.pendingPop, () => f.i32(1));
  }

  protected push(operation: Extract<Operation, { kind: "fifo-push" }>, id: OpId): void {
    const { f } = this;
    const { functions, schedule, sites } = this.context;
    const fifo = fifoLayout(this.context.layout, operation.module, operation.port);
    const plan = schedule.ports[operation.module]?.[operation.port];
    const site = sites.siteOf(this.id, id);
    const mail = this.context.mail?.find(
      { kind: "fifo", module: operation.module, port: operation.port },
      this.id,
    );
    if (this.countsPushes(operation.module, operation.port)) {
      const name = `push ${operation.module}.${operation.port}`;
      this.checkSecond(
        name,
        id,
        () => this.site(site, 1),
        () => {
          this.flag(name).get();
          f.code(op.i64ExtendI32U);
        },
      );
    } else if (plan?.checkPushTwice === true && mail === undefined) {
      this.checkPushers(fifo.pushSite, fifo.pushCycle, site);
    }
    if (mail !== undefined) {
      mail.store32(f, MAIL_DETAIL, () => this.site(site, 1));
      this.store(operation.value, fifo.bytes, () => mail.value(f));
      return mail.seal(f);
    }
    const { pushSite, pushValue } = fifo;
    if (pushSite !== undefined && pushValue !== undefined) {
      store32(f, pushSite, () => this.site(site, 1));
      return this.store(operation.value, fifo.bytes, () => f.at(pushValue));
    }
    const overflow = (): void => this.fault(site, FAULT_CODE.overflow, () => f.i64(0n));
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
  protected checkPushers(pushSite: number | undefined, pushCycle: number | undefined, site: number): void {
    const { f } = this;
    if (pushSite === undefined) throw new Error("a FIFO with several pushers has no place to note them");
    if (pushCycle !== undefined) {
      // Immediate pushes run in canonical order, so the one noted is the earlier one.
      load64(f, pushCycle);
      f.get(CYCLE);
      f.code(op.i64Eq);
      f.if();
      this.fault(site, FAULT_CODE.twice, () => {
        load32(f, pushSite);
        f.code(op.i64ExtendI32U);
      });
      f.end();
      store64(f, pushCycle, () => f.get(CYCLE));
      store32(f, pushSite, () => this.site(site, 1));
      return;
    }
    const other = f.local(I32);
    load32(f, pushSite);
    f.tee(other);
    f.if();
    f.get(other);
    this.site(site, 1);
    f.code(op.i32LtU);
    f.if();
    this.fault(site, FAULT_CODE.twice, () => {
      f.get(other);
      f.code(op.i64ExtendI32U);
    });
    f.end();
    // The other one, which ran before, has the larger key: it is the one that faults. This one stays noted for a third.
    f.get(other);
    f.i32(FAULT_CODE.twice);
    this.site(site, 1);
    f.code(op.i64ExtendI32U);
    f.call(this.context.functions.stop);
    f.end();
  }
}
