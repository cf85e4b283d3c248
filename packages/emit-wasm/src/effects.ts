import type { ModuleId, Operation, OpId, SlotId } from "@assassyn/ir";
import { CONTROL, operationOf } from "@assassyn/ir";
import type { Emit } from "./arithmetic.js";
import { emitConst, emitConvert, emitDivision } from "./arithmetic.js";
import { I32, I64, op } from "./binary/opcodes.js";
import { increment64, load32, load64, loadCell, scale, store32, store64, storeCell } from "./cells.js";
import { CYCLE } from "./context.js";
import { ControlEmitter } from "./control.js";
import { arrayLayout, moduleLayout } from "./layout.js";
import { MAIL_DETAIL } from "./threads/mail.js";
import type { Limb } from "./values.js";
import { limbCount } from "./values.js";
import { emitWideDivision } from "./wide-division.js";

/** Operations that can fault or touch state, all but those of FIFOs. */
export class EffectEmitter extends ControlEmitter {
  protected divide(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const { f } = this;
    const { width } = operation.type;
    const checked = !this.context.facts.nonZeroDivisor(this.id, id);
    if (width > 64) {
      const left = this.limbsOf(operation.left);
      const right = this.limbsOf(operation.right);
      if (checked) {
        right.forEach((limb, index) => {
          this.limb(limb);
          if (index > 0) f.code(op.i64Or);
        });
        f.code(op.i64Eqz);
        this.faultIf(id);
      }
      const push = (limb: Limb): void => this.limb(limb);
      emitWideDivision(
        f,
        this.context,
        operation.operator === "rem",
        this.typeOf(operation.left),
        left,
        right,
        push,
      );
      const base = this.context.scratch + (operation.operator === "rem" ? this.context.scratchStride : 0);
      return this.bindFromMemory(id, base);
    }
    if (this.typeOf(operation.left).width !== width || this.typeOf(operation.right).width !== width)
      throw this.illegal(operation);
    const left = this.reader(operation.left);
    const right = this.reader(operation.right);
    if (checked) {
      right();
      f.code(width <= 32 ? op.i32Eqz : op.i64Eqz);
      this.faultIf(id);
    }
    emitDivision(f, operation.operator === "rem" ? "rem" : "div", this.typeOf(operation.left), left, right);
    this.define(id);
  }

  /** Binds the limbs that lie at a fixed address. */
  protected bindFromMemory(id: OpId, address: number): void {
    const limbs = Array.from({ length: limbCount(this.typeOf(id).width) }, (_, index) => {
      load64(this.f, address + 8 * index);
      return this.takeLimb();
    });
    this.bindLimbs(id, limbs);
  }

