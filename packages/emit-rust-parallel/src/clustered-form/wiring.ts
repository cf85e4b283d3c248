/** Where each mailbox of a design lives in the generated crate: a list for each kind and element type, and an index in it. */
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

/** A list of mailboxes: a field of the struct `Mail`. */
export interface WireList {
  readonly name: string;
  /** Type of its elements, e.g. `PushMail<u32>`. */
  readonly type: string;
  length: number;
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
    const lists = new Map<string, WireList>();
    const wires: Wire[] = [];
    for (const mailbox of system.concurrency?.mailboxes ?? []) {
      const { kind, type } = contentOf(system, mailbox.location);
      const element = type === undefined ? "" : rustType(type);
      const name = element === "" ? kind : `${kind}_${listSuffix(element)}`;
      const list = lists.get(name) ?? {
        name,
        type: element === "" ? MAIL_TYPES[kind] : `${MAIL_TYPES[kind]}<${element}>`,
        length: 0,
      };
      lists.set(name, list);
      const wire = { mailbox, kind, list: name, index: list.length };
      list.length += 1;
      wires.push(wire);
      this.#byKey.set(wireKey(mailbox.location, mailbox.writer), wire);
    }
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

  /** The mailboxes that modules of a cluster write. */
  sentBy(cluster: ClusterId): Wire[] {
    return this.wires.filter(({ mailbox }) => this.#clusterOf.get(mailbox.writer) === cluster);
  }
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
