/** The part of the verifier that looks into a body. */
import type { Message } from "@assassyn/diagnostics";
import type { Breakages } from "./breakages.js";
import { isPlace, verifyLoc } from "./breakages.js";
import { binaryType } from "./builder.js";
import type { LockId } from "./concurrency.js";
import type { Module, ModuleId, Operation, OpId, PortId, Region, System } from "./ir.js";
import { opId } from "./ir.js";
import { irMessages } from "./messages.js";
import { assertNever, operandsOf } from "./operations.js";
import { Spare } from "./spare.js";
import type { Type } from "./types.js";
import { BOOL, bits, printType, sameType } from "./types.js";

/** How far the walk over a body has come with an operation. */
const UNSEEN = 0;
const VISIBLE = 1;
/** Stood in a region that has ended. */
const ENDED = 2;

const NO_LOCKS: ReadonlySet<LockId> = new Set();

/** 2^width for the widths that most values have. */
const LIMITS: readonly bigint[] = Array.from({ length: 65 }, (_, width) => 1n << BigInt(width));
const limitOf = (width: number): bigint => LIMITS[width] ?? 1n << BigInt(width);

type Rule = Message<{ readonly where: string; readonly reason: string }>;

/** Reports every violated rule of one module. */
export function verifyModule(system: System, id: ModuleId, module: Module, breakages: Breakages): void {
  new ModuleVerifier(system, id, module, breakages).run();
}

const spare = new Spare();

class ModuleVerifier {
  readonly #system: System;
  readonly #id: ModuleId;
  readonly #module: Module;
  readonly #breakages: Breakages;
  readonly #state: Int32Array;
  readonly #exposedAt: (OpId | undefined)[] = [];
  #current: OpId = opId(0);
  /** Locks held at the point that the walk has reached. */
  readonly #held = new Set<LockId>();

  constructor(system: System, id: ModuleId, module: Module, breakages: Breakages) {
    this.#system = system;
    this.#id = id;
    this.#module = module;
    this.#breakages = breakages;
    this.#state = spare.take(module.operations.length);
  }

