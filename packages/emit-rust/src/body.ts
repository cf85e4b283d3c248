/** The body of a module as the statements of a Rust function that returns whether the module was triggered. */
import type { ArrayId, LogPiece, Operation, OpId, Region, Type } from "@assassyn/ir";
import { arrayOf, assertNever, canFault, indexFits, operationOf } from "@assassyn/ir";
import type { BodyContext, BodyPiece } from "./body-context.js";
import { commentOf, spelledSite } from "./body-context.js";
import type { Chunk } from "./pieces.js";
import { joinChunks } from "./pieces.js";
import { CodeWriter, NameScope, toSnakeCase } from "@assassyn/emit-core";
import type { Expression, Operand } from "./arithmetic.js";
import { atom, binaryExpression, operandText, unaryExpression } from "./arithmetic.js";
import { joinResults } from "./extern-results.js";
import { logArgument } from "./format-spec.js";
import { RESERVED_NAMES } from "./rust-names.js";
import { printLiteral, printString, rustType } from "./rust-type.js";
import type { IndexOperand, Place } from "./state-access.js";
import { Uses } from "./uses.js";
import { castValue, concatValue, indexValue, negate, sliceValue, wideError } from "./value-expressions.js";

/** Longest expression that is written where it is used instead of getting a name. */
const INLINE_LENGTH = 60;

/** Lines behind which a body may be cut, at the next operation that stands in no choice. */
const CHUNK_LINES = 16;

/**
 * The statements of a module's body in pieces, so that no function grows with the design: see `joinChunks`. Each piece but the last goes
 * on with the next one, whose outcome is its own; the last ends with the value that the function returns.
 */
export function bodyPieces(context: BodyContext): BodyPiece[] {
  return new BodyWriter(context).write();
}

class BodyWriter {
  #code = new CodeWriter();
  /** Names bound so far outside of arms, and their types. */
  readonly #bound = new Map<string, string>();
  readonly #context: BodyContext;
  readonly #names = new NameScope(RESERVED_NAMES);
  /** Expression of each value defined so far. */
  readonly #values = new Map<OpId, Expression>();
  /** Constants that are data of the instance. */
  readonly #parameters = new Set<OpId>();
  readonly #uses: Uses;
  /** Locks held at this point. */
  #held = 0;
  /** Arms of choices around this point. */
  #depth = 0;

  constructor(context: BodyContext) {
    this.#context = context;
    this.#uses = new Uses(context.system, context.module);
  }

