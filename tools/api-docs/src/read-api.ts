/** Reads the public surface of packages out of their emitted declarations. */
import path from "node:path";
import type { WorkspacePackage } from "@assassyn/workspace/public-packages";
import ts from "typescript";

/** One name that a package declares. */
export interface ApiItem {
  readonly name: string;
  /** Its declarations as TypeScript, without comments; a function may have several. */
  readonly text: string;
  /** Its doc comment without tags; empty if it has none. */
  readonly documentation: string;
  /** Where it is declared, relative to the root. */
  readonly file: string;
}

/** What one entry of a package exports, by name. */
export interface ApiEntry {
  /** What an import names, such as `@assassyn/ir/random`. */
  readonly specifier: string;
  readonly items: readonly ApiItem[];
  /** Names that come from other packages, by package. */
  readonly reexports: ReadonlyMap<string, readonly string[]>;
}

/** The public surface of a package. */
export interface PackageApi {
  readonly name: string;
  readonly entries: readonly ApiEntry[];
  /** What no entry exports, but the exported declarations mention: users see it in types. */
  readonly mentioned: readonly ApiItem[];
}

/**
 * Reads the surface of all packages at once; they must have been built.
 *
 * @param root the folder of the workspace, absolute
 * @throws Error if an entry was not built
 */
export function readApi(root: string, packages: readonly WorkspacePackage[]): PackageApi[] {
  const entries = new Map(packages.map((one) => [one, entriesOf(root, one, "types")]));
  const names = new Map(packages.map(({ folder, manifest }) => [folder, manifest.name]));
  const program = ts.createProgram({
    rootNames: [...entries.values()].flatMap((files) => [...files.values()]),
    options: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      noEmit: true,
      types: ["node"],
    },
  });
  return packages.map((one) => new Reader(root, one, names, program).read(entries.get(one) ?? new Map()));
}

/**
 * The file of each entry, absolute, by what an import names.
 *
 * @param condition of `exports`: `types` for the declarations that were built, `@assassyn/source` for the sources
 */
export function entriesOf(
  root: string,
  { folder, manifest }: WorkspacePackage,
  condition: "types" | "@assassyn/source",
): Map<string, string> {
  const files = new Map<string, string>();
  for (const [subpath, conditions] of Object.entries(manifest.exports ?? {})) {
    const file = typeof conditions === "string" ? undefined : conditions[condition];
    if (file !== undefined) {
      files.set(path.posix.join(manifest.name, subpath), path.join(root, folder, file));
    }
  }
  return files;
}

class Reader {
  readonly #root: string;
  readonly #package: WorkspacePackage;
  /** Names of the packages by folder. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #printer = ts.createPrinter({ removeComments: true });

  constructor(root: string, one: WorkspacePackage, names: ReadonlyMap<string, string>, program: ts.Program) {
    this.#root = root;
    this.#package = one;
    this.#names = names;
    this.#program = program;
    this.#checker = program.getTypeChecker();
  }

  read(files: ReadonlyMap<string, string>): PackageApi {
    const exported = new Set<ts.Symbol>();
    const entries = [...files].map(([specifier, file]) => this.#readEntry(specifier, file, exported));
    const mentioned = new Set<ts.Symbol>();
    for (const symbol of exported) this.#collectMentioned(symbol, exported, mentioned);
    for (const symbol of mentioned) this.#collectMentioned(symbol, exported, mentioned);
    return {
      name: this.#package.manifest.name,
      entries,
      mentioned: [...mentioned].map((symbol) => this.#describe(symbol.name, symbol)).toSorted(byName),
    };
  }

  /** Reads one entry and adds what it declares to `exported`. */
  #readEntry(specifier: string, file: string, exported: Set<ts.Symbol>): ApiEntry {
    const source = this.#program.getSourceFile(file);
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} does not exist or exports nothing; build first`);
    const items: ApiItem[] = [];
    const reexports = new Map<string, string[]>();
    for (const symbol of this.#checker.getExportsOfModule(module)) {
      const target = this.#resolve(symbol);
      const owner = this.#ownerOf(target);
      if (owner === this.#package.manifest.name) {
        exported.add(target);
        items.push(this.#describe(symbol.name, target));
      } else {
        const names = reexports.get(owner) ?? [];
        reexports.set(owner, [...names, symbol.name].toSorted());
      }
    }
    return { specifier, items: items.toSorted(byName), reexports };
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The name of the package that declares a symbol, or its file if that is in no package of ours. */
  #ownerOf(symbol: ts.Symbol): string {
    const file = this.#fileOf(symbol);
    return this.#names.get(file.split("/").slice(0, 2).join("/")) ?? file;
  }

  /** Where a symbol is declared, relative to the root, with `/`. */
  #fileOf(symbol: ts.Symbol): string {
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    return path.relative(this.#root, file).replaceAll(path.sep, "/");
  }

  #describe(name: string, symbol: ts.Symbol): ApiItem {
    const declarations = symbol.declarations ?? [];
    const printed = declarations.map((declaration) => {
      // The statement has the keywords, and the doc comment: `export declare const`.
      const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      return this.#printer.printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile());
    });
    const alias = name === symbol.name ? "" : `export { ${symbol.name} as ${name} };\n`;
    return {
      name,
      text: alias + printed.join("\n"),
      documentation: ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)).trim(),
      file: this.#fileOf(symbol),
    };
  }

  /** Adds to `mentioned` what the declarations of a symbol refer to in this package without being exported. */
  #collectMentioned(symbol: ts.Symbol, exported: ReadonlySet<ts.Symbol>, mentioned: Set<ts.Symbol>): void {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const found = this.#checker.getSymbolAtLocation(node);
        const target = found && this.#resolve(found);
        if (target !== undefined && !exported.has(target) && this.#isOwnTopLevel(target))
          mentioned.add(target);
      }
      ts.forEachChild(node, visit);
    };
    for (const declaration of symbol.declarations ?? []) visit(declaration);
  }

  #isOwnTopLevel(symbol: ts.Symbol): boolean {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || this.#ownerOf(symbol) !== this.#package.manifest.name) return false;
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return ts.isSourceFile(statement.parent);
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