  run(): void {
    this.#region(this.#module.body);
    for (const lock of this.#module.commits ?? []) {
      if (this.#system.concurrency?.locks[lock] == null)
        this.#breakages.add(
          irMessages.reference,
          `module ${this.#module.name}`,
          `it commits under lock #${lock}, which was deleted or never existed`,
          this.#module.loc,
        );
    }
    if (this.#module.body.result !== undefined) {
      this.#breakages.add(
        irMessages["no-value"],
        `module ${this.#module.name}`,
        "only the arms of an `if` have a result",
        this.#module.loc,
      );
    }
    this.#module.operations.forEach((operation, index) => {
      if (operation === null || this.#state[index] !== UNSEEN) return;
      this.#current = opId(index);
      this.#broken(irMessages.placement, "it stands in no region");
    });
    spare.give(this.#state);
  }

  #broken(rule: Rule, reason: string): void {
    const loc = this.#module.operations[this.#current]?.loc;
    this.#breakages.add(rule, `module ${this.#module.name}, %${this.#current}`, reason, loc);
  }

  #region(region: Region): void {
    const held = this.#held.size === 0 ? NO_LOCKS : new Set(this.#held);
    for (const id of region.operations) {
      this.#current = id;
      const operation = this.#module.operations[id];
      if (operation == null) {
        this.#broken(irMessages.placement, "it stands in a region, but was deleted or never existed");
        continue;
      }
      if (this.#state[id] !== UNSEEN) {
        this.#broken(irMessages.placement, "it stands in two places");
        continue;
      }
      if (this.#breakages.full) return;
      if (!isPlace(this.#system, operation.loc)) {
        verifyLoc(this.#system, operation.loc, `module ${this.#module.name}, %${id}`, this.#breakages);
      }
      if (this.#operands(operation)) this.#check(operation);
      // Marked before its arms are walked, so that an `if` inside itself is found, and never usable from its own arms.
      this.#state[id] = ENDED;
      if (operation.kind === "if") this.#arms(operation, id);
      this.#state[id] = VISIBLE;
    }
    if (this.#held.size === 0) return;
    for (const lock of this.#held) {
      if (held.has(lock)) continue;
      this.#broken(irMessages.lock, `lock #${lock} is still held where the region ends`);
      this.#held.delete(lock);
    }
  }

  #acquire(lock: LockId): void {
    if (this.#system.concurrency?.locks[lock] == null)
      return this.#broken(irMessages.reference, `lock #${lock} was deleted or never existed`);
    if (this.#held.has(lock)) this.#broken(irMessages.lock, `lock #${lock} is held already`);
    this.#held.add(lock);
  }

  #arms(operation: Operation & { readonly kind: "if" }, id: OpId): void {
    this.#arm(operation, id, "then");
    this.#arm(operation, id, "else");
  }

  #arm(operation: Operation & { readonly kind: "if" }, id: OpId, name: "then" | "else"): void {
    const region = operation[name];
    this.#region(region);
    this.#current = id;
    const { result } = region;
    if (operation.type === null && result !== undefined)
      this.#broken(irMessages["no-value"], `its ${name} arm has a result, but the operation has none`);
    if (operation.type !== null) {
      if (result === undefined) this.#broken(irMessages["no-value"], `its ${name} arm has no result`);
      else if (this.#visible(result)) this.#width(result, operation.type.width, `the ${name} arm`);
    }
    for (const inner of region.operations) if (this.#state[inner] === VISIBLE) this.#state[inner] = ENDED;
  }

  /** Whether all operands can be used here. The common kinds are looked at directly: this runs for every operation behind every pass. */
  #operands(operation: Operation): boolean {
    switch (operation.kind) {
      case "const":
        return true;
      case "unary":
      case "cast":
      case "slice":
        return this.#visible(operation.operand);
      case "binary": {
        const left = this.#visible(operation.left);
        return this.#visible(operation.right) && left;
      }
      default: {
        let fine = true;
        for (const operand of operandsOf(operation)) fine = this.#visible(operand) && fine;
        return fine;
      }
    }
  }

  #visible(operand: OpId): boolean {
    const used = this.#module.operations[operand];
    if (used == null) {
      this.#broken(irMessages.reference, `it uses %${operand}, which was deleted or never existed`);
      return false;
    }
    if (this.#state[operand] !== VISIBLE) {
      const how =
        this.#state[operand] === ENDED ? "whose region does not enclose this one" : "which comes later";
      this.#broken(irMessages.dominance, `it uses %${operand}, ${how}`);
      return false;
    }
    if (used.type === null) {
      this.#broken(irMessages["no-value"], `it uses %${operand}, which has no result`);
      return false;
    }
    return true;
  }

  /** Type of an operand that is known to be fine. */
  #type(operand: OpId): Type {
    return this.#module.operations[operand]?.type ?? BOOL;
  }

  #width(operand: OpId, width: number, what: string): void {
    const found = this.#type(operand).width;
    if (found !== width)
      this.#broken(irMessages["width-mismatch"], `${what} has ${found} bits where ${width} are needed`);
  }

  #result(found: Type, wanted: Type): void {
    if (!sameType(found, wanted))
      this.#broken(
        irMessages["result-type"],
        `its type is ${printType(found)}, but must be ${printType(wanted)}`,
      );
  }

  #check(operation: Operation): void {
    switch (operation.kind) {
      case "const":
        if (operation.value >= 0n && operation.value < limitOf(operation.type.width)) return;
        return this.#broken(
          irMessages["result-type"],
          `the constant ${operation.value} is not a pattern of ${operation.type.width} bits`,
        );
      case "unary":
        return this.#result(operation.type, bits(this.#type(operation.operand).width));
      case "binary": {
        const left = this.#type(operation.left);
        const right = this.#type(operation.right);
        // The explicit form of a product keeps the width of its equally wide operands.
        const modular =
          operation.operator === "mul" && left.width === right.width && operation.type.width === left.width;
        const wanted = modular ? left : binaryType(operation.operator, left, right);
        return this.#result(operation.type, wanted);
      }
      case "cast":
        return;
      case "slice": {
        const { high, low } = operation;
        if (low < 0 || high < low || high >= this.#type(operation.operand).width) {
          return this.#broken(
            irMessages["width-mismatch"],
            `bits ${high}:${low} are outside ${printType(this.#type(operation.operand))}`,
          );
        }
        return this.#result(operation.type, bits(high - low + 1));
      }
      case "concat": {
        const width = operation.operands.reduce((sum, operand) => sum + this.#type(operand).width, 0);
        if (width === 0) return this.#broken(irMessages["result-type"], "it has no operands");
        if (operation.type.class !== "b" || operation.type.width !== width) {
          this.#broken(
            irMessages["result-type"],
            `its type is ${printType(operation.type)}, but must be b${width}`,
          );
        }
        return;
      }
      case "select":
        this.#width(operation.condition, 1, "the condition");
        this.#width(operation.then, operation.type.width, "the first arm");
        return this.#width(operation.else, operation.type.width, "the second arm");
      case "select1hot":
        if (operation.arms.length !== this.#type(operation.selector).width) {
          this.#broken(
            irMessages["width-mismatch"],
            `it has ${operation.arms.length} arms for a selector of ${this.#type(operation.selector).width} bits`,
          );
        }
        for (const arm of operation.arms) this.#width(arm, operation.type.width, "an arm");
        return;
      case "cycle":
        return this.#result(operation.type, bits(64));
      case "array-read":
      case "array-write": {
        const array = this.#system.arrays[operation.array];
        if (array == null)
          return this.#broken(
            irMessages.reference,
            `register #${operation.array} was deleted or never existed`,
          );
        if (operation.kind === "array-read") return this.#result(operation.type, array.type);
        return this.#width(operation.value, array.type.width, "the written value");
      }
      case "fifo-valid":
      case "fifo-peek": {
        if (operation.module !== this.#id && this.#module.kind !== "downstream") {
          return this.#broken(irMessages.kind, "only a downstream looks at the FIFO of another module");
        }
        const port = this.#port(operation.module, operation.port);
        if (port !== undefined) this.#result(operation.type, operation.kind === "fifo-valid" ? BOOL : port);
        return;
      }
      case "exposed-get":
      case "exposed-valid": {
        const module = this.#reads(operation.module);
        const slot = module?.exposed[operation.slot];
        if (module !== undefined && slot === undefined)
          this.#broken(irMessages.reference, `module ${module.name} exposes no value #${operation.slot}`);
        if (slot !== undefined)
          this.#result(operation.type, operation.kind === "exposed-valid" ? BOOL : slot.type);
        return;
      }
      case "triggered":
        if (this.#reads(operation.module) !== undefined) this.#result(operation.type, BOOL);
        return;
      case "fifo-pop": {
        if (this.#module.kind !== "stage")
          return this.#broken(irMessages.kind, `a ${this.#module.kind} cannot pop`);
        const port = this.#port(this.#id, operation.port);
        if (port !== undefined) this.#result(operation.type, port);
        return;
      }
      case "fifo-push": {
        const port = this.#port(operation.module, operation.port);
        if (port !== undefined) this.#width(operation.value, port.width, "the pushed value");
        return;
      }
      case "call": {
        const callee = this.#system.modules[operation.module];
        if (callee == null)
          return this.#broken(
            irMessages.reference,
            `module #${operation.module} was deleted or never existed`,
          );
        if (callee.kind !== "stage")
          this.#broken(irMessages.kind, `${callee.name} is a ${callee.kind}, and only stages can be called`);
        return;
      }
      case "wait":
        if (this.#module.kind === "downstream") this.#broken(irMessages.kind, "a downstream cannot wait");
        return this.#width(operation.condition, 1, "the condition");
      case "finish":
        return;
      case "assert":
      case "if":
        return this.#width(operation.condition, 1, "the condition");
      case "log": {
        const used = new Set<number>();
        for (const piece of operation.pieces) if (piece.kind === "argument") used.add(piece.index);
        const count = operation.arguments.length;
        if (used.size === count && [...used].every((index) => index < count)) return;
        return this.#broken(
          irMessages["log-arguments"],
          `its format does not use exactly its ${count} arguments`,
        );
      }
      case "extern-call": {
        const extern = this.#system.externs[operation.extern];
        if (extern == null)
          return this.#broken(
            irMessages.reference,
            `extern #${operation.extern} was deleted or never existed`,
          );
        if (extern.parameters.length !== operation.arguments.length) {
          return this.#broken(
            irMessages["width-mismatch"],
            `${extern.name} has ${extern.parameters.length} parameters, given ${operation.arguments.length}`,
          );
        }
        operation.arguments.forEach((argument, index) => {
          const parameter = extern.parameters[index];
          if (parameter !== undefined)
            this.#width(argument, parameter.type.width, `argument ${parameter.name}`);
        });
        const width = extern.results.reduce((sum, result) => sum + result.type.width, 0);
        if (operation.type.width !== width)
          this.#broken(
            irMessages["result-type"],
            `its type is ${printType(operation.type)}, but the results have ${width} bits`,
          );
        return;
      }
      case "acquire":
        return this.#acquire(operation.lock);
      case "release":
        if (!this.#held.delete(operation.lock))
          this.#broken(irMessages.lock, `it releases lock #${operation.lock}, which is not held`);
        return;
      case "expose": {
        const slot = this.#module.exposed[operation.slot];
        if (slot === undefined)
          return this.#broken(irMessages.reference, `the module has no exposed value #${operation.slot}`);
        const earlier = this.#exposedAt[operation.slot];
        if (earlier !== undefined)
          this.#broken(irMessages.placement, `${slot.name} is exposed by %${earlier} already`);
        this.#exposedAt[operation.slot] = this.#current;
        return this.#width(operation.value, slot.type.width, "the exposed value");
      }
      default:
        return assertNever(operation);
    }
  }

  /** Type of a FIFO, or undefined after a report. */
  #port(owner: ModuleId, port: PortId): Type | undefined {
    const module = this.#system.modules[owner];
    const found = module?.ports[port];
    if (found === undefined)
      this.#broken(
        irMessages.reference,
        `there is no port #${port} of module ${module?.name ?? `#${owner}`}`,
      );
    return found?.type;
  }

  /** The module whose value is read, or undefined after a report. */
  #reads(id: ModuleId): Module | undefined {
    const module = this.#system.modules[id];
    if (this.#module.kind !== "downstream") {
      this.#broken(irMessages.kind, "only a downstream reads values of another module's cycle");
      return undefined;
    }
    if (module == null) {
      this.#broken(irMessages.reference, `module #${id} was deleted or never existed`);
      return undefined;
    }
    return module;
  }
}