  write(): BodyPiece[] {
    const { access, module } = this.#context;
    for (const mark of access.begin(this.#code, this.#names)) this.#bound.set(mark, "bool");
    const chunks: Chunk[] = [];
    const cut = (): void => {
      chunks.push({ bound: this.#bound.size, lines: this.#code.toLines() });
      this.#code = new CodeWriter();
    };
    let ended = false;
    for (const id of module.body.operations) {
      if (ended) break;
      // A guard lives in one function.
      if (this.#code.length >= CHUNK_LINES && this.#held === 0) cut();
      ended = this.#operations([id]);
    }
    if (!ended) this.#code.line("true");
    cut();
    return joinChunks(chunks, [...this.#bound]);
  }

  /** Writes operations; true when the last statement always leaves the function. */
  #operations(operations: readonly OpId[]): boolean {
    for (const id of operations) {
      const operation = operationOf(this.#context.module, id);
      if (operation.kind === "finish") {
        this.#finish(id, operation);
        return true;
      }
      if (this.#uses.isDead(id)) continue;
      if (this.#context.marks?.has(id) === true) this.#code.line("cx.busy = true;");
      this.#operation(operation, id);
    }
    return false;
  }

  #place(operation: Operation, id: OpId): Place {
    const { moduleIndex, site = spelledSite, ranges, id: module } = this.#context;
    const position = this.#uses.position(id);
    return {
      get module() {
        return moduleIndex();
      },
      get site() {
        return site(position, operation.loc);
      },
      comment: commentOf(this.#context, operation),
      second: ranges?.mayBeSecond(module, id) ?? true,
      first: ranges?.mayBeFirst(module, id) ?? true,
    };
  }

  #type(id: OpId): Type {
    const { type } = operationOf(this.#context.module, id);
    if (type === null) throw new Error(`operation %${id} of ${this.#context.module.name} has no value`);
    return type;
  }

  #value(id: OpId): Expression {
    const value = this.#values.get(id);
    if (value === undefined)
      throw new Error(`operation %${id} of ${this.#context.module.name} is used before it has a value`);
    return value;
  }

  #operand(id: OpId): Operand {
    const { class: typeClass, width } = this.#type(id);
    const operation = operationOf(this.#context.module, id);
    return {
      ...this.#value(id),
      width,
      signed: typeClass === "i",
      ...(operation.kind === "const" && !this.#parameters.has(id) ? { constant: operation.value } : {}),
    };
  }

  /** The text of a value where its type is known from elsewhere. */
  #text(id: OpId): string {
    const operation = operationOf(this.#context.module, id);
    const value = this.#typedText(id);
    if (operation.kind === "const" && operation.type.width <= 64 && !this.#parameters.has(id))
      return printLiteral(operation.value, operation.type.width, false);
    return value;
  }

  /** The text of a value, which has a type of its own: literals carry a suffix. */
  #typedText(id: OpId): string {
    return this.#value(id).text;
  }

  #negatedCondition(id: OpId): string {
    return `!${operandText(this.#value(id))}`;
  }

  #nameOf(operation: Operation): string | undefined {
    return this.#context.anonymous === true ? undefined : operation.name;
  }

  #nameFor(operation: Operation, id: OpId): string {
    const wanted = this.#nameOf(operation);
    const name = this.#names.claim(wanted === undefined ? "v" : toSnakeCase(wanted));
    // What an arm names ends with the arm.
    if (operation.type !== null && this.#depth === 0) this.#bound.set(name, rustType(operation.type));
    return this.#uses.count(id) > 0 ? name : `_${name}`;
  }

  /** Gives a value a name, or keeps it as an expression where it is used once. */
  #define(operation: Operation, id: OpId, expression: Expression): void {
    if (operation.type === null) return;
    const once = this.#uses.count(id) <= 1;
    if (this.#nameOf(operation) === undefined && once && expression.text.length <= INLINE_LENGTH) {
      this.#values.set(id, expression);
      return;
    }
    this.#bind(operation, id, expression.text);
  }

  /** Gives a value a name. */
  #bind(operation: Operation, id: OpId, text: string): void {
    if (operation.type === null) return;
    const name = this.#nameFor(operation, id);
    this.#code.line(
      `let ${name}: ${rustType(operation.type)} = ${text}; ${commentOf(this.#context, operation)}`,
    );
    this.#values.set(id, atom(name));
  }

  #operation(operation: Operation, id: OpId): void {
    const { access, system, module } = this.#context;
    const code = this.#code;
    switch (operation.kind) {
      case "const":
        // Wide constants are worth a name when they are used often; all others are written where they are used.
        if (operation.type.width > 64)
          this.#define(operation, id, atom(printLiteral(operation.value, operation.type.width, false)));
        else this.#constant(operation, id);
        return;
      case "cycle":
        if (access.cycle === undefined) this.#define(operation, id, atom("cx.cycle"));
        else this.#bind(operation, id, access.cycle());
        return;
      case "unary":
        this.#narrow(operation, operation.operand);
        this.#define(
          operation,
          id,
          unaryExpression(operation.operator, this.#operand(operation.operand), this.#stays(id)),
        );
        return;
      case "binary":
        this.#binary(operation, id);
        return;
      case "cast": {
        const { operator, operand, type } = operation;
        this.#define(operation, id, castValue(operator, this.#operand(operand), type.width, module.name));
        return;
      }
      case "slice": {
        const { operand, high, low } = operation;
        this.#define(operation, id, sliceValue(this.#operand(operand), high, low, module.name));
        return;
      }
      case "concat": {
        const operands = operation.operands.map((operand) => this.#operand(operand));
        this.#define(operation, id, concatValue(operands, operation.type.width, module.name));
        return;
      }
      case "select": {
        const arms = `{ ${this.#typedText(operation.then)} } else { ${this.#text(operation.else)} }`;
        this.#define(operation, id, {
          text: `if ${this.#typedText(operation.condition)} ${arms}`,
          binding: "loose",
        });
        return;
      }
      case "select1hot":
        this.#select1hot(operation, id);
        return;
      case "array-read": {
        const name = this.#nameFor(operation, id);
        access.arrayRead(
          code,
          this.#place(operation, id),
          name,
          operation.array,
          this.#index(id, operation.array, operation.index),
        );
        this.#values.set(id, atom(name));
        return;
      }
      case "fifo-valid":
        this.#bind(operation, id, access.fifoValid(operation.module, operation.port));
        return;
      case "fifo-peek": {
        const name = this.#nameFor(operation, id);
        access.fifoPeek(code, this.#place(operation, id), name, operation.module, operation.port);
        this.#values.set(id, atom(name));
        return;
      }
      case "exposed-get":
        code.block(
          `if ${negate(access.exposedValid(operation.module, operation.slot))} { ${commentOf(this.#context, operation)}`,
          "}",
          () =>
            this.#fault(
              operation,
              id,
              `Fault::AbsentValue(${access.moduleIndex(operation.module)}, ${operation.slot})`,
            ),
        );
        this.#bind(operation, id, access.exposedValue(operation.module, operation.slot));
        return;
      case "exposed-valid":
        this.#bind(operation, id, access.exposedValid(operation.module, operation.slot));
        return;
      case "triggered":
        this.#bind(operation, id, access.triggered(operation.module));
        return;
      case "fifo-pop": {
        const used = this.#uses.count(id) > 0;
        const name = used ? this.#nameFor(operation, id) : undefined;
        access.fifoPop(code, this.#place(operation, id), name, operation.port);
        if (name !== undefined) this.#values.set(id, atom(name));
        return;
      }
      case "extern-call":
        this.#externCall(operation, id);
        return;
      case "array-write": {
        const index = this.#index(id, operation.array, operation.index);
        access.arrayWrite(
          code,
          this.#place(operation, id),
          operation.array,
          index,
          this.#text(operation.value),
        );
        return;
      }
      case "fifo-push":
        access.fifoPush(
          code,
          this.#place(operation, id),
          operation.module,
          operation.port,
          this.#text(operation.value),
        );
        return;
      case "call":
        access.call(code, this.#place(operation, id), operation.module);
        return;
      case "wait":
        code.block(
          `if ${this.#negatedCondition(operation.condition)} { ${commentOf(this.#context, operation)}`,
          "}",
          () => code.line("return false;"),
        );
        return;
      case "assert":
        code.block(
          `if ${this.#negatedCondition(operation.condition)} { ${commentOf(this.#context, operation)}`,
          "}",
          () => this.#fault(operation, id, `Fault::Assertion(${printString(operation.message)})`),
        );
        return;
      case "log":
        this.#log(operation.pieces, operation, id);
        return;
      case "expose":
        access.expose(code, this.#place(operation, id), operation.slot, this.#text(operation.value));
        return;
      case "acquire":
        this.#held += 1;
        access.acquire(code, operation.lock, operation.mode, id);
        return;
      case "release":
        this.#held -= 1;
        access.release(code, operation.lock);
        return;
      case "if":
        this.#if(operation, id);
        return;
      case "finish":
        throw new Error(`a finish of ${module.name} in ${system.name} is written by its region`);
      default:
        assertNever(operation);
    }
  }

  #constant(operation: Extract<Operation, { kind: "const" }>, id: OpId): void {
    const parameter = this.#context.parameter?.(this.#uses.position(id), operation);
    if (parameter !== undefined) this.#parameters.add(id);
    this.#values.set(id, atom(parameter ?? printLiteral(operation.value, operation.type.width, true)));
  }

  #finish(id: OpId, operation: Operation): void {
    const place = this.#place(operation, id);
    this.#code.line(`return cx.finish(${place.module}, ${place.site}); ${place.comment}`);
  }

  #fault(operation: Operation, id: OpId, fault: string): void {
    const place = this.#place(operation, id);
    this.#code.line(`return cx.fault(${place.module}, ${place.site}, ${fault});`);
  }

  /** Wide values occur only where the form `widths-legal` lets them. */
  #narrow(operation: Operation, ...operands: readonly OpId[]): void {
    if ((operation.type?.width ?? 0) <= 64 && operands.every((operand) => this.#type(operand).width <= 64))
      return;
    throw wideError(`${operation.kind}`, this.#context.module.name);
  }

  #binary(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const { system, module, ranges, id: own } = this.#context;
    const left = this.#operand(operation.left);
    const right = this.#operand(operation.right);
    const { operator, type } = operation;
    if (operator !== "shl" && operator !== "shr" && left.width !== right.width) {
      throw new Error(
        `operands of ${operator} in ${module.name} differ in width; run the pass explicit-operands first`,
      );
    }
    if (operator !== "div" && operator !== "rem") {
      if ((operator === "eq" || operator === "ne") && left.width > 64) {
        this.#define(operation, id, {
          text: `${left.text} ${operator === "eq" ? "==" : "!="} ${right.text}`,
          binding: "loose",
        });
        return;
      }
      this.#narrow(operation, operation.left, operation.right);
      this.#define(operation, id, binaryExpression(operator, left, right, type.width, this.#stays(id)));
      return;
    }
    const isWide = left.width > 64;
    if (canFault(system, module, operation) && ranges?.nonZeroDivisor(own, id) !== true) {
      const zero = isWide
        ? `wide::is_zero(&${right.text})`
        : right.width === 1
          ? `!${operandText(right)}`
          : `${operandText(right)} == 0`;
      this.#code.block(`if ${zero} { ${commentOf(this.#context, operation)}`, "}", () =>
        this.#fault(operation, id, operator === "div" ? "Fault::DivisionByZero" : "Fault::RemainderByZero"),
      );
    }
    if (!isWide) {
      this.#define(operation, id, binaryExpression(operator, left, right, type.width, this.#stays(id)));
      return;
    }
    const call = left.signed
      ? `wide::divide_signed(${left.text}, ${right.text}, ${left.width})`
      : `wide::divide_unsigned(${left.text}, ${right.text})`;
    this.#bind(operation, id, `${call}.${operator === "div" ? 0 : 1}`);
  }

