/** Puts the counters of coverage into one module. */
import type { ArrayId, IfOp, Loc, Module, Operation, OpId, Region, Rewriter } from "@assassyn/plugin-api";
import { bits, operationOf, opId, rewriteModule, uint } from "@assassyn/plugin-api";
import type { Block, BodyMap, Condition, Place } from "./coverage-map.js";

/** What counters are made of. */
export const COUNTER = uint(64);

/** A block while its lines are collected. */
interface OpenBlock extends Block {
  readonly lines: (readonly [file: number, line: number])[];
}

/** A condition while its outcomes are found. */
interface OpenCondition extends Condition {
  readonly outcomes: number[];
}

/** A region on the way through the body. */
interface Frame {
  /** The block that goes on; none at the beginning, and behind what may end the body. */
  block: OpenBlock | undefined;
  /** Control never gets to where the walk is: a `finish` came before. */
  ended: boolean;
  /** Conditions whose first outcome is the next block: a `wait`, or the `when` that the region belongs to. */
  waiting: OpenCondition[];
}

/** Decides what is counted. */
export interface Selection {
  /** Whether a place belongs to the files that are counted. */
  readonly isCounted: (loc: Loc) => boolean;
  /** Makes the register of a counter. */
  readonly declare: (module: Module, counter: number) => ArrayId;
}

/**
 * A body is cut into blocks: stretches that run to their end whenever they begin, because only a `wait_until`, a `finish` or the end of a
 * region ends one. One counter at the start of a block therefore counts all of its statements.
 */
export class Instrumenter {
  readonly #module: Module;
  readonly #selection: Selection;
  readonly #blocks: OpenBlock[] = [];
  readonly #conditions: OpenCondition[] = [];
  readonly #finishes: number[] = [];
  readonly #frames: Frame[] = [];
  /** `when`s whose arms are walked, with the number of arms begun. */
  readonly #choices: { readonly condition: OpenCondition; arms: number }[] = [];
  readonly #mayEnd = new Set<OpId>();
  #rewriter: Rewriter | undefined;
  #counters = 0;
  #end: number | null = null;

  constructor(module: Module, selection: Selection, pass: string) {
    this.#module = withOperation(module, pass);
    this.#selection = selection;
    this.#findEnds(this.#module.body);
  }

