import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import type { FrontendHost, ImportResult, MemoryResult } from "@assassyn/frontend";
import { STANDARD_PREFIX, standardLibrary } from "@assassyn/std";
import { parse } from "@assassyn/syntax";
import type { SourceUnit } from "@assassyn/syntax";
import type { CompilerHost } from "./host.js";

/** The sources of one compilation: reads each file once, parses it once, and knows the standard library. */
export class SourceSession implements FrontendHost {
  readonly #host: CompilerHost;
  readonly #files: SourceFile[] = [];
  readonly #units = new Map<string, SourceUnit>();
  readonly #diagnostics: Diagnostic[] = [];
  /** Indices of files of the standard library: a file of the user may have the same path. */
  readonly #standard = new Set<number>();

  constructor(host: CompilerHost) {
    this.#host = host;
  }

  get files(): readonly SourceFile[] {
    return this.#files;
  }

  /** What the parser reported, file after file. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Adds a source without parsing it; returns its index. */
  addFile(file: SourceFile): number {
    this.#files.push(file);
    return this.#files.length - 1;
  }

  /** Parses the design itself. */
  parseEntry(file: SourceFile): SourceUnit {
    return this.#parse(`user:${file.path}`, file);
  }

  resolveImport(path: string, from: number): ImportResult {
    const standard = this.#standardPath(path, from);
    if (standard !== undefined) {
      const text = standardLibrary.get(standard);
      if (text !== undefined) {
        const index = this.#files.length;
        const unit = this.#parse(`standard:${standard}`, { path: standard, text });
        if (this.#files.length > index) this.#standard.add(index);
        return { kind: "unit", unit };
      }
      const files = [...standardLibrary.keys()].join(", ");
      return {
        kind: "error",
        reason: `the standard library has ${files === "" ? "no files" : `only ${files}`}`,
      };
    }
    const result = this.#host.readSource(path, this.#files[from]?.path);
    if (result.kind === "error") return result;
    return {
      kind: "unit",
      unit: this.#parse(`user:${result.path}`, { path: result.path, text: result.text }),
    };
  }

  #parse(key: string, file: SourceFile): SourceUnit {
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const { unit, diagnostics } = parse(file.text, this.addFile(file));
    this.#units.set(key, unit);
    this.#diagnostics.push(...diagnostics);
    return unit;
  }

  /** The path within the standard library that an import means: `std/…` from anywhere, or a sibling from within it. */
  #standardPath(path: string, from: number): string | undefined {
    if (path.startsWith(STANDARD_PREFIX)) return path;
    return this.#standard.has(from) && !path.includes("/") ? STANDARD_PREFIX + path : undefined;
  }

  readMemory(path: string, from: number): MemoryResult {
    return this.#host.readMemory(path, this.#files[from]?.path ?? "");
  }
}
