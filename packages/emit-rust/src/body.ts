/** The body of a module as the statements of a Rust function that returns whether the module was triggered. */
import type {
  ExternDeclaration,
  LogPiece,
  Module,
  Operation,
  OpId,
  Region,
  System,
  Type,
} from "@assassyn/ir";
import {
  arrayOf,
  assertNever,
  canFault,
  indexFits,
  isPure,
  operandsOf,
  operationOf,
  walk,
} from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import { NameScope, toSnakeCase } from "@assassyn/emit-core";
import type { Expression, Operand } from "./arithmetic.js";
import {
  atom,
  binaryExpression,
  castExpression,
  concatExpression,
  convertWord,
  operandText,
  sliceExpression,
  unaryExpression,
} from "./arithmetic.js";
import { logArgument } from "./format-spec.js";
import { RESERVED_NAMES } from "./rust-names.js";
import { containerOf, printLiteral, printNumber, printString, rustType } from "./rust-type.js";
import type { IndexOperand, Place, StateAccess } from "./state-access.js";

/** Longest expression that is written where it is used instead of getting a name. */
const INLINE_LENGTH = 60;

/** Everything a body needs to know. */
export interface BodyContext {
  readonly system: System;
  readonly module: Module;
  /** Index of the module in the tables, as an expression. */
  readonly moduleIndex: string;
  readonly access: StateAccess;
}

/** Writes the body of `context.module` to `code`, up to the value that the function returns. */
export function writeBody(code: CodeWriter, context: BodyContext): void {
  new BodyWriter(code, context).write();
}

class BodyWriter {
  readonly #code: CodeWriter;
  readonly #context: BodyContext;
  readonly #names = new NameScope(RESERVED_NAMES);
  /** Expression of each value defined so far. */
  readonly #values = new Map<OpId, Expression>();
  /** How often each value is used, counted over operations that are written at all. */
  readonly #uses = new Map<OpId, number>();
  /** Position of each operation in the body, in program order. */
  readonly #positions = new Map<OpId, number>();

  constructor(code: CodeWriter, context: BodyContext) {
    this.#code = code;
    this.#context = context;
    this.#countUses();
  }

  write(): void {
    this.#context.access.begin(this.#code);
    const ended = this.#region(this.#context.module.body);
    if (!ended) this.#code.line("true");
  }