  /** The module with counters, and what they mean. */
  run(pass: string): { readonly module: Module; readonly map: BodyMap } {
    const module = rewriteModule(this.#module, pass, {
      enterRegion: () => this.#enter(),
      leaveRegion: () => this.#leave(),
      operation: (operation, _, rewriter) => {
        this.#rewriter = rewriter;
        this.#note(this.#block(), operation);
        return operation;
      },
      // An `if` is not handed to the rule above.
      chooseArm: (operation, _, rewriter) => {
        this.#rewriter = rewriter;
        this.#begin(operation);
        return undefined;
      },
      placed: (operation, id, rewriter) => this.#placed(operation, id, rewriter),
    });
    const { source, loc } = this.#module;
    const map = {
      source,
      place: this.#selection.isCounted(loc) ? placeOf(loc) : null,
      blocks: this.#blocks,
      end: this.#end,
      finishes: this.#finishes,
      conditions: this.#conditions,
    };
    return { module, map };
  }

  /** Finds the operations behind which control need not come: waits, `finish`, and every `if` around one. */
  #findEnds({ operations }: Region): boolean {
    let found = false;
    for (const id of operations) {
      const operation = operationOf(this.#module, id);
      if (operation.kind === "if") {
        const inThen = this.#findEnds(operation.then);
        const inElse = this.#findEnds(operation.else);
        if (!inThen && !inElse) continue;
      } else if (operation.kind !== "wait" && operation.kind !== "finish") continue;
      this.#mayEnd.add(id);
      found = true;
    }
    return found;
  }

  #enter(): void {
    const choice = this.#choices.at(-1);
    const isThen = choice?.arms === 0;
    if (choice !== undefined) choice.arms += 1;
    // How often the `else` runs is what the `then` leaves.
    this.#frames.push({ block: undefined, ended: false, waiting: isThen ? [choice.condition] : [] });
  }

  #leave(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    const isBody = this.#frames.length === 1;
    if (!frame.ended && (isBody || frame.waiting.length > 0)) this.#block();
    if (isBody && !frame.ended) this.#end = frame.block?.counter ?? null;
    this.#frames.pop();
  }

  /** The block at hand; begins one where there is none. */
  #block(): OpenBlock {
    const frame = this.#frames.at(-1);
    if (frame?.block !== undefined) return frame.block;
    const block: OpenBlock = { counter: this.#count(), lines: [] };
    this.#blocks.push(block);
    if (frame !== undefined) {
      frame.block = block;
      for (const condition of frame.waiting) condition.outcomes.push(block.counter);
      frame.waiting = [];
    }
    return block;
  }

  #begin(operation: IfOp): void {
    const block = this.#block();
    this.#note(block, operation);
    this.#choices.push({ condition: this.#condition("when", operation.loc, block), arms: 0 });
  }

  #placed(operation: Operation, id: OpId, rewriter: Rewriter): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    if (operation.kind === "if") {
      const { condition } = this.#choices.pop() ?? {};
      if (condition !== undefined && this.#isWritten(operation)) this.#conditions.push(condition);
    } else if (this.#isWritten(operation)) this.#countOutcomes(operation, frame, rewriter);
    if (operation.kind === "finish" && frame.block !== undefined) this.#finishes.push(frame.block.counter);
    if (!this.#mayEnd.has(id)) return;
    frame.block = undefined;
    if (operation.kind === "finish") frame.ended = true;
  }

  #countOutcomes(operation: Operation, frame: Frame, rewriter: Rewriter): void {
    if (frame.block === undefined) return;
    switch (operation.kind) {
      case "wait": {
        const condition = this.#condition("wait", operation.loc, frame.block);
        this.#conditions.push(condition);
        frame.waiting.push(condition);
        return;
      }
      case "select": {
        const condition = this.#condition("select", operation.loc, frame.block);
        this.#conditions.push(condition);
        condition.outcomes.push(this.#count(operation.condition));
        return;
      }
      case "select1hot": {
        const condition = this.#condition("select1hot", operation.loc, frame.block);
        this.#conditions.push(condition);
        const { width } = rewriter.typeOf(operation.selector);
        for (let arm = 0; arm < width; arm += 1) {
          const chosen = width === 1 ? operation.selector : rewriter.slice(operation.selector, arm, arm);
          condition.outcomes.push(this.#count(chosen));
        }
        return;
      }
      default:
        return;
    }
  }

  #condition(kind: Condition["kind"], loc: Loc, { counter }: Block): OpenCondition {
    return { kind, place: placeOf(loc), asked: counter, outcomes: [] };
  }

  /** Whether an operation is what somebody wrote, in a file that is counted. Those of other passes are not. */
  #isWritten({ origin, loc }: Operation): boolean {
    return origin === undefined && this.#selection.isCounted(loc);
  }

  #note({ lines }: OpenBlock, operation: Operation): void {
    if (!this.#isWritten(operation)) return;
    const { loc } = operation;
    const last = lines.at(-1);
    if (last !== undefined && last[0] === loc.file && last[1] === loc.line) return;
    if (!lines.some(([file, line]) => file === loc.file && line === loc.line))
      lines.push([loc.file, loc.line]);
  }

  /** A new counter that counts where the walk is, or only if `condition` holds. */
  #count(condition?: OpId): number {
    const rewriter = this.#rewriter;
    if (rewriter === undefined) throw new Error("no operation was visited yet");
    const counter = this.#counters;
    this.#counters += 1;
    const array = this.#selection.declare(this.#module, counter);
    const zero = rewriter.const(bits(1), 0n);
    const value = rewriter.append({ kind: "array-read", array, index: zero, type: COUNTER });
    const step =
      condition === undefined ? rewriter.const(COUNTER, 1n) : rewriter.cast("zext", condition, COUNTER);
    const sum = rewriter.binary("add", value, step, COUNTER);
    rewriter.append({ kind: "array-write", array, index: zero, value: sum, type: null });
    return counter;
  }
}

function placeOf({ file, line, column }: Loc): Place {
  return [file, line, column];
}

/** The rewriter works at operations; an empty body gets one that does nothing. */
function withOperation(module: Module, origin: string): Module {
  if (module.body.operations.length > 0) return module;
  const id = opId(module.operations.length);
  const nothing: Operation = { kind: "const", type: bits(1), value: 0n, loc: module.loc, origin };
  return { ...module, operations: [...module.operations, nothing], body: { operations: [id] } };
}