  #select1hot(operation: Extract<Operation, { kind: "select1hot" }>, id: OpId): void {
    const name = this.#nameFor(operation, id);
    const selector = this.#operand(operation.selector);
    const code = this.#code;
    code.block(
      `let ${name}: ${rustType(operation.type)} = match ${this.#typedText(operation.selector)} { ${commentOf(this.#context, operation)}`,
      "};",
      () => {
        operation.arms.forEach((arm, index) => {
          code.line(`${printLiteral(1n << BigInt(index), selector.width, false)} => ${this.#text(arm)},`);
        });
        const place = this.#place(operation, id);
        code.line(`_ => return cx.fault(${place.module}, ${place.site}, Fault::NotOneHot),`);
      },
    );
    this.#values.set(id, atom(name));
  }

  #index(access: OpId, array: ArrayId, index: OpId): IndexOperand {
    const { system, module, ranges, id: own } = this.#context;
    const fits =
      indexFits(module, index, arrayOf(system, array).size) || ranges?.inBounds(own, access) === true;
    return indexValue(this.#operand(index), fits, module.name);
  }

  /** The result is known to fit its width. */
  #stays(id: OpId): boolean {
    return this.#context.ranges?.staysInWidth(this.#context.id, id) === true;
  }

  #log(pieces: readonly LogPiece[], operation: Extract<Operation, { kind: "log" }>, id: OpId): void {
    const place = this.#place(operation, id);
    const calls = pieces.map((piece) => {
      if (piece.kind === "text") return `.text(${printString(piece.text)})`;
      const argument = operation.arguments[piece.index];
      if (argument === undefined)
        throw new Error(`a log of ${this.#context.module.name} misses argument ${piece.index}`);
      return logArgument(this.#value(argument), this.#type(argument), piece.spec);
    });
    this.#code.block(`if cx.logging { ${place.comment}`, "}", () => {
      this.#code.line(`let here = ${place.site};`);
      this.#code.line(`cx.log.begin(cx.cycle, ${place.module}, here)${calls.join("")}.end(here);`);
    });
  }

  #externCall(operation: Extract<Operation, { kind: "extern-call" }>, id: OpId): void {
    const { system, access } = this.#context;
    const declaration = system.externs[operation.extern];
    if (declaration == null) throw new Error(`no extern #${operation.extern}`);
    const name = this.#nameFor(operation, id);
    const place = this.#place(operation, id);
    const call = access.externCall(
      operation.extern,
      operation.arguments.map((argument) => this.#typedText(argument)),
    );
    this.#code.block(`let ${name} = match ${call} { ${place.comment}`, "};", () => {
      this.#code.line(`Ok(value) => ${joinResults(declaration)},`);
      this.#code.line(
        `Err(reason) => return cx.fault(${place.module}, ${place.site}, Fault::Extern(${operation.extern}, reason)),`,
      );
    });
    this.#values.set(id, atom(name));
  }

  #if(operation: Extract<Operation, { kind: "if" }>, id: OpId): void {
    const code = this.#code;
    const { then, else: otherwise, type } = operation;
    const condition = this.#typedText(operation.condition);
    const used = type !== null && this.#uses.count(id) > 0;
    const arm = (region: Region) => (): void => {
      this.#depth += 1;
      const ended = this.#operations(region.operations);
      this.#depth -= 1;
      if (!ended && used && region.result !== undefined) code.line(this.#text(region.result));
    };
    const name = used ? this.#nameFor(operation, id) : undefined;
    const open = name === undefined || type === null ? "" : `let ${name}: ${rustType(type)} = `;
    if (!used && this.#uses.isEmpty(otherwise)) {
      code.block(`if ${condition} { ${commentOf(this.#context, operation)}`, "}", arm(then));
    } else if (!used && this.#uses.isEmpty(then)) {
      code.block(
        `if ${this.#negatedCondition(operation.condition)} { ${commentOf(this.#context, operation)}`,
        "}",
        arm(otherwise),
      );
    } else {
      const head = `${open}if ${condition} { ${commentOf(this.#context, operation)}`;
      code.twoBlocks(head, arm(then), "} else {", arm(otherwise), used ? "};" : "}");
    }
    if (name !== undefined) this.#values.set(id, atom(name));
  }
}
