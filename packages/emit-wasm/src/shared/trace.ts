/**
 * Describes what a module does by a text in which nothing names the module itself. Modules with equal texts differ only in which places
 * they touch, in some constants, and in the numbers of their sites, so that one function can serve all of them.
 */
import type { Module, ModuleId, Operation, OpId, Region } from "@assassyn/ir";
import { assertNever, downstreamUses, moduleOf, operandsOf, operationOf } from "@assassyn/ir";
import type { IdlePlan } from "@assassyn/emit-core";
import type { EmitContext } from "../context.js";
import { isAlways, isMark } from "../idle.js";
import { moduleLayout } from "../layout.js";
import type { Place } from "./places.js";
import { placeKey, shapeOf } from "./places.js";

/** What is known of a system before any code is. */
export type TraceContext = Pick<EmitContext, "system" | "schedule" | "layout" | "sites" | "facts"> & {
  readonly idlePlan: IdlePlan | undefined;
};

/** What a module does. */
export interface Trace {
  /** Equal for modules that one function can serve. */
  readonly text: string;
  /** What the body touches, each once, in the order of the text. */
  readonly places: readonly Place[];
  /** Constants that may differ between modules of one text, in its order. */
  readonly constants: readonly OpId[];
  /** Number of the first site; -1 without any. */
  readonly firstSite: number;
}

/** Collects the text of one module. */
class Tracer {
  readonly #words: (string | number | bigint)[] = [];
  readonly #places: Place[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #constants: OpId[] = [];
  readonly #order: Int32Array;
  readonly #isFixed: Uint8Array;
  #next = 0;
  #firstSite = -1;

  constructor(
    private readonly context: TraceContext,
    private readonly id: ModuleId,
    private readonly module: Module,
  ) {
    this.#order = new Int32Array(module.operations.length);
    this.#isFixed = fixedConstants(module);
  }

  finish(): Trace {
    return {
      text: this.#words.join(" "),
      places: this.#places,
      constants: this.#constants,
      firstSite: this.#firstSite,
    };
  }

  add(...words: readonly (string | number | bigint)[]): void {
    for (const word of words) this.#words.push(word);
  }

  place(place: Place): void {
    const key = placeKey(place);
    let number = this.#numbers.get(key);
    if (number !== undefined) return this.add(number);
    number = this.#places.length;
    this.#numbers.set(key, number);
    this.#places.push(place);
    return this.add(number, place.kind, ...shapeOf(this.context.layout, place));
  }