  /** Counts uses backwards, so that what only dead values use is dead as well. */
  #countUses(): void {
    const { module } = this.#context;
    walk(module, (_, id) => this.#positions.set(id, this.#positions.size));
    const use = (id: OpId | undefined): void => {
      if (id !== undefined) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
    };
    const countRegion = (region: Region): void => {
      for (const id of region.operations.toReversed()) {
        const operation = operationOf(module, id);
        if (this.#isDead(operation, id)) continue;
        if (operation.kind === "if") {
          if ((this.#uses.get(id) ?? 0) > 0) {
            use(operation.then.result);
            use(operation.else.result);
          }
          countRegion(operation.else);
          countRegion(operation.then);
        }
        for (const operand of operandsOf(operation)) use(operand);
      }
    };
    countRegion(module.body);
  }

  #isDead(operation: Operation, id: OpId): boolean {
    if ((this.#uses.get(id) ?? 0) > 0) return false;
    if (operation.kind === "if") return this.#isEmpty(operation.then) && this.#isEmpty(operation.else);
    return isPure(this.#context.system, this.#context.module, operation);
  }

  /** Nothing of the region would be written. */
  #isEmpty(region: Region): boolean {
    return region.operations.every((id) => this.#isDead(operationOf(this.#context.module, id), id));
  }

  /** Writes a region; true when its last statement always leaves the function. */
  #region(region: Region): boolean {
    for (const id of region.operations) {
      const operation = operationOf(this.#context.module, id);
      if (operation.kind === "finish") {
        this.#finish(id, operation);
        return true;
      }
      if (!this.#isDead(operation, id)) this.#operation(operation, id);
    }
    return false;
  }

  #place(operation: Operation, id: OpId): Place {
    const { file, line, column } = operation.loc;
    return {
      module: this.#context.moduleIndex,
      site: `site(${this.#positions.get(id) ?? 0}, ${file}, ${line}, ${column})`,
      comment: this.#comment(operation),
    };
  }

  #comment(operation: Operation): string {
    const { file, line } = operation.loc;
    return `// ${this.#context.system.files[file] ?? "?"}:${line}`;
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
      ...(operation.kind === "const" ? { constant: operation.value } : {}),
    };
  }

  /** The text of a value where its type is known from elsewhere. */
  #text(id: OpId): string {
    const operation = operationOf(this.#context.module, id);
    const value = this.#typedText(id);
    if (operation.kind === "const" && operation.type.width <= 64)
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

  #nameFor(operation: Operation, id: OpId): string {
    const name = this.#names.claim(operation.name === undefined ? "v" : toSnakeCase(operation.name));
    return (this.#uses.get(id) ?? 0) > 0 ? name : `_${name}`;
  }

  /** Gives a value a name, or keeps it as an expression where it is used once. */
  #define(operation: Operation, id: OpId, expression: Expression): void {
    if (operation.type === null) return;
    const once = (this.#uses.get(id) ?? 0) <= 1;
    if (operation.name === undefined && once && expression.text.length <= INLINE_LENGTH) {
      this.#values.set(id, expression);
      return;
    }
    this.#bind(operation, id, expression.text);
  }

  /** Gives a value a name. */
  #bind(operation: Operation, id: OpId, text: string): void {
    if (operation.type === null) return;
    const name = this.#nameFor(operation, id);
    this.#code.line(`let ${name}: ${rustType(operation.type)} = ${text}; ${this.#comment(operation)}`);
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
        else this.#values.set(id, atom(printLiteral(operation.value, operation.type.width, true)));
        return;
      case "cycle":
        this.#define(operation, id, atom("cx.cycle"));
        return;
      case "unary":
        this.#narrow(operation, operation.operand);
        this.#define(operation, id, unaryExpression(operation.operator, this.#operand(operation.operand)));
        return;
      case "binary":
        this.#binary(operation, id);
        return;
      case "cast":
        this.#cast(operation, id);
        return;
      case "slice":
        this.#slice(operation, id);
        return;
      case "concat":
        this.#concat(operation, id);
        return;
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
          this.#index(operation.array, operation.index),
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
          `if ${negate(access.exposedValid(operation.module, operation.slot))} { ${this.#comment(operation)}`,
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
        const used = (this.#uses.get(id) ?? 0) > 0;
        const name = used ? this.#nameFor(operation, id) : undefined;
        access.fifoPop(code, this.#place(operation, id), name, operation.port);
        if (name !== undefined) this.#values.set(id, atom(name));
        return;
      }
      case "extern-call":
        this.#externCall(operation, id);
        return;
      case "array-write": {
        const index = this.#index(operation.array, operation.index);
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
          `if ${this.#negatedCondition(operation.condition)} { ${this.#comment(operation)}`,
          "}",
          () => code.line("return false;"),
        );
        return;
      case "assert":
        code.block(
          `if ${this.#negatedCondition(operation.condition)} { ${this.#comment(operation)}`,
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
      case "if":
        this.#if(operation, id);
        return;
      case "finish":
        throw new Error(`a finish of ${module.name} in ${system.name} is written by its region`);
      default:
        assertNever(operation);
    }
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
    throw new Error(
      `${operation.kind} of more than 64 bits in ${this.#context.module.name}; run the pass legalize-widths first`,
    );
  }

  #binary(operation: Extract<Operation, { kind: "binary" }>, id: OpId): void {
    const { system, module } = this.#context;
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
      this.#define(operation, id, binaryExpression(operator, left, right, type.width));
      return;
    }
    const isWide = left.width > 64;
    if (canFault(system, module, operation)) {
      const zero = isWide
        ? `wide::is_zero(&${right.text})`
        : right.width === 1
          ? `!${operandText(right)}`
          : `${operandText(right)} == 0`;
      this.#code.block(`if ${zero} { ${this.#comment(operation)}`, "}", () =>
        this.#fault(operation, id, operator === "div" ? "Fault::DivisionByZero" : "Fault::RemainderByZero"),
      );
    }
    if (!isWide) {
      this.#define(operation, id, binaryExpression(operator, left, right, type.width));
      return;
    }
    const call = left.signed
      ? `wide::divide_signed(${left.text}, ${right.text}, ${left.width})`
      : `wide::divide_unsigned(${left.text}, ${right.text})`;
    this.#bind(operation, id, `${call}.${operator === "div" ? 0 : 1}`);
  }

