import { ByteWriter } from "./byte-writer.js";
import type { Signature } from "./function-builder.js";
import { FunctionBuilder } from "./function-builder.js";
import type { ValueType } from "./opcodes.js";

const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;
const GLOBAL_KIND = 3;
/** Limits of a memory that has a maximum and is shared between threads. */
const SHARED_LIMITS = 3;
/** A global that never changes. */
const IMMUTABLE = 0;
/** Pages of the largest memory. */
export const MAX_PAGES = 65_536;
const PASSIVE_SEGMENT = 1;

/** Numbers of the sections, in the order the format wants. */
const section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  export: 7,
  start: 8,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** A handle of a function, its index in the module's index space. */
export type FunctionIndex = number;

/**
 * A WebAssembly module under construction. Imports come first, then each function is declared (which fixes its index, so that calls can
 * be emitted before the callee's body) and filled in any order.
 */
export class WasmModuleBuilder {
  readonly #types: Signature[] = [];
  readonly #typeKeys = new Map<string, number>();
  readonly #imports: { readonly name: string; readonly type: number }[] = [];
  readonly #functions: { readonly type: number; readonly body: FunctionBuilder }[] = [];
  readonly #exports: { readonly name: string; readonly index: FunctionIndex }[] = [];
  readonly #segments: Uint8Array[] = [];
  readonly #custom: { readonly name: string; readonly content: Uint8Array }[] = [];
  readonly #globals: { readonly name: string; readonly type: ValueType }[] = [];
  #start: FunctionIndex | undefined;

  /** @param relocatable see {@link FunctionBuilder} */
  constructor(private readonly relocatable = false) {}

  /** Declares an import `env.name`, a number that never changes. */
  importGlobal(name: string, type: ValueType): number {
    this.#globals.push({ name, type });
    return this.#globals.length - 1;
  }

  /** Declares an import `env.name`. @throws Error once a function was declared. */
  importFunction(name: string, signature: Signature): FunctionIndex {
    if (this.#functions.length > 0) throw new Error("imports come before functions");
    this.#imports.push({ name, type: this.#typeOf(signature) });
    return this.#imports.length - 1;
  }

  /** Declares a function; its body is filled through the builder. */
  function(signature: Signature): { readonly index: FunctionIndex; readonly body: FunctionBuilder } {
    const body = new FunctionBuilder(signature, this.relocatable);
    this.#functions.push({ type: this.#typeOf(signature), body });
    return { index: this.#imports.length + this.#functions.length - 1, body };
  }

  export(name: string, index: FunctionIndex): void {
    this.#exports.push({ name, index });
  }

  /** The function that runs when the module is instantiated. */
  start(index: FunctionIndex): void {
    this.#start = index;
  }

  /** Adds a passive data segment and returns its index for `memory.init`. */
  segment(content: Uint8Array): number {
    this.#segments.push(content);
    return this.#segments.length - 1;
  }

  /** Adds a custom section. */
  custom(name: string, content: Uint8Array): void {
    this.#custom.push({ name, content });
  }

  /** The binary, with one memory of at least `pages` pages of 64 KiB: its own, exported as `memory`, or a shared one, imported as `env.memory`. */
  encode(pages: number, memory: "own" | "shared" = "own"): Uint8Array {
    const out = new ByteWriter(4096);
    out.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    writeVector(out, section.type, this.#types, (writer, signature) => {
      writer.byte(FUNCTION_TYPE);
      writer.unsigned(signature.parameters.length);
      for (const parameter of signature.parameters) writer.byte(parameter);
      writer.unsigned(signature.result === undefined ? 0 : 1);
      if (signature.result !== undefined) writer.byte(signature.result);
    });
    const imports: { readonly name: string; readonly write: (writer: ByteWriter) => void }[] = [
      ...this.#imports.map(({ name, type }) => ({
        name,
        write: (writer: ByteWriter) => {
          writer.byte(FUNCTION_KIND);
          writer.unsigned(type);
        },
      })),
      ...this.#globals.map(({ name, type }) => ({
        name,
        write: (writer: ByteWriter) => {
          writer.byte(GLOBAL_KIND);
          writer.byte(type);
          writer.byte(IMMUTABLE);
        },
      })),
    ];
    if (memory === "shared") {
      imports.push({
        name: "memory",
        write: (writer) => {
          writer.byte(MEMORY_KIND);
          writer.byte(SHARED_LIMITS);
          writer.unsigned(pages);
          writer.unsigned(MAX_PAGES);
        },
      });
    }
    writeVector(out, section.import, imports, (writer, { name, write }) => {
      writer.name("env");
      writer.name(name);
      write(writer);
    });
    writeVector(out, section.function, this.#functions, (writer, { type }) => writer.unsigned(type));
    writeVector(out, section.memory, memory === "own" ? [pages] : [], (writer, initial) => {
      writer.byte(0);
      writer.unsigned(initial);
    });
    const exports = [
      ...(memory === "own" ? [{ name: "memory", kind: MEMORY_KIND, index: 0 }] : []),
      ...this.#exports.map(({ name, index }) => ({ name, kind: FUNCTION_KIND, index })),
    ];
    writeVector(out, section.export, exports, (writer, { name, kind, index }) => {
      writer.name(name);
      writer.byte(kind);
      writer.unsigned(index);
    });
    if (this.#start !== undefined) {
      const content = new ByteWriter(8);
      content.unsigned(this.#start);
      writeSection(out, section.start, content);
    }
    const count = new ByteWriter(8);
    count.unsigned(this.#segments.length);
    writeSection(out, section.dataCount, count);
    writeVector(out, section.code, this.#functions, (writer, { body }) => body.encodeTo(writer));
    writeVector(out, section.data, this.#segments, (writer, content) => {
      writer.byte(PASSIVE_SEGMENT);
      writer.unsigned(content.length);
      writer.bytes(content);
    });
    for (const { name, content } of this.#custom) {
      const writer = new ByteWriter(content.length + 64);
      writer.name(name);
      writer.bytes(content);
      writeSection(out, section.custom, writer);
    }
    return out.finish().slice();
  }

  #typeOf(signature: Signature): number {
    const key = `${signature.parameters.join()}>${signature.result ?? ""}`;
    let index = this.#typeKeys.get(key);
    if (index === undefined) {
      index = this.#types.length;
      this.#types.push(signature);
      this.#typeKeys.set(key, index);
    }
    return index;
  }
}

function writeSection(out: ByteWriter, id: number, content: ByteWriter): void {
  out.byte(id);
  out.unsigned(content.length);
  out.append(content);
}

function writeVector<Item>(
  out: ByteWriter,
  id: number,
  items: readonly Item[],
  write: (writer: ByteWriter, item: Item) => void,
): void {
  if (items.length === 0) return;
  const content = new ByteWriter(1024);
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  writeSection(out, id, content);
}
