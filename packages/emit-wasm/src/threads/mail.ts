/**
 * Mailboxes between clusters, in memory that all threads share. There is one area for even and one for odd cycles, each slot is stamped
 * with its cycle, and so nothing is ever reset: while the receivers of t look at one area, behind the barrier, the senders of t + 1 fill
 * the other one. Loads and stores are plain; the barrier orders them.
 */
import type { ClusterId, Location, Mailbox, ModuleId, System } from "@assassyn/ir";
import { arrayOf, assertNever, locationKey, moduleOf, THREADS } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import { I32, op } from "../binary/opcodes.js";
import { CYCLE } from "../context.js";
import { cellBytes } from "../layout.js";

/** Behind the stamp of a slot: u32 index of a write, u32 1 + site of a push, or u64 number of calls. */
export const MAIL_DETAIL = 8;
/** Behind the stamp of a slot: the value. */
export const MAIL_VALUE = 16;
/** Two cache lines, since processors fetch them in pairs: what different threads write lies so far apart. */
const APART = 128;

/** One mailbox: code that works on its slot for the cycle in the function's parameter. */
export class MailSlot {
  constructor(
    readonly mailbox: Mailbox,
    /** Of the slot for even cycles. */
    readonly address: number,
    /** Bytes of the value. */
    readonly bytes: number,
    private readonly areaBytes: number,
  ) {}

  /** Pushes what is added to `address` in this cycle. */
  area(f: FunctionBuilder): void {
    const { areaBytes } = this;
    f.get(
      f.once("mail", I32, () => {
        f.get(CYCLE);
        f.code(op.i32WrapI64);
        f.i32(1);
        f.code(op.i32And);
        f.i32(areaBytes);
        f.code(op.i32Mul);
      }),
    );
  }

  /** Pushes the base of the value's address in this cycle and returns what is added to it. */
  value(f: FunctionBuilder): number {
    this.area(f);
    return this.address + MAIL_VALUE;
  }

  load32(f: FunctionBuilder, offset: number): void {
    this.area(f);
    f.memory(op.i32Load, this.address + offset);
  }

  load64(f: FunctionBuilder, offset: number): void {
    this.area(f);
    f.memory(op.i64Load, this.address + offset);
  }

  store32(f: FunctionBuilder, offset: number, value: () => void): void {
    this.area(f);
    value();
    f.memory(op.i32Store, this.address + offset);
  }

  store64(f: FunctionBuilder, offset: number, value: () => void): void {
    this.area(f);
    value();
    f.memory(op.i64Store, this.address + offset);
  }

  /** Stamps the slot: it was sent in this cycle. */
  seal(f: FunctionBuilder): void {
    this.store64(f, 0, () => f.get(CYCLE));
  }

  /** Pushes whether the slot was sent in this cycle. */
  isOf(f: FunctionBuilder): void {
    this.load64(f, 0);
    f.get(CYCLE);
    f.code(op.i64Eq);
  }
}

/** All mailboxes of a design. */
export class Mail {
  readonly slots: readonly MailSlot[];
  /** End of both areas. */
  readonly end: number;
  readonly #byKey = new Map<string, MailSlot>();

  /** @param clusterOf by module */
  constructor(
    system: System,
    private readonly clusterOf: ReadonlyMap<ModuleId, ClusterId>,
  ) {
    const mailboxes = [...(system.concurrency?.mailboxes ?? [])].map((mailbox, index) => ({
      mailbox,
      index,
    }));
    const sender = ({ writer }: Mailbox): number => clusterOf.get(writer) ?? 0;
    mailboxes.sort((a, b) => sender(a.mailbox) - sender(b.mailbox) || a.index - b.index);
    let at = 0;
    let last = -1;
    const places = mailboxes.map(({ mailbox, index }) => {
      if (sender(mailbox) !== last) at = Math.ceil(at / APART) * APART;
      last = sender(mailbox);
      const offset = at;
      const bytes = valueBytes(system, mailbox.location);
      at += MAIL_VALUE + Math.ceil(bytes / 8) * 8;
      return { mailbox, index, offset, bytes };
    });
    const areaBytes = Math.ceil(at / APART) * APART;
    this.end = THREADS.end + 2 * areaBytes;
    this.slots = places
      .toSorted((a, b) => a.index - b.index)
      .map(({ mailbox, offset, bytes }) => new MailSlot(mailbox, THREADS.end + offset, bytes, areaBytes));
    for (const slot of this.slots)
      this.#byKey.set(`${locationKey(slot.mailbox.location)} ${slot.mailbox.writer}`, slot);
  }

  /** The mailbox for the effects of `writer` on `location`; undefined where they stay in the cluster. */
  find(location: Location, writer: ModuleId): MailSlot | undefined {
    return this.#byKey.get(`${locationKey(location)} ${writer}`);
  }

  /** The mailboxes that a cluster reads, in the order of their declaration. */
  receivedBy(cluster: ClusterId): MailSlot[] {
    return this.slots.filter(({ mailbox }) => mailbox.to.includes(cluster));
  }

  /** The mailboxes that modules of a cluster write. */
  sentBy(cluster: ClusterId): MailSlot[] {
    return this.slots.filter(({ mailbox }) => this.clusterOf.get(mailbox.writer) === cluster);
  }
}

function valueBytes(system: System, location: Location): number {
  switch (location.kind) {
    case "array":
      return cellBytes(arrayOf(system, location.array).type);
    case "fifo": {
      const port = moduleOf(system, location.module).ports[location.port];
      if (port === undefined) throw new Error(`no port #${location.port} of module #${location.module}`);
      return cellBytes(port.type);
    }
    case "value": {
      const slot = moduleOf(system, location.module).exposed[location.slot];
      if (slot === undefined) throw new Error(`no slot #${location.slot} of module #${location.module}`);
      return cellBytes(slot.type);
    }
    case "credit":
    case "flag":
      return 0;
    case "stamp":
      throw new Error("the number of the cycle needs no mailbox: every thread counts");
    default:
      return assertNever(location);
  }
}
