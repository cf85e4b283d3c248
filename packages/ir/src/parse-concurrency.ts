/** The part of the text reader that knows locks, atomics, clusters, mailboxes and steps. */
import type {
  AtomicLocation,
  Cluster,
  Concurrency,
  Location,
  Lock,
  LockId,
  Mailbox,
  OwnedLocation,
  Step,
} from "./concurrency.js";
import { clusterId, lockId } from "./concurrency.js";
import type { ModuleId, PortId, SlotId } from "./ir.js";
import { arrayId, moduleId, portId, slotId } from "./ir.js";
import type { Declarations, ModuleHeader } from "./parse-declarations.js";
import { resolve } from "./parse-declarations.js";
import type { TextErrors } from "./text-errors.js";
import type { TextScanner } from "./text-scanner.js";

const NO_PORTS: ReadonlyMap<string, PortId> = new Map();
const NO_SLOTS: ReadonlyMap<string, SlotId> = new Map();

/** Reads the lines about threads once all declarations are known. */
export class ConcurrencyReader {
  readonly #scanner: TextScanner;
  readonly #errors: TextErrors;
  readonly #declarations: Declarations;
  readonly #locks: (Lock | null)[] = [];
  readonly #lockIds = new Map<string, LockId>();
  readonly #atomics: AtomicLocation[] = [];
  readonly #owned: OwnedLocation[] = [];
  readonly #clusters: Cluster[] = [];
  readonly #mailboxes: Mailbox[] = [];
  readonly #steps: Step[] = [];
  #receiver: Concurrency["receiver"] = "exclusive";

  constructor(scanner: TextScanner, errors: TextErrors, declarations: Declarations) {
    this.#scanner = scanner;
    this.#errors = errors;
    this.#declarations = declarations;
  }

  /** Names of locks to ids; complete after {@link read}. */
  get lockIds(): ReadonlyMap<string, LockId> {
    return this.#lockIds;
  }

