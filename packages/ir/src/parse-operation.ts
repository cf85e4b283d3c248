/** One operation of the IR text, from behind its id up to its location. */
import type {
  AcquireOp,
  ArrayId,
  ArrayReadOp,
  ArrayWriteOp,
  AssertOp,
  BinaryOp,
  BinaryOperator,
  CallOp,
  CastOp,
  ConcatOp,
  ConstOp,
  CycleOp,
  ExposedGetOp,
  ExposedValidOp,
  ExposeOp,
  ExternCallOp,
  FifoPeekOp,
  FifoPopOp,
  FifoPushOp,
  FifoValidOp,
  FinishOp,
  LogOp,
  ModuleId,
  OpId,
  PortId,
  ReleaseOp,
  Select1HotOp,
  SelectOp,
  SliceOp,
  SlotId,
  TriggeredOp,
  UnaryOp,
  WaitOp,
} from "./ir.js";
import { arrayId, externId, moduleId, opId, portId, slotId } from "./ir.js";
import type { LogPiece } from "./format.js";
import { parseFormat } from "./format.js";
import { decodeLogPieces } from "./json-decode.js";
import type { ConcurrencyReader } from "./parse-concurrency.js";
import type { Declarations, ModuleHeader } from "./parse-declarations.js";
import { resolve } from "./parse-declarations.js";
import type { TextErrors } from "./text-errors.js";
import type { TextScanner } from "./text-scanner.js";
import { TextFailure } from "./text-scanner.js";
import type { Type } from "./types.js";

/** Largest operation id that a text may name. */
export const MAX_OPERATION = 20_000_000;

type Bare<Op> = Op extends unknown ? Omit<Op, "loc" | "name" | "origin"> : never;

/** An operation without location, name and origin. `if` is read elsewhere, because it spans lines. */
export type BareOperation = Bare<
  | ConstOp
  | UnaryOp
  | BinaryOp
  | CastOp
  | SliceOp
  | ConcatOp
  | SelectOp
  | Select1HotOp
  | CycleOp
  | ArrayReadOp
  | FifoValidOp
  | FifoPeekOp
  | ExposedGetOp
  | ExposedValidOp
  | TriggeredOp
  | FifoPopOp
  | ExternCallOp
  | ArrayWriteOp
  | FifoPushOp
  | CallOp
  | WaitOp
  | FinishOp
  | AssertOp
  | LogOp
  | ExposeOp
  | AcquireOp
  | ReleaseOp
>;

const NO_PORTS: ReadonlyMap<string, PortId> = new Map();
const NO_SLOTS: ReadonlyMap<string, SlotId> = new Map();
const PERCENT = 37;
const COLON = 58;
/** Longest first, so that `<<` is not read as `<`. */
const OPERATORS: readonly (readonly [string, BinaryOperator])[] = [
  ["<<", "shl"],
  [">>", "shr"],
  ["<=", "le"],
  [">=", "ge"],
  ["==", "eq"],
  ["!=", "ne"],
  ["+", "add"],
  ["-", "sub"],
  ["*", "mul"],
  ["/", "div"],
  ["%", "rem"],
  ["&", "and"],
  ["|", "or"],
  ["^", "xor"],
  ["<", "lt"],
  [">", "gt"],
];

/** Reads operations of one module. */
export class OperationReader {
  readonly #scanner: TextScanner;
  readonly #errors: TextErrors;
  readonly #declarations: Declarations;
  readonly #module: ModuleHeader;
  readonly #concurrency: ConcurrencyReader;

  constructor(
    scanner: TextScanner,
    errors: TextErrors,
    declarations: Declarations,
    concurrency: ConcurrencyReader,
    module: ModuleHeader,
  ) {
    this.#scanner = scanner;
    this.#errors = errors;
    this.#declarations = declarations;
    this.#concurrency = concurrency;
    this.#module = module;
  }

  /** The optional `name: type =`; type null where there is no result. */
  head(): { readonly name?: string; readonly type: Type | null } {
    const scanner = this.#scanner;
    const start = scanner.at;
    let name: string | undefined;
    if (scanner.peek() !== COLON) {
      if (scanner.peek() === 34 || scanner.peekWord() !== "") name = scanner.name("a name");
      if (scanner.peek() !== COLON) {
        scanner.at = start;
        return { type: null };
      }
    }
    scanner.need(":");
    const type = scanner.eatWord("none") ? null : scanner.type();
    scanner.need("=");
    return name === undefined ? { type } : { name, type };
  }