  protected select1hot(operation: Extract<Operation, { kind: "select1hot" }>, id: OpId): void {
    const { f } = this;
    const { width } = this.typeOf(operation.selector);
    if (width > 64 || operation.type.width > 64) throw this.illegal(operation);
    const selector = this.reader(operation.selector);
    selector();
    f.code(width <= 32 ? op.i32Popcnt : op.i64Popcnt);
    emitConst(f, width, 1n);
    f.code(width <= 32 ? op.i32Ne : op.i64Ne);
    this.faultIf(id);
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

  /** Code that pushes an index, and its width. One wider than 64 bits becomes the largest u64 where it is larger. */
  protected indexReader(id: OpId): { readonly index: Emit; readonly width: number } {
    const { f } = this;
    const { width } = this.typeOf(id);
    if (width <= 64) return { index: this.reader(id), width };
    const [low, ...high] = this.limbsOf(id);
    if (low === undefined) throw this.illegal(operationOf(this.module, id));
    const local = f.local(I64);
    f.i64(-1n);
    this.limb(low);
    high.forEach((limb, position) => {
      this.limb(limb);
      if (position > 0) f.code(op.i64Or);
    });
    f.i64(0n);
    f.code(op.i64Ne);
    f.code(op.select);
    f.set(local);
    return { index: () => f.get(local), width: 64 };
  }

  /** Pushes whether an index is below a size. */
  protected inRange(index: Emit, width: number, size: number): void {
    index();
    emitConst(this.f, width, BigInt(size));
    this.f.code(width <= 32 ? op.i32LtU : op.i64LtU);
  }

  protected read(operation: Extract<Operation, { kind: "array-read" }>, id: OpId): void {
    const { f } = this;
    const array = arrayLayout(this.context.layout, operation.array);
    const fits = this.context.facts.inBounds(this.id, id);
    if (fits && this.plan.uses[id] === 0) return;
    const constant = operationOf(this.module, operation.index);
    const { index, width } = this.indexReader(operation.index);
    if (!fits) {
      this.inRange(index, width, array.size);
      f.code(op.i32Eqz);
      this.faultIf(id, 0, () => {
        index();
        emitConvert(f, width, 64);
      });
    }
    // A known element has a fixed address.
    const known = fits && constant.kind === "const";
    const start =
      array.address + (known && constant.kind === "const" ? Number(constant.value) * array.bytes : 0);
    const address = (): number => {
      if (known) return f.at(start);
      index();
      emitConvert(f, width, 32);
      scale(f, array.bytes);
      return f.rebase(start);
    };
    if (array.bytes <= 8) {
      loadCell(f, array.bytes, address());
      return this.define(id);
    }
    const base = f.local(I32);
    const offset = address();
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

  /** Stores a value of any width; `address` pushes the base and returns what is added to it. */
  protected store(value: OpId, bytes: number, address: () => number): void {
    const { f } = this;
    if (bytes <= 8) {
      const offset = address();
      this.value(value);
      return storeCell(f, bytes, offset);
    }
    const limbs = this.limbsOf(value);
    const base = f.local(I32);
    const offset = address();
    f.set(base);
    limbs.forEach((limb, index) => {
      f.get(base);
      this.limb(limb);
      f.memory(op.i64Store, offset + 8 * index);
    });
  }

  protected write(operation: Extract<Operation, { kind: "array-write" }>, id: OpId): void {
    const { f } = this;
    const array = arrayLayout(this.context.layout, operation.array);
    if (this.context.schedule.arrays[operation.array]?.checkTwice.has(this.id) === true) {
      this.checkSecond(`write ${operation.array}`, id, () => f.i32(1), undefined, 0);
    }
    const fits = this.context.facts.inBounds(this.id, id);
    const { index, width } = this.indexReader(operation.index);
    if (!fits) {
      this.inRange(index, width, array.size);
      f.if();
    }
    const pending = array.pending.find((slot) => slot.writer === this.id);
    const mail = this.context.mail?.find({ kind: "array", array: operation.array }, this.id);
    const element = (): void => {
      index();
      emitConvert(f, width, 32);
    };
    if (mail !== undefined) {
      mail.store32(f, MAIL_DETAIL, element);
      this.store(operation.value, array.bytes, () => mail.value(f));
      mail.seal(f);
    } else if (pending === undefined) {
      this.store(operation.value, array.bytes, () => {
        if (array.size === 1) return f.at(array.address);
        element();
        scale(f, array.bytes);
        return f.rebase(array.address);
      });
    } else {
      store32(f, pending.index, () => {
        element();
        f.i32(1);
        f.code(op.i32Add);
      });
      this.store(operation.value, array.bytes, () => f.at(pending.value));
    }
    if (!fits) {
      f.else();
      increment64(f, CONTROL.droppedWrites);
      f.end();
    }
  }

  protected triggered(module: ModuleId): void {
    const { f } = this;
    load64(f, moduleLayout(this.context.layout, module).stamp);
    f.get(CYCLE);
    f.code(op.i64Eq);
  }

  protected present(module: ModuleId, slot: SlotId): void {
    const { f } = this;
    this.triggered(module);
    const mask = moduleLayout(this.context.layout, module).masks[slot >> 5];
    if (mask === undefined) throw new Error(`module #${module} has no slot #${slot}`);
    load32(f, mask);
    f.i32(slot & 31);
    f.code(op.i32ShrU);
    f.code(op.i32And);
  }

  protected exposedValue(module: ModuleId, slot: SlotId, id: OpId): void {
    const cell = moduleLayout(this.context.layout, module).exposed[slot];
    if (cell === undefined) throw new Error(`module #${module} has no slot #${slot}`);
    if (cell.bytes > 8) return this.bindFromMemory(id, cell.address);
    loadCell(this.f, cell.bytes, this.f.at(cell.address));
    return this.define(id);
  }

  protected expose(operation: Extract<Operation, { kind: "expose" }>): void {
    const { f } = this;
    const cell = moduleLayout(this.context.layout, this.id).exposed[operation.slot];
    if (cell === undefined) throw new Error(`module ${this.module.name} has no slot #${operation.slot}`);
    this.store(operation.value, cell.bytes, () => f.at(cell.address));
    const flag = this.flag(`mask ${operation.slot >> 5}`);
    flag.set(() => {
      flag.get();
      f.i32(1 << (operation.slot & 31));
      f.code(op.i32Or);
    });
  }

  protected call(callee: ModuleId): void {
    const mail = this.context.mail?.find({ kind: "credit", module: callee }, this.id);
    if (mail !== undefined) {
      const { f } = this;
      mail.store64(f, MAIL_DETAIL, () => {
        mail.load64(f, MAIL_DETAIL);
        f.i64(0n);
        mail.isOf(f);
        f.code(op.select);
        f.i64(1n);
        f.code(op.i64Add);
      });
      return mail.seal(f);
    }
    const layout = moduleLayout(this.context.layout, callee);
    const target = layout.pendingCredits ?? layout.credits;
    if (target === undefined) throw new Error(`module #${callee} is called but is not a stage`);
    increment64(this.f, target);
  }

  protected externCall(operation: Extract<Operation, { kind: "extern-call" }>, id: OpId): void {
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
    f.address(scratch);
    this.site(this.context.sites.siteOf(this.id, id));
    f.call(target);
    this.faultIf(id);
    const { width } = operation.type;
    if (width > 64) return this.bindFromMemory(id, scratch);
    load64(f, scratch);
    emitConvert(f, 64, width);
    return this.define(id);
  }

  protected log(operation: Extract<Operation, { kind: "log" }>, id: OpId): void {
    const { f } = this;
    load32(f, CONTROL.logEnabled);
    f.if();
    const at = f.local(I32);
    load32(f, CONTROL.logPosition);
    f.set(at);
    f.get(at);
    this.site(this.context.sites.siteOf(this.id, id));
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
}