  /** What the lines say, or undefined where there are none. */
  read(): Concurrency | undefined {
    const scanner = this.#scanner;
    for (const at of this.#declarations.concurrencyAt) {
      if (this.#errors.full) break;
      scanner.at = at;
      try {
        this.#line();
        if (!scanner.atLineEnd()) scanner.fail("the end of the line");
      } catch (error) {
        this.#errors.failure(error);
      }
    }
    if (this.#declarations.concurrencyAt.length === 0) return undefined;
    return {
      receiver: this.#receiver,
      locks: this.#locks,
      atomics: this.#atomics,
      owned: this.#owned,
      clusters: this.#clusters,
      mailboxes: this.#mailboxes,
      steps: this.#steps,
    };
  }

  /** The locks of a module's `commits` line. */
  commits(header: ModuleHeader): readonly LockId[] | undefined {
    const scanner = this.#scanner;
    if (header.commitsAt === undefined) return undefined;
    scanner.at = header.commitsAt;
    const locks: LockId[] = [];
    try {
      if (!scanner.atLineEnd()) {
        do locks.push(this.lock());
        while (scanner.eat(","));
      }
      if (!scanner.atLineEnd()) scanner.fail("the end of the line");
    } catch (error) {
      this.#errors.failure(error);
    }
    return locks;
  }

  /** The lock named here. */
  lock(): LockId {
    return resolve(this.#scanner, this.#errors, "lock", this.#lockIds, lockId);
  }

  #line(): void {
    const scanner = this.#scanner;
    const word = scanner.peekWord();
    scanner.at += word.length;
    switch (word) {
      case "receiver":
        if (scanner.eatWord("shared")) this.#receiver = "shared";
        else if (!scanner.eatWord("exclusive")) scanner.fail("`exclusive` or `shared`");
        return;
      case "lock": {
        const name = scanner.name("the name of a lock");
        scanner.need(":");
        const type = scanner.eatWord("mutex") ? "mutex" : "rwlock";
        if (type === "rwlock" && !scanner.eatWord("rwlock")) scanner.fail("`mutex` or `rwlock`");
        if (!scanner.eatWord("for")) scanner.fail("`for`");
        this.#lockIds.set(name, lockId(this.#locks.length));
        this.#locks.push({ name, type, location: this.#location(), reason: this.#reason() });
        return;
      }
      case "deleted":
        scanner.eatWord("lock");
        this.#locks.push(null);
        return;
      case "atomic":
        this.#atomics.push({ location: this.#location(), reason: this.#reason() });
        return;
      case "owned": {
        const location = this.#location();
        if (!scanner.eatWord("by")) scanner.fail("`by`");
        const owner: OwnedLocation["owner"] = scanner.eatWord("cluster")
          ? { kind: "cluster", cluster: clusterId(scanner.integer("the number of a cluster")) }
          : { kind: "module", module: this.#module() };
        this.#owned.push({ location, owner, reason: this.#reason() });
        return;
      }
      case "cluster": {
        const at = scanner.at;
        const index = scanner.integer("the number of a cluster");
        if (index !== this.#clusters.length) scanner.fail(`cluster ${this.#clusters.length}`, at);
        if (!scanner.eatWord("cost")) scanner.fail("`cost`");
        const cost = scanner.integer("a cost");
        scanner.need(":");
        this.#clusters.push({ modules: this.#modules(), cost });
        return;
      }
      case "mailbox": {
        const location = this.#location();
        if (!scanner.eatWord("from")) scanner.fail("`from`");
        const writer = this.#module();
        if (!scanner.eatWord("to")) scanner.fail("`to`");
        const to = [clusterId(scanner.integer("the number of a cluster"))];
        while (scanner.eat(",")) to.push(clusterId(scanner.integer("the number of a cluster")));
        this.#mailboxes.push({ location, writer, to });
        return;
      }
      default:
        this.#steps.push(this.#step());
    }
  }

  #step(): Step {
    const scanner = this.#scanner;
    if (scanner.eatWord("run")) return { kind: "run", modules: this.#modules() };
    if (scanner.eatWord("barrier")) return { kind: "barrier" };
    if (scanner.eatWord("commit")) return { kind: "commit" };
    if (!scanner.eatWord("receive")) scanner.fail("`run`, `barrier`, `commit` or `receive`");
    if (scanner.eatWord("effects")) return { kind: "receive", mail: "effects" };
    if (!scanner.eatWord("values")) scanner.fail("`effects` or `values`");
    return { kind: "receive", mail: "values" };
  }

  #modules(): ModuleId[] {
    const scanner = this.#scanner;
    const modules: ModuleId[] = [];
    if (scanner.atLineEnd()) return modules;
    do modules.push(this.#module());
    while (scanner.eat(","));
    return modules;
  }

  #reason(): string {
    return this.#scanner.eatWord("because") ? this.#scanner.string() : "";
  }

  #module(): ModuleId {
    return resolve(this.#scanner, this.#errors, "module", this.#declarations.moduleIds, moduleId);
  }

  #location(): Location {
    const scanner = this.#scanner;
    const start = scanner.at;
    const word = scanner.peekWord();
    scanner.at += word.length;
    if (word === "stamp") return { kind: "stamp" };
    scanner.need("(");
    let location: Location;
    if (word === "reg") {
      const array = resolve(scanner, this.#errors, "register", this.#declarations.arrayIds, arrayId);
      location = { kind: "array", array };
    } else if (word === "fifo") {
      const module = this.#module();
      scanner.need(".");
      const ports = this.#declarations.modules[module]?.portIds ?? NO_PORTS;
      location = { kind: "fifo", module, port: resolve(scanner, this.#errors, "port", ports, portId) };
    } else if (word === "value") {
      const module = this.#module();
      scanner.need(".");
      const slots = this.#declarations.modules[module]?.slotIds ?? NO_SLOTS;
      location = {
        kind: "value",
        module,
        slot: resolve(scanner, this.#errors, "exposed value", slots, slotId),
      };
    } else if (word === "credit" || word === "flag") location = { kind: word, module: this.#module() };
    else return scanner.fail("`reg`, `fifo`, `credit`, `flag`, `value` or `stamp`", start);
    scanner.need(")");
    return location;
  }
}