  #cast(operation: Extract<Operation, { kind: "cast" }>, id: OpId): void {
    const operand = this.#operand(operation.operand);
    if (operand.width === operation.type.width) {
      this.#define(operation, id, this.#value(operation.operand));
      return;
    }
    this.#narrow(operation, operation.operand);
    this.#define(operation, id, castExpression(operation.operator, operand, operation.type.width));
  }

  #slice(operation: Extract<Operation, { kind: "slice" }>, id: OpId): void {
    const operand = this.#operand(operation.operand);
    const { high, low } = operation;
    if (operand.width <= 64) {
      this.#define(operation, id, sliceExpression(operand, high, low));
      return;
    }
    if (low % 64 !== 0 || high !== Math.min(low + 63, operand.width - 1)) {
      throw new Error(
        `a slice [${high}:${low}] of a wide value in ${this.#context.module.name}; run the pass legalize-widths first`,
      );
    }
    const limb = atom(`${operandText(operand)}[${low / 64}]`);
    const { kind, bits } = containerOf(operation.type.width);
    this.#define(
      operation,
      id,
      kind === "bool" ? { text: `${limb.text} != 0`, binding: "loose" } : convertWord(limb, 64, bits),
    );
  }

  #concat(operation: Extract<Operation, { kind: "concat" }>, id: OpId): void {
    const operands = operation.operands.map((operand) => this.#operand(operand));
    const { width } = operation.type;
    if (width <= 64) {
      this.#define(operation, id, concatExpression(operands, width));
      return;
    }
    if (operands.slice(1).some((operand) => operand.width !== 64) || (operands[0]?.width ?? 0) > 64) {
      throw new Error(
        `a wide concat in ${this.#context.module.name} is not of limbs; run the pass legalize-widths first`,
      );
    }
    const limbs = operands.toReversed().map((operand) => {
      if (operand.constant !== undefined) return printNumber(operand.constant);
      return convertWord(operand, containerOf(operand.width).bits, 64).text;
    });
    this.#define(operation, id, atom(`[${limbs.join(", ")}]`));
  }

  #select1hot(operation: Extract<Operation, { kind: "select1hot" }>, id: OpId): void {
    const name = this.#nameFor(operation, id);
    const selector = this.#operand(operation.selector);
    const code = this.#code;
    code.block(
      `let ${name}: ${rustType(operation.type)} = match ${this.#typedText(operation.selector)} { ${this.#comment(operation)}`,
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

  #index(array: Parameters<typeof arrayOf>[1], index: OpId): IndexOperand {
    const { system, module } = this.#context;
    const operand = this.#operand(index);
    const fits = indexFits(module, index, arrayOf(system, array).size);
    if (operand.constant !== undefined) {
      const beyond = operand.constant >= 1n << 32n;
      return {
        text: beyond ? "usize::MAX" : printNumber(operand.constant),
        wide: printNumber(BigInt.asUintN(64, operand.constant)),
        fits,
      };
    }
    const { kind, bits } = containerOf(operand.width);
    if (kind === "limbs")
      throw new Error(`an index of more than 64 bits in ${module.name}; run the pass legalize-widths first`);
    if (kind === "bool")
      return { text: `usize::from(${operand.text})`, wide: `u64::from(${operand.text})`, fits };
    if (bits === 64) return { text: `bits::index(${operand.text})`, wide: operand.text, fits };
    const word = operandText(operand);
    // The mask changes nothing; it shows the compiler that the index is in range.
    const inRange =
      fits && operand.width !== bits
        ? `(${word} & ${printNumber((1n << BigInt(operand.width)) - 1n)})`
        : word;
    return { text: `${inRange} as usize`, wide: `u64::from(${operand.text})`, fits };
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
      this.#code.line(`let at = ${place.site};`);
      this.#code.line(`cx.log.begin(cx.cycle, ${place.module}, at)${calls.join("")}.end(at);`);
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
    const used = type !== null && (this.#uses.get(id) ?? 0) > 0;
    const arm = (region: Region) => (): void => {
      const ended = this.#region(region);
      if (!ended && used && region.result !== undefined) code.line(this.#text(region.result));
    };
    const name = used ? this.#nameFor(operation, id) : undefined;
    const open = name === undefined || type === null ? "" : `let ${name}: ${rustType(type)} = `;
    if (!used && this.#isEmpty(otherwise)) {
      code.block(`if ${condition} { ${this.#comment(operation)}`, "}", arm(then));
    } else if (!used && this.#isEmpty(then)) {
      code.block(
        `if ${this.#negatedCondition(operation.condition)} { ${this.#comment(operation)}`,
        "}",
        arm(otherwise),
      );
    } else {
      const head = `${open}if ${condition} { ${this.#comment(operation)}`;
      code.twoBlocks(head, arm(then), "} else {", arm(otherwise), used ? "};" : "}");
    }
    if (name !== undefined) this.#values.set(id, atom(name));
  }
}

/** The opposite of a condition that is a path or several of them. */
function negate(condition: string): string {
  return condition.includes(" ") ? `!(${condition})` : `!${condition}`;
}

/** The results of an extern function as one value, the first most significant. */
function joinResults(declaration: ExternDeclaration): string {
  const [only] = declaration.results;
  if (only !== undefined && declaration.results.length === 1) return masked("value", only.type.width);
  const width = declaration.results.reduce((sum, result) => sum + result.type.width, 0);
  if (declaration.results.length === 0) return "value";
  if (width > 64) {
    throw new Error(
      `extern ${declaration.name} has several results of more than 64 bits together, which this target does not support yet`,
    );
  }
  const operands = declaration.results.map((result, index): Operand => ({
    ...atom(masked(`value.${index}`, result.type.width)),
    binding: "loose",
    width: result.type.width,
    signed: false,
  }));
  return concatExpression(operands, width).text;
}

/** What the embedder returned, without bits above the width. */
function masked(text: string, width: number): string {
  const { kind, bits } = containerOf(width);
  if (kind === "word" && bits !== width) return `${text} & ${printNumber((1n << BigInt(width)) - 1n)}`;
  return text;
}
