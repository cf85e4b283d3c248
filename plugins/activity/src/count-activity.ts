import type {
  ArrayDeclaration,
  ArrayId,
  Loc,
  Module,
  ModuleId,
  OpId,
  Operation,
  Pass,
  PortId,
  Rewriter,
  System,
} from "@assassyn/plugin-api";
import {
  arrayId,
  bits,
  definePass,
  moduleIds,
  moduleOf,
  opId,
  rewriteModule,
  uint,
  walk,
} from "@assassyn/plugin-api";
import { messages } from "./messages.js";
import type { Role } from "./registers.js";
import { PREFIX, registerName } from "./registers.js";

const NAME = "count-activity";
const COUNTER = uint(64);

/**
 * Adds registers that count what happens. Nothing else changes: logs, stop, faults and the rest of the state stay as they are.
 *
 * ```
 * module adder {                         module adder {
 *   port a: u8                             port a: u8
 *                                          _activity_tries_0 <= _activity_tries_0 + 1
 *   %0: b1 = fifo(adder.a).valid           %0: b1 = fifo(adder.a).valid
 *   wait_until %0                   →      wait_until %0
 *   %1: u8 = pop(a)                        %1: u8 = pop(a)
 *                                          _activity_pops_0_0 <= _activity_pops_0_0 + 1
 *                                          … the most elements so far
 * }                                        _activity_activations_0 <= _activity_activations_0 + 1
 *                                        }
 * ```
 *
 * Effects before a `wait_until` that fails stand, so a counter at the start counts tries and one at the end activations. A FIFO changes
 * only where it is pushed or popped; there the counters still tell its length since the change before, which is exact.
 */
export const countActivity: Pass = definePass({
  name: NAME,
  description: "Adds registers that count activations, stalls and the elements in FIFOs",
  run(cx) {
    const clash = cx.base.arrays.find((array) => array?.name.startsWith(PREFIX) === true);
    if (clash != null) {
      cx.report(messages["name-taken"], { name: clash.name }, clash.loc);
      return;
    }
    const registers = new Registers(cx.base);
    for (const id of moduleIds(cx.base)) {
      cx.updateModule(id, new Instrumenter(cx.base, id, registers).run());
    }
    cx.draft.arrays.push(...registers.declarations);
  },
});

/** The registers that are added, made when they are first needed. */
class Registers {
  readonly declarations: (ArrayDeclaration & { initial: bigint[] })[] = [];
  readonly #first: number;
  readonly #ids = new Map<string, ArrayId>();
  /** Who pushes each FIFO, `module.port`. */
  readonly #pushers = new Map<string, Set<ModuleId>>();

  constructor(system: System) {
    this.#first = system.arrays.length;
    for (const id of moduleIds(system)) {
      walk(moduleOf(system, id), (operation) => {
        if (operation.kind !== "fifo-push") return;
        const fifo = `${operation.module}.${operation.port}`;
        this.#pushers.set(fifo, (this.#pushers.get(fifo) ?? new Set()).add(id));
      });
    }
  }

  pushersOf(module: ModuleId, port: PortId): ReadonlySet<ModuleId> {
    return this.#pushers.get(`${module}.${port}`) ?? new Set();
  }

  /** @param loc of the module that writes the register */
  idOf(role: Role, loc: Loc): ArrayId {
    const name = registerName(role);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = arrayId(this.#first + this.declarations.length);
    this.declarations.push({ name, type: COUNTER, size: 1, scalar: true, initial: [], fill: 0n, loc });
    this.#ids.set(name, id);
    return id;
  }
}

/** Puts the counters into one module. */
class Instrumenter {
  readonly #id: ModuleId;
  readonly #module: Module;
  readonly #registers: Registers;
  #hasStarted = false;

  constructor(system: System, id: ModuleId, registers: Registers) {
    this.#id = id;
    this.#module = withOperation(moduleOf(system, id));
    this.#registers = registers;
  }

  run(): Module {
    const last = this.#module.body.operations.at(-1);
    return rewriteModule(this.#module, NAME, {
      operation: (operation, _, rewriter) => {
        this.#start(rewriter);
        if (operation.kind === "finish") this.#count(rewriter, { kind: "activations", module: this.#id });
        return operation;
      },
      // An `if` is not handed to the rule above.
      chooseArm: (_, __, rewriter) => {
        this.#start(rewriter);
        return undefined;
      },
      placed: (operation, id, rewriter) => {
        this.#countElements(rewriter, operation);
        if (id === last && operation.kind !== "finish")
          this.#count(rewriter, { kind: "activations", module: this.#id });
      },
    });
  }

  #start(rewriter: Rewriter): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#count(rewriter, { kind: "tries", module: this.#id });
  }

  /** Behind the operation: where a second push or pop faults, the counter must not fault before it by a second write. */
  #countElements(rewriter: Rewriter, operation: Operation): void {
    if (operation.kind === "fifo-push") {
      const { module, port } = operation;
      this.#count(rewriter, { kind: "pushes", module, port, by: this.#id });
      this.#keepMost(rewriter, module, port, { kind: "most", module, port, by: this.#id });
    } else if (operation.kind === "fifo-pop") {
      const { port } = operation;
      this.#count(rewriter, { kind: "pops", module: this.#id, port });
      this.#keepMost(rewriter, this.#id, port, { kind: "most-popped", module: this.#id, port });
    }
  }

  #count(rewriter: Rewriter, role: Role): void {
    const one = rewriter.const(COUNTER, 1n);
    this.#write(rewriter, role, rewriter.binary("add", this.#read(rewriter, role), one, COUNTER));
  }

  /** Reads see the committed counters, so this is the length since the last push or pop in a cycle before. */
  #keepMost(rewriter: Rewriter, module: ModuleId, port: PortId, role: Role): void {
    let pushed = rewriter.const(COUNTER, 0n);
    for (const by of this.#registers.pushersOf(module, port)) {
      pushed = rewriter.binary(
        "add",
        pushed,
        this.#read(rewriter, { kind: "pushes", module, port, by }),
        COUNTER,
      );
    }
    const popped = this.#read(rewriter, { kind: "pops", module, port });
    const length = rewriter.binary("sub", pushed, popped, COUNTER);
    const most = this.#read(rewriter, role);
    this.#write(rewriter, role, rewriter.select(rewriter.compare("gt", length, most), length, most));
  }

  #read(rewriter: Rewriter, role: Role): OpId {
    const array = this.#registers.idOf(role, this.#module.loc);
    return rewriter.append({ kind: "array-read", array, index: rewriter.const(bits(1), 0n), type: COUNTER });
  }

  #write(rewriter: Rewriter, role: Role, value: OpId): void {
    const array = this.#registers.idOf(role, this.#module.loc);
    rewriter.append({ kind: "array-write", array, index: rewriter.const(bits(1), 0n), value, type: null });
  }
}

/** The rewriter works at operations; an empty body gets one that does nothing. */
function withOperation(module: Module): Module {
  if (module.body.operations.length > 0) return module;
  const id = opId(module.operations.length);
  const nothing: Operation = { kind: "const", type: bits(1), value: 0n, loc: module.loc, origin: NAME };
  return { ...module, operations: [...module.operations, nothing], body: { operations: [id] } };
}