  /** `by fold-constants`, if it stands here. */
  origin(): string | undefined {
    const scanner = this.#scanner;
    if (scanner.atLineEnd() || !scanner.eatWord("by")) return undefined;
    if (scanner.peek() === 34) return scanner.string();
    let result = scanner.name("the name of a pass");
    while (scanner.text.charCodeAt(scanner.at) === 45) {
      scanner.at += 1;
      result += "-" + scanner.peekWord();
      scanner.at += scanner.peekWord().length;
    }
    return result;
  }

  /** `%7` */
  value(): OpId {
    this.#scanner.need("%");
    return opId(this.#scanner.integer("the number of an operation", MAX_OPERATION));
  }

  #values(close: string): OpId[] {
    const scanner = this.#scanner;
    const result: OpId[] = [];
    while (!scanner.eat(close)) {
      result.push(this.value());
      if (!scanner.eat(",")) {
        scanner.need(close);
        break;
      }
    }
    return result;
  }

  /** What stands behind the head. */
  operation(type: Type | null, start: number): BareOperation {
    return type === null ? this.#effect(start) : this.#valued(type);
  }

  #valued(type: Type): BareOperation {
    const scanner = this.#scanner;
    const code = scanner.peek();
    if (code === PERCENT) return this.#onValue(type);
    if (code >= 48 && code <= 57) return { kind: "const", type, value: scanner.pattern() };
    if (scanner.eat("!")) return { kind: "unary", operator: "not", operand: this.value(), type };
    if (scanner.eat("-")) return { kind: "unary", operator: "neg", operand: this.value(), type };
    const start = scanner.at;
    const word = code === 34 ? "" : scanner.peekWord();
    scanner.at += word.length;
    switch (word) {
      case "zext":
      case "sext":
      case "bitcast": {
        scanner.need("(");
        const operand = this.value();
        scanner.need(")");
        return { kind: "cast", operator: word, operand, type };
      }
      case "cat":
        scanner.need("(");
        return { kind: "concat", operands: this.#values(")"), type };
      case "select1hot": {
        scanner.need("(");
        const [selector, ...arms] = this.#values(")");
        if (selector === undefined) return scanner.fail("a selector");
        return { kind: "select1hot", selector, arms, type };
      }
      case "cycle":
        scanner.need("(");
        scanner.need(")");
        return { kind: "cycle", type };
      case "fifo": {
        scanner.need("(");
        const module = this.#moduleRef();
        scanner.need(".");
        const port = this.#portRef(module);
        scanner.need(")");
        scanner.need(".");
        if (scanner.eatWord("valid")) return { kind: "fifo-valid", module, port, type };
        if (!scanner.eatWord("peek")) scanner.fail("`valid` or `peek`");
        return { kind: "fifo-peek", module, port, type };
      }
      case "exposed": {
        scanner.need("(");
        const module = this.#moduleRef();
        scanner.need(".");
        const slot = this.#slotRef(module);
        scanner.need(")");
        if (!scanner.eat(".")) return { kind: "exposed-get", module, slot, type };
        if (!scanner.eatWord("valid")) scanner.fail("`valid`");
        return { kind: "exposed-valid", module, slot, type };
      }
      case "triggered": {
        scanner.need("(");
        const module = this.#moduleRef();
        scanner.need(")");
        return { kind: "triggered", module, type };
      }
      case "pop": {
        scanner.need("(");
        const port = resolve(scanner, this.#errors, "port", this.#module.portIds, portId);
        scanner.need(")");
        return { kind: "fifo-pop", port, type };
      }
      case "extern": {
        const extern = resolve(scanner, this.#errors, "extern", this.#declarations.externIds, externId);
        scanner.need("(");
        return { kind: "extern-call", extern, arguments: this.#values(")"), type };
      }
      default: {
        scanner.at = start;
        if (word === "" && code !== 34 && code !== 35) scanner.fail("a value");
        const array = this.#arrayRef();
        scanner.need("[");
        const index = this.value();
        scanner.need("]");
        return { kind: "array-read", array, index, type };
      }
    }
  }

  /** Operations whose text starts with an operand. */
  #onValue(type: Type): BareOperation {
    const scanner = this.#scanner;
    const first = this.value();
    if (scanner.eat("[")) {
      const high = scanner.integer("a bit number");
      scanner.need(":");
      const low = scanner.integer("a bit number");
      scanner.need("]");
      return { kind: "slice", operand: first, high, low, type };
    }
    if (scanner.eat("?")) {
      const then = this.value();
      scanner.need(":");
      return { kind: "select", condition: first, then, else: this.value(), type };
    }
    for (const [text, operator] of OPERATORS) {
      if (scanner.eat(text)) return { kind: "binary", operator, left: first, right: this.value(), type };
    }
    return scanner.fail("an operator, `[` or `?`");
  }

  #effect(start: number): BareOperation {
    const scanner = this.#scanner;
    const at = scanner.at;
    const word = scanner.peek() === 34 ? "" : scanner.peekWord();
    scanner.at += word.length;
    switch (word) {
      case "call":
        return { kind: "call", module: this.#moduleRef(), type: null };
      case "wait_until":
        return { kind: "wait", condition: this.value(), type: null };
      case "finish":
        return { kind: "finish", type: null };
      case "assert": {
        const condition = this.value();
        scanner.need(",");
        return { kind: "assert", condition, message: scanner.string(), type: null };
      }
      case "log": {
        scanner.need("(");
        const pieces = this.#pieces();
        return {
          kind: "log",
          pieces,
          arguments: scanner.eat(",") ? this.#values(")") : (scanner.need(")"), []),
          type: null,
        };
      }
      case "expose": {
        const slot = resolve(scanner, this.#errors, "exposed value", this.#module.slotIds, slotId);
        scanner.need("=");
        return { kind: "expose", slot, value: this.value(), type: null };
      }
      case "acquire": {
        const mode = scanner.eatWord("read") ? "read" : "write";
        if (mode === "write" && !scanner.eatWord("write")) scanner.fail("`read` or `write`");
        return { kind: "acquire", mode, lock: this.#concurrency.lock(), type: null };
      }
      case "release":
        return { kind: "release", lock: this.#concurrency.lock(), type: null };
      default: {
        scanner.at = at;
        const next = scanner.peek();
        if (word === "" && next !== 34 && next !== 35) scanner.fail("`: type = value`, or an effect");
        return this.#stateEffect(start);
      }
    }
  }

  /** `rf[%1] <= %2` or `adder.a.push(%2)`: what follows the name tells which arena it is from. */
  #stateEffect(start: number): BareOperation {
    const scanner = this.#scanner;
    const at = scanner.at;
    if (!scanner.eat("#")) scanner.name("a name");
    else scanner.integer("a number");
    const isWrite = scanner.eat("[");
    const isPush = !isWrite && scanner.eat(".");
    if (!isWrite && !isPush) throw new TextFailure("text-syntax", at, "`: type = value`, or an effect");
    scanner.at = at;
    if (isWrite) {
      const array = this.#arrayRef();
      scanner.need("[");
      const index = this.value();
      scanner.need("]");
      scanner.need("<=");
      return { kind: "array-write", array, index, value: this.value(), type: null };
    }
    const module = this.#moduleRef();
    scanner.need(".");
    const port = this.#portRef(module);
    scanner.need(".");
    if (!scanner.eatWord("push")) scanner.fail("`push`", Math.max(start, scanner.at));
    scanner.need("(");
    const value = this.value();
    scanner.need(")");
    return { kind: "fifo-push", module, port, value, type: null };
  }

  #arrayRef(): ArrayId {
    return resolve(this.#scanner, this.#errors, "register", this.#declarations.arrayIds, arrayId);
  }
  #moduleRef(): ModuleId {
    return resolve(this.#scanner, this.#errors, "module", this.#declarations.moduleIds, moduleId);
  }
  #portRef(module: ModuleId): PortId {
    return resolve(
      this.#scanner,
      this.#errors,
      "port",
      this.#declarations.modules[module]?.portIds ?? NO_PORTS,
      portId,
    );
  }
  #slotRef(module: ModuleId): SlotId {
    return resolve(
      this.#scanner,
      this.#errors,
      "exposed value",
      this.#declarations.modules[module]?.slotIds ?? NO_SLOTS,
      slotId,
    );
  }

  /** A format string, or the pieces as a JSON list on this line. */
  #pieces(): readonly LogPiece[] {
    const scanner = this.#scanner;
    if (scanner.peek() !== 91) {
      const start = scanner.at;
      const parsed = parseFormat(scanner.string());
      if (parsed.kind === "error")
        throw new TextFailure("text-value", start, `wrong format string: ${parsed.reason}`);
      return parsed.pieces;
    }
    const start = scanner.at;
    const { text } = scanner;
    let depth = 0;
    let inString = false;
    for (let at = start; at < text.length && text[at] !== "\n"; at += 1) {
      const character = text[at];
      if (inString) {
        if (character === "\\") at += 1;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === "[") depth += 1;
      else if (character === "]") {
        depth -= 1;
        if (depth > 0) continue;
        const pieces = decodeLogPieces(scanner.json(start, at + 1));
        if (pieces === undefined) return scanner.fail("a list of log pieces", start);
        scanner.at = at + 1;
        return pieces;
      }
    }
    return scanner.fail("a list of log pieces", start);
  }
}
