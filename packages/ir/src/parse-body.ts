/** The second pass of the text reader: the bodies of the modules. */
import { createDiagnostic } from "@assassyn/diagnostics";
import type { Loc, Module, Operation, OpId, Region } from "./ir.js";
import { opId } from "./ir.js";
import { irMessages } from "./messages.js";
import type { ConcurrencyReader } from "./parse-concurrency.js";
import type { Declarations, ModuleHeader } from "./parse-declarations.js";
import type { BareOperation } from "./parse-operation.js";
import { MAX_OPERATION, OperationReader } from "./parse-operation.js";
import type { TextErrors } from "./text-errors.js";
import type { TextScanner } from "./text-scanner.js";
import { TextFailure } from "./text-scanner.js";
import type { Type } from "./types.js";

const PERCENT = 37;
const CLOSE = 125;
/** Readers of the IR recurse over regions. */
const MAX_NESTING = 1000;

/** What an operation has besides its kind's own fields. */
interface Frills {
  readonly loc: Loc;
  readonly name?: string;
  readonly origin?: string;
}

/** A region under construction; `owner` is the `if` whose arm it is. */
interface Frame {
  readonly kind: "body" | "detached" | "then" | "else";
  readonly operations: OpId[];
  result: OpId | undefined;
  readonly start: number;
  readonly owner?: {
    readonly id: OpId;
    readonly condition: OpId;
    readonly type: Type | null;
    readonly frills: Frills;
  };
  readonly then?: Region;
}

const regionOf = (frame: Frame): Region =>
  frame.result === undefined
    ? { operations: frame.operations }
    : { operations: frame.operations, result: frame.result };

/** Reads each module's lines with an explicit stack of open regions. */
export class BodyReader {
  readonly #scanner: TextScanner;
  readonly #errors: TextErrors;
  readonly #declarations: Declarations;
  readonly #concurrency: ConcurrencyReader;
  /** Deleted operations so far: a few characters of hostile text could otherwise ask for any amount of memory. */
  #gaps = 0;

  constructor(
    scanner: TextScanner,
    errors: TextErrors,
    declarations: Declarations,
    concurrency: ConcurrencyReader,
  ) {
    this.#scanner = scanner;
    this.#errors = errors;
    this.#declarations = declarations;
    this.#concurrency = concurrency;
  }

  /** The modules in the order of their declaration. */
  read(): (Module | null)[] {
    const { modules } = this.#declarations;
    const last = modules.findLast((header) => header !== null);
    const result = modules.map((header) =>
      header === null || this.#errors.full ? null : this.#module(header, header === last),
    );
    if (last === undefined && !this.#errors.full) this.#systemEnd();
    return result;
  }

  /** Without a module, the text behind the declarations holds nothing but the brace of the system. */
  #systemEnd(): void {
    const scanner = this.#scanner;
    if (scanner.text.trimEnd().endsWith("}")) return;
    this.#errors.failure(new TextFailure("text-syntax", scanner.text.length, "`}` at the end of the system"));
  }

