/**
 * Where each mailbox of a design lives in the generated crate: a list for each kind and element type, and an index in it. Mailboxes from one
 * cluster to the same others stand side by side and fill blocks of their own, so that they cross between processors in whole cache lines.
 */
import type { ClusterId, Location, Mailbox, ModuleId, System, Type } from "@assassyn/ir";
import { arrayOf, locationKey, moduleOf } from "@assassyn/ir";
import { rustType } from "@assassyn/emit-rust";

/** What a mailbox carries: decides its type in the runtime. */
export type MailKind = "pushes" | "writes" | "calls" | "flags" | "values";

/** A mailbox as an element of a list. */
export interface Wire {
  readonly mailbox: Mailbox;
  readonly kind: MailKind;
  /** The list, e.g. `pushes_u32`. */
  readonly list: string;
  readonly index: number;
}

/** Mailboxes in a block of the runtime, which shares no cache line with another. */
const BLOCK = 8;

/** A list of mailboxes: a field of the struct `Mail`. */
export interface WireList {
  readonly name: string;
  /** Type of its elements, e.g. `PushMail<u32>`. */
  readonly type: string;
  length: number;
}

/** What one cluster has to say to another. */
export interface Link {
  readonly from: ClusterId;
  readonly to: ClusterId;
  mailboxes: number;
}

const MAIL_TYPES: Readonly<Record<MailKind, string>> = {
  pushes: "PushMail",
  writes: "WriteMail",
  calls: "CallMail",
  flags: "FlagMail",
  values: "ValueMail",
};

/** All mailboxes of a design. */
export class Wiring {
  readonly lists: readonly WireList[];
  readonly wires: readonly Wire[];
  readonly #byKey = new Map<string, Wire>();
  readonly #clusterOf = new Map<ModuleId, ClusterId>();

  /**
   * @param clusterOf by module
   */
  constructor(system: System, clusterOf: ReadonlyMap<ModuleId, ClusterId>) {
    const mailboxes = system.concurrency?.mailboxes ?? [];
    const routeOf = ({ writer, to }: Mailbox): string => `${clusterOf.get(writer) ?? ""} ${to.join(" ")}`;
    const routes = new Map<string, Mailbox[]>();
    for (const mailbox of mailboxes) {
      const route = routes.get(routeOf(mailbox));
      if (route === undefined) routes.set(routeOf(mailbox), [mailbox]);
      else route.push(mailbox);
    }
    const lists = new Map<string, WireList>();
    const wireOf = new Map<Mailbox, Wire>();
    for (const route of routes.values()) {
      for (const list of lists.values()) list.length = Math.ceil(list.length / BLOCK) * BLOCK;
      for (const mailbox of route) {
        const { kind, type } = contentOf(system, mailbox.location);
        const element = type === undefined ? "" : rustType(type);
        const name = element === "" ? kind : `${kind}_${listSuffix(element)}`;
        const list = lists.get(name) ?? {
          name,
          type: element === "" ? MAIL_TYPES[kind] : `${MAIL_TYPES[kind]}<${element}>`,
          length: 0,
        };
        lists.set(name, list);
        wireOf.set(mailbox, { mailbox, kind, list: name, index: list.length });
        list.length += 1;
      }
    }
    const wires = mailboxes.flatMap((mailbox) => wireOf.get(mailbox) ?? []);
    for (const wire of wires) this.#byKey.set(wireKey(wire.mailbox.location, wire.mailbox.writer), wire);
    this.lists = [...lists.values()];
    this.wires = wires;
    this.#clusterOf = new Map(clusterOf);
  }

  /** The mailbox for the effects of `writer` on `location`; undefined where they stay in the cluster. */
  find(location: Location, writer: ModuleId): Wire | undefined {
    return this.#byKey.get(wireKey(location, writer));
  }

  /** The mailboxes that a cluster reads, in the order of their declaration. */
  receivedBy(cluster: ClusterId): Wire[] {
    return this.wires.filter(({ mailbox }) => mailbox.to.includes(cluster));
  }

  /** Who writes to whom, and in how many mailboxes. */
  links(): Link[] {
    const links = new Map<string, Link>();
    for (const { mailbox } of this.wires) {
      const from = this.#clusterOf.get(mailbox.writer);
      for (const to of mailbox.to) {
        if (from === undefined || from === to) continue;
        const link = links.get(`${from} ${to}`) ?? { from, to, mailboxes: 0 };
        links.set(`${from} ${to}`, link);
        link.mailboxes += 1;
      }
    }
    return [...links.values()];
  }

  /** The mailboxes that modules of a cluster write. */
  sentBy(cluster: ClusterId): Wire[] {
    return this.wires.filter(({ mailbox }) => this.#clusterOf.get(mailbox.writer) === cluster);
  }
}

/** The slot of a mailbox for the cycle of the context. */
export function slotOf({ list, index }: Wire): string {
  return `mail.${list}.at(cx.cycle, ${index})`;
}

function wireKey(location: Location, writer: ModuleId): string {
  return `${locationKey(location)} ${writer}`;
}

function contentOf(system: System, location: Location): { readonly kind: MailKind; readonly type?: Type } {
  switch (location.kind) {
    case "array":
      return { kind: "writes", type: arrayOf(system, location.array).type };
    case "fifo": {
      const port = moduleOf(system, location.module).ports[location.port];
      if (port === undefined) throw new Error(`no port #${location.port} of module #${location.module}`);
      return { kind: "pushes", type: port.type };
    }
    case "value": {
      const slot = moduleOf(system, location.module).exposed[location.slot];
      if (slot === undefined) throw new Error(`no slot #${location.slot} of module #${location.module}`);
      return { kind: "values", type: slot.type };
    }
    case "credit":
      return { kind: "calls" };
    case "flag":
      return { kind: "flags" };
    case "stamp":
      throw new Error("the number of the cycle needs no mailbox: every worker counts");
    default:
      throw new Error(`unexpected ${JSON.stringify(location satisfies never)}`);
  }
}

/** `u32`, `words_3` */
function listSuffix(element: string): string {
  const limbs = /^\[u64; (\d+)\]$/.exec(element)?.[1];
  return limbs === undefined ? element : `words_${limbs}`;
}
