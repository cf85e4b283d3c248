import { parseSync } from "oxc-parser";

/** One module that a source file names, and the line (from 1) it stands on. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
}

/**
 * Every module that a TypeScript or JavaScript text names: imports, re-exports, dynamic imports with a literal,
 * and `import("…")` types. Type-only imports count, since they bind packages together as well.
 *
 * @throws {Error} if the text does not parse
 * @example
 * scanImports("a.ts", 'export { b } from "./b.js";'); // [{ specifier: "./b.js", line: 1 }]
 */
export function scanImports(file: string, text: string): ImportSite[] {
  const { module, program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);
  const sites: { specifier: string; offset: number }[] = [];
  for (const { moduleRequest } of module.staticImports) {
    sites.push({ specifier: moduleRequest.value, offset: moduleRequest.start });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest) sites.push({ specifier: moduleRequest.value, offset: moduleRequest.start });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(["'`])([^"'`$]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal?.[2] !== undefined) sites.push({ specifier: literal[2], offset: moduleRequest.start });
  }
  collectImportTypes(program, sites);
  const unique = new Map(sites.map((site) => [`${site.offset}`, site]));
  return [...unique.values()]
    .sort((a, b) => a.offset - b.offset)
    .map(({ specifier, offset }) => ({ specifier, line: text.slice(0, offset).split("\n").length }));
}

/** Finds `import("…")` in type position, which the parser's module record leaves out. */
function collectImportTypes(node: unknown, sites: { specifier: string; offset: number }[]): void {
  if (typeof node !== "object" || node === null) return;
  if (
    "type" in node &&
    node.type === "TSImportType" &&
    "source" in node &&
    typeof node.source === "object" &&
    node.source !== null &&
    "value" in node.source &&
    typeof node.source.value === "string" &&
    "start" in node.source &&
    typeof node.source.start === "number"
  ) {
    sites.push({ specifier: node.source.value, offset: node.source.start });
  }
  for (const child of Object.values(node)) collectImportTypes(child, sites);
}