  #module(header: ModuleHeader, isLast: boolean): Module {
    const scanner = this.#scanner;
    const operations: (Operation | null)[] = [];
    const commits = this.#concurrency.commits(header);
    const reader = new OperationReader(scanner, this.#errors, this.#declarations, this.#concurrency, header);
    const body: Frame = { kind: "body", operations: [], result: undefined, start: header.start };
    const stack: Frame[] = [body];
    scanner.at = header.bodyStart;
    let systemClosed = false;
    for (
      scanner.nextLine();
      scanner.skipEmptyLines() && scanner.at < header.bodyEnd && !this.#errors.full;
      scanner.nextLine()
    ) {
      const frame = stack.at(-1);
      try {
        const code = scanner.peek();
        if (frame === undefined) {
          // Behind the module's own brace only the system's brace follows.
          if (code === PERCENT) scanner.fail("`}` or a declaration: the module is closed already");
          if (isLast && !systemClosed && scanner.eat("}")) systemClosed = true;
          else if (code === CLOSE)
            scanner.fail(isLast ? "the end of the text" : "a declaration: the module is closed already");
          else continue;
        } else if (code === CLOSE) this.#close(stack, frame, operations);
        else if (code === PERCENT) this.#operation(stack, frame, operations, reader);
        else if (scanner.eatWord("yield")) frame.result = reader.value();
        else if (scanner.eatWord("detached")) {
          scanner.need("{");
          stack.push({ kind: "detached", operations: [], result: undefined, start: scanner.at });
        } else continue;
        if (!scanner.atLineEnd()) scanner.fail("the end of the line");
      } catch (error) {
        this.#errors.failure(error);
      }
    }
    const open = stack.at(-1);
    if (open !== undefined && !this.#errors.full) {
      this.#errors.failure(new TextFailure("text-syntax", open.start, "a `}` that closes what starts here"));
    } else if (isLast && !systemClosed && !this.#errors.full) {
      this.#errors.failure(
        new TextFailure("text-syntax", scanner.text.length, "`}` at the end of the system"),
      );
    }
    return {
      kind: header.kind,
      name: header.name,
      source: header.source,
      ports: header.ports,
      exposed: header.exposed,
      ...(commits === undefined ? {} : { commits }),
      operations: this.#arena(operations, header),
      body: regionOf(body),
      loc: header.loc,
    };
  }

  /** Fills the gaps, which are deleted operations. */
  #arena(operations: (Operation | null)[], header: ModuleHeader): (Operation | null)[] {
    const length = Math.max(operations.length, header.arena);
    for (let index = 0; index < length; index += 1) operations[index] ??= null;
    return operations;
  }

  #close(stack: Frame[], frame: Frame, operations: (Operation | null)[]): void {
    const scanner = this.#scanner;
    scanner.need("}");
    stack.pop();
    const { owner } = frame;
    if (owner === undefined) return;
    if (frame.kind === "then" && scanner.eatWord("else")) {
      stack.push({
        kind: "else",
        operations: [],
        result: undefined,
        start: scanner.at,
        owner,
        then: regionOf(frame),
      });
      scanner.need("{");
      return;
    }
    const region = regionOf(frame);
    const then = frame.then ?? region;
    const otherwise = frame.then === undefined ? { operations: [] } : region;
    operations[owner.id] = {
      kind: "if",
      type: owner.type,
      condition: owner.condition,
      then,
      else: otherwise,
      ...owner.frills,
    };
  }

  #operation(stack: Frame[], frame: Frame, operations: (Operation | null)[], reader: OperationReader): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    scanner.at += 1;
    const id = opId(scanner.integer("the number of an operation", MAX_OPERATION));
    this.#gaps += Math.max(0, id - operations.length);
    if (this.#gaps > MAX_OPERATION)
      throw new TextFailure(
        "text-value",
        start,
        "the text leaves out more operations than a design can have",
      );
    if (operations[id] != null) {
      this.#errors.add(
        createDiagnostic(
          irMessages["text-duplicate"],
          { what: `%${id}` },
          this.#errors.span(start, scanner.at),
        ),
      );
    }
    while (operations.length <= id) operations.push(null);
    frame.operations.push(id);
    const head = reader.head();
    if (scanner.eatWord("when")) {
      // The frame is opened even when the line has an error, so that its braces match.
      const placeholder: Frame = {
        kind: "then",
        operations: [],
        result: undefined,
        start,
        owner: { id, condition: opId(0), type: head.type, frills: { loc: { file: 0, line: 1, column: 1 } } },
      };
      if (stack.length > MAX_NESTING)
        throw new TextFailure("text-value", start, `\`when\` is nested more than ${MAX_NESTING} deep`);
      stack.push(placeholder);
      const condition = reader.value();
      const frills = this.#frills(reader, head.name);
      scanner.need("{");
      stack[stack.length - 1] = { ...placeholder, owner: { id, condition, type: head.type, frills } };
      return;
    }
    const bare: BareOperation = reader.operation(head.type, start);
    operations[id] = { ...bare, ...this.#frills(reader, head.name) };
  }

  #frills(reader: OperationReader, name: string | undefined): Frills {
    const loc = this.#scanner.location();
    const origin = reader.origin();
    if (name === undefined) return origin === undefined ? { loc } : { loc, origin };
    return origin === undefined ? { loc, name } : { loc, name, origin };
  }
}