  region(region: Region): void {
    this.add("{");
    for (const id of region.operations) this.#operation(operationOf(this.module, id), id);
    if (region.result !== undefined) this.add("=", this.#order[region.result] ?? 0);
    this.add("}");
  }

  #operation(operation: Operation, id: OpId): void {
    this.#order[id] = this.#next;
    this.#next += 1;
    const { type } = operation;
    this.add(operation.kind, type === null ? "" : `${type.class}${type.width}`);
    for (const operand of operandsOf(operation)) this.add(this.#order[operand] ?? 0);
    const known = this.context.facts.summary(this.id, id, operation);
    if (known !== 0) this.add("!", known);
    if (isMark(this.context.idlePlan, this.id, id)) this.add("*");
    const site = this.context.sites.find(this.id, id);
    if (site >= 0) {
      if (this.#firstSite < 0) this.#firstSite = site;
      this.add("@", site - this.#firstSite);
    }
    this.#details(operation, id);
  }

  #details(operation: Operation, id: OpId): void {
    switch (operation.kind) {
      case "const":
        if (this.#isFixed[id] === 1) return this.add(operation.value);
        this.#constants.push(id);
        return this.add("?");
      case "unary":
      case "binary":
      case "cast":
        return this.add(operation.operator);
      case "slice":
        return this.add(operation.high, operation.low);
      case "array-read":
        return this.place({ kind: "array", array: operation.array });
      case "array-write": {
        const plan = this.context.schedule.arrays[operation.array];
        this.place({ kind: "array", array: operation.array });
        return this.add(Number(plan?.checkTwice.has(this.id)), plan?.writers.indexOf(this.id) ?? -1);
      }
      case "fifo-valid":
      case "fifo-peek":
      case "fifo-push":
        return this.#fifo(operation.module, operation.port);
      case "fifo-pop":
        return this.#fifo(this.id, operation.port);
      case "exposed-get":
      case "exposed-valid":
        this.place({ kind: "stamp", module: operation.module });
        this.place({ kind: "mask", module: operation.module, word: operation.slot >> 5 });
        this.add(operation.slot & 31);
        return this.place({ kind: "slot", module: operation.module, slot: operation.slot });
      case "triggered":
        return this.place({ kind: "stamp", module: operation.module });
      case "expose":
        this.add(operation.slot);
        return this.place({ kind: "slot", module: this.id, slot: operation.slot });
      case "extern-call":
        return this.add(operation.extern);
      case "call": {
        const isLate = moduleLayout(this.context.layout, operation.module).pendingCredits !== undefined;
        return this.place({ kind: isLate ? "pendingCredits" : "credits", module: operation.module });
      }
      case "if":
        this.region(operation.then);
        return this.region(operation.else);
      case "concat":
      case "select":
      case "select1hot":
      case "cycle":
      case "wait":
      case "finish":
      case "assert":
      case "log":
      case "acquire":
      case "release":
        return;
      default:
        return assertNever(operation);
    }
  }

  #fifo(module: ModuleId, port: Extract<Operation, { kind: "fifo-push" }>["port"]): void {
    const plan = this.context.schedule.ports[module]?.[port];
    this.place({ kind: "fifo", module, port });
    this.add(Number(plan?.checkPushTwice), Number(plan?.checkPopTwice), Number(plan?.pushers.length === 1));
  }
}

/** Traces the body of a module, from the question whether it runs to its trigger stamp. */
export function traceModule(context: TraceContext, id: ModuleId): Trace {
  const module = moduleOf(context.system, id);
  const tracer = new Tracer(context, id, module);
  const { credits, masks } = moduleLayout(context.layout, id);
  tracer.add(module.kind === "downstream" ? "downstream" : "stage");
  if (isAlways(context.idlePlan, id)) tracer.add("always");
  if (credits !== undefined) tracer.place({ kind: "credits", module: id });
  if (module.kind === "downstream")
    for (const activator of downstreamUses(module).values) tracer.place({ kind: "stamp", module: activator });
  tracer.region(module.body);
  tracer.place({ kind: "stamp", module: id });
  masks.forEach((_, word) => tracer.place({ kind: "mask", module: id, word }));
  return tracer.finish();
}

/** Marks the constants on whose value the code depends: all but those that are merely computed with, stored or printed. */
function fixedConstants(module: Module): Uint8Array {
  const isFixed = new Uint8Array(module.operations.length);
  const fix = (id: OpId): void => void (isFixed[id] = 1);
  for (const operation of module.operations) {
    if (operation === null) continue;
    const isWide = operandsOf(operation).some(
      (operand) => (module.operations[operand]?.type?.width ?? 0) > 64,
    );
    if (isWide || (operation.type?.width ?? 0) > 64) {
      operandsOf(operation).forEach(fix);
      continue;
    }
    switch (operation.kind) {
      case "binary":
        if (["shl", "shr", "div", "rem"].includes(operation.operator)) operandsOf(operation).forEach(fix);
        break;
      case "array-read":
      case "array-write":
        fix(operation.index);
        break;
      case "select1hot":
      case "extern-call":
        operandsOf(operation).forEach(fix);
        break;
      case "if":
        for (const region of [operation.then, operation.else])
          if (region.result !== undefined && (operation.type?.width ?? 0) > 64) fix(region.result);
        break;
      default:
        break;
    }
  }
  return isFixed;
}
