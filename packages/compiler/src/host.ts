/** What {@link compile} asks of its surroundings; it touches no file itself. */
export interface CompilerHost {
  /**
   * The text of a source.
   *
   * @param path as the entry or an `import` names it; never one of the standard library
   * @param from the path of the importing source as this host gave it; undefined for the entry
   */
  readSource(path: string, from: string | undefined): SourceResult;
  /**
   * The text of a memory file (`file("prog.hex")`).
   *
   * @param from the path of the source that names it
   */
  readMemory(path: string, from: string): MemoryResult;
}

/**
 * A source: `path` identifies it (two imports that give one path are one file) and is what messages show.
 * Or the reason why there is none, as the end of a sentence: `no such file`.
 */
export type SourceResult =
  | { readonly kind: "source"; readonly path: string; readonly text: string }
  | { readonly kind: "error"; readonly reason: string };

/** The text of a memory file, or why there is none. */
export type MemoryResult =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

/**
 * A host on texts in memory: tests, playgrounds, editors. Paths are resolved like URLs: `../lib/a.asyn` from `src/b.asyn` is `lib/a.asyn`.
 *
 * @example createMemoryHost({ "main.asyn": "system empty {}" })
 */
export function createMemoryHost(files: Readonly<Record<string, string>>): CompilerHost {
  const read = (path: string, from: string | undefined): { path: string; text: string } | undefined => {
    const resolved = resolvePath(path, from);
    const text = Object.hasOwn(files, resolved) ? files[resolved] : undefined;
    return text === undefined ? undefined : { path: resolved, text };
  };
  const missing = { kind: "error", reason: "no such file" } as const;
  return {
    readSource(path, from) {
      const found = read(path, from);
      return found === undefined ? missing : { kind: "source", ...found };
    },
    readMemory(path, from) {
      const found = read(path, from);
      return found === undefined ? missing : { kind: "text", text: found.text };
    },
  };
}

/**
 * Resolves the path of an import against the source that holds it; `..` above the top stays.
 *
 * @example resolvePath("../lib/a.asyn", "src/b.asyn") // "lib/a.asyn"
 */
export function resolvePath(path: string, from: string | undefined): string {
  if (path.startsWith("/")) return path;
  const parts = from === undefined ? [] : from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    const last = parts.at(-1);
    if (part === "." || part === "") continue;
    if (part === ".." && last !== undefined && last !== ".." && last !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
