/** The body of one module, line by line, to operations of the IR. */
import type { OpId } from "@assassyn/ir";
import { arrayId, parseFormat } from "@assassyn/ir";
import type { ValueEntry } from "./design.js";
import { bindOf } from "./design.js";
import type { DumpType, LetStatement, LogStatement, Statement, WriteStatement } from "./dump.js";
import { messages } from "./messages.js";
import type { Binding } from "./operand-lowering.js";
import { Abandon } from "./operand-lowering.js";
import { printOperand } from "./print-dump.js";
import { readPythonString, readRustText } from "./python-string.js";
import { ValueLowering } from "./value-lowering.js";

/** Lowers the body of one module. */
export class BodyLowering extends ValueLowering {
  /** For each open condition, what its names meant before it. */
  readonly #scopes: Map<string, Binding | undefined>[] = [];

  run(): void {
    this.#body(this.module.dump.body);
  }

  // ---------------------------------------------------------------- lines

  #body(body: readonly Statement[]): void {
    for (const statement of body) {
      this.build.loc = this.context.locate(statement);
      try {
        this.#statement(statement);
      } catch (failure) {
        if (!(failure instanceof Abandon)) throw failure;
        if (statement.kind === "let") this.#define(statement.name.text, { kind: "broken" });
      }
    }
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "let":
        return this.#let(statement);
      case "write":
        return this.#write(statement);
      case "push": {
        const { module, port, type } = this.port(statement.target);
        const value = this.adjusted(statement.value, type, "the pushed value");
        this.build.push(this.context.id(module), port, value);
        return;
      }
      case "call": {
        const bind = bindOf(this.module, statement.bind.text);
        if (bind === undefined) return this.unknown("bind", statement.bind);
        const callee = this.moduleNamed(bind.module);
        if (callee.kind !== "stage")
          return this.wrongPlace(
            statement.bind,
            "a call",
            `${callee.name} is a ${callee.kind}, and only stages are called`,
          );
        this.build.call(this.context.id(callee));
        return;
      }
      case "log":
        return this.#log(statement);
      case "if": {
        const condition = this.condition(statement.condition);
        this.build.when(condition, () => {
          this.#scopes.push(new Map());
          this.#body(statement.body);
          for (const [name, before] of this.#scopes.pop() ?? []) {
            if (before === undefined) this.bindings.delete(name);
            else this.bindings.set(name, before);
          }
        });
        return;
      }
      case "effect": {
        const [first] = statement.operands;
        if (statement.effect === "finish") {
          if (first !== undefined) this.wrongPlace(first, "an operand", "`finish` has none");
          this.build.finish();
          return;
        }
        if (first === undefined || statement.operands.length !== 1)
          return this.wrongPlace(statement, `\`${statement.effect}\``, "it has one operand");
        const condition = this.condition(first);
        if (statement.effect === "assert") {
          this.build.assert(condition, printOperand(first));
          return;
        }
        if (this.module.kind === "downstream")
          return this.wrongPlace(statement, "`wait_until`", "a downstream cannot wait");
        this.build.wait(condition);
        return;
      }
    }
  }

  #let(statement: LetStatement): void {
    const { name, value } = statement;
    const binding = this.binding(value, this.#typeOf(statement), name.text);
    this.#define(name.text, binding);
    const entry = this.module.values.get(name.text);
    if (entry !== undefined && entry.exposed && entry.statement === statement) this.#expose(entry, binding);
  }

  #typeOf(statement: LetStatement): DumpType {
    return this.context.design.typeOf(statement);
  }

  #define(name: string, binding: Binding): void {
    const scope = this.#scopes.at(-1);
    if (scope !== undefined && !scope.has(name)) scope.set(name, this.bindings.get(name));
    this.bindings.set(name, binding);
  }

  /** Publishes a value that another module uses. A peek is published only where there is something to see. */
  #expose(entry: ValueEntry, binding: Binding): void {
    const publish = (id: OpId): void => {
      const slotType = this.model.state(entry.type);
      this.context.setSlot(entry, this.build.expose(entry.name, this.model.fit(id, slotType)), slotType);
    };
    if (binding.kind === "value") publish(binding.held.id);
    if (binding.kind !== "peek") return;
    const { port, declared } = binding;
    this.build.when(this.build.fifoValid(this.build.id, port), () =>
      publish(this.build.fifoPeek(this.build.id, port, this.model.state(declared))),
    );
  }

  #write(statement: WriteStatement): void {
    const array = this.context.design.arrays.get(statement.array.text);
    if (array === undefined) return this.unknown("array", statement.array);
    const index = this.model.index(this.operand(statement.index));
    const value = this.adjusted(statement.value, array.dump.type, "the written value");
    this.build.write(arrayId(array.index), index, value);
  }

  #log(statement: LogStatement): void {
    const invalid = (reason: string): never =>
      this.fail(() => this.context.problems.report(messages["invalid-format"], { reason }, statement.format));
    const python = readPythonString(statement.format.text);
    const text = python.kind === "error" ? python : readRustText(python.text);
    if (text.kind === "error")
      return this.fail(() =>
        this.context.problems.report(messages["invalid-string"], { reason: text.reason }, statement.format),
      );
    const parsed = parseFormat(text.text);
    if (parsed.kind === "error") return invalid(parsed.reason);
    const used = new Set(parsed.pieces.flatMap((piece) => (piece.kind === "argument" ? [piece.index] : [])));
    const count = statement.arguments.length;
    if (used.size !== count || parsed.argumentCount !== count)
      return invalid(`it takes ${parsed.argumentCount} arguments, and ${count} are given`);
    const values = statement.arguments.map((operand) => this.model.logged(this.operand(operand)));
    this.build.append({
      kind: "log",
      pieces: parsed.pieces,
      arguments: values,
      type: null,
      loc: this.build.loc,
    });
  }
}
