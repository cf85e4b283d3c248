import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { scanImports } from "./scan-imports.js";

/** What packages with one `scope:` tag may import. */
export interface ScopeRule {
  /** Scopes; `*` is any. What those may import is allowed as well, unless `onlyThese`. */
  readonly imports: readonly string[];
  readonly onlyThese?: boolean;
}

/** The form of import-rules.json. */
export interface ImportRules {
  readonly scopes: Readonly<Record<string, ScopeRule>>;
  /** Scopes that may use Node's own modules; all others run in browsers too. */
  readonly nodeBuiltins: readonly string[];
  /** npm packages that only the listed scopes may import. */
  readonly ownedDependencies: Readonly<Record<string, readonly string[]>>;
}

/** One package of the workspace, as far as the rules care. */
interface WorkspacePackage {
  readonly name: string;
  /** Relative to the root, with `/`. */
  readonly folder: string;
  readonly scope: string | undefined;
  /** What users of the package get with it: dependencies, peers, optional ones. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Folders of the tsconfig's references, relative to the root; `undefined` without a tsconfig. */
  readonly references: ReadonlySet<string> | undefined;
}

/**
 * Holds every package under `root` against the rules: the imports of its `src` against its tag's rule and its
 * package.json, its tsconfig references against its package.json, the root tsconfig against the packages.
 *
 * Tests may import any package of the workspace, but by its name, never by a path into it.
 *
 * @returns one line for each violation, `file:line: what is wrong and which rule says so`; none is good
 */
export function checkImportRules(root: string, rules: ImportRules): string[] {
  const packages = readPackages(root);
  const byName = new Map(packages.map((one) => [one.name, one]));
  return [
    ...packages.flatMap((one) => [
      ...checkTag(one, rules),
      ...checkReferences(one, byName),
      ...listSources(root, one.folder).flatMap((file) => checkFile(root, one, file, byName, rules)),
    ]),
    ...checkRootReferences(root, packages),
  ];
}

/**
 * Every scope that packages of `scope` may import, itself included.
 *
 * @example
 * allowedScopes("emit-rust", rules); // emit-rust, emit-core and what emit-core may import
 */
export function allowedScopes(scope: string, rules: ImportRules): Set<string> {
  const allowed = new Set([scope]);
  const visit = (name: string): void => {
    for (const next of rules.scopes[name]?.imports ?? []) {
      if (next === "*") Object.keys(rules.scopes).forEach((any) => allowed.add(any));
      if (next === "*" || allowed.has(next)) continue;
      allowed.add(next);
      if (rules.scopes[scope]?.onlyThese !== true) visit(next);
    }
  };
  visit(scope);
  return allowed;
}

function checkTag({ folder, scope }: WorkspacePackage, rules: ImportRules): string[] {
  const file = `${folder}/package.json`;
  if (scope === undefined) return [`${file}:1: nx.tags needs one "scope:<name>" tag`];
  if (rules.scopes[scope] === undefined) {
    return [`${file}:1: tag "scope:${scope}" has no rule in tools/workspace/import-rules.json`];
  }
  return [];
}

function checkFile(
  root: string,
  importer: WorkspacePackage,
  file: string,
  byName: ReadonlyMap<string, WorkspacePackage>,
  rules: ImportRules,
): string[] {
  return scanImports(file, readFileSync(path.join(root, file), "utf8")).flatMap(({ specifier, line }) => {
    const problem = specifier.startsWith(".")
      ? checkRelativeImport(importer, file, specifier)
      : checkPackageImport(importer, isTest(file), specifier, byName, rules);
    return problem === undefined ? [] : [`${file}:${line}: ${problem}`];
  });
}

function checkRelativeImport(
  importer: WorkspacePackage,
  file: string,
  specifier: string,
): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (target.startsWith(`${importer.folder}/`)) return undefined;
  // Tests are not published: they may share designs with the tests of another package, and run the examples.
  if (isTest(file) && (isTest(target) || target.startsWith("examples/"))) return undefined;
  return `"${specifier}" leaves ${importer.folder}; other packages are imported by name`;
}

function checkPackageImport(
  importer: WorkspacePackage,
  fromTest: boolean,
  specifier: string,
  byName: ReadonlyMap<string, WorkspacePackage>,
  rules: ImportRules,
): string | undefined {
  const { name: importerName, scope = "" } = importer;
  if (isBuiltin(specifier)) {
    if (fromTest || rules.nodeBuiltins.includes(scope)) return undefined;
    return `${importerName} may not import "${specifier}": scope:${scope} runs without Node (rule "nodeBuiltins")`;
  }
  const name = packageName(specifier);
  if (name === importerName) {
    return `${importerName} imports itself by name; within a package imports are relative`;
  }
  const target = byName.get(name);
  const owners = rules.ownedDependencies[name];
  if (owners !== undefined && !owners.includes(scope)) {
    return `${importerName} may not import "${name}": only ${listScopes(owners)} may (rule "ownedDependencies")`;
  }
  if (target === undefined) {
    if (fromTest || importer.dependencies.has(name)) return undefined;
    return `${importerName} imports "${name}", which its package.json does not list under dependencies`;
  }
  if (fromTest) return undefined;
  const rule = rules.scopes[scope];
  if (rule !== undefined && !allowedScopes(scope, rules).has(target.scope ?? "")) {
    return (
      `${importerName} may not import "${name}": scope:${scope} may import ${listScopes(rule.imports)}` +
      `${rule.onlyThese === true ? " and nothing else" : ""}, not scope:${target.scope ?? "?"} (rule "scopes")`
    );
  }
  if (!importer.dependencies.has(name)) {
    return `${importerName} imports "${name}", which its package.json does not list under dependencies`;
  }
  return undefined;
}

/** The build needs a reference for each workspace dependency, and no other: both ways round. */
function checkReferences(
  { folder, dependencies, devDependencies, references }: WorkspacePackage,
  byName: ReadonlyMap<string, WorkspacePackage>,
): string[] {
  const cycles = [...devDependencies]
    .filter((name) => byName.has(name))
    .map(
      (name) =>
        `${folder}/package.json:1: "${name}" under devDependencies would close a cycle in the build order; tests import workspace packages without listing them`,
    );
  if (references === undefined) return cycles;
  const expected = new Set([...dependencies].flatMap((name) => byName.get(name)?.folder ?? []));
  const file = `${folder}/tsconfig.json:1`;
  return [
    ...cycles,
    ...[...expected]
      .filter((target) => !references.has(target))
      .map((target) => `${file}: no reference to ${target}, which package.json depends on`),
    ...[...references]
      .filter((target) => !expected.has(target))
      .map((target) => `${file}: reference to ${target}, which package.json does not depend on`),
  ];
}

/** `tsc -b` at the root must reach every package that has a tsconfig. */
function checkRootReferences(root: string, packages: readonly WorkspacePackage[]): string[] {
  const references = readReferences(root, ".") ?? new Set();
  return packages
    .filter((one) => one.references !== undefined && !references.has(one.folder))
    .map((one) => `tsconfig.json:1: no reference to ${one.folder}`);
}

/** `a/b/c` → `a`, `@a/b/c` → `@a/b`. */
function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function listScopes(scopes: readonly string[]): string {
  return scopes.length === 0 ? "nothing" : scopes.map((scope) => `scope:${scope}`).join(", ");
}

function isTest(file: string): boolean {
  return /\.test\.[cm]?tsx?$/.test(file) || /^[^/]+\/[^/]+\/test\//.test(file);
}

/** The sources of a package, sorted: everything TypeScript under `src` and `test`. */
function listSources(root: string, folder: string): string[] {
  return ["src", "test"]
    .flatMap((part) => listFiles(root, `${folder}/${part}`))
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .sort();
}

function listFiles(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const child = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : listFiles(root, child);
    return [child];
  });
}

/** All packages in the folders that the root package.json's `workspaces` names, sorted by folder. */
function readPackages(root: string): WorkspacePackage[] {
  const { workspaces = [] } = readJson<Manifest>(path.join(root, "package.json"));
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith("/*")) return [pattern];
      const parent = pattern.slice(0, -2);
      if (!existsSync(path.join(root, parent))) return [];
      return readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`);
    })
    .filter((folder) => existsSync(path.join(root, folder, "package.json")))
    .sort()
    .map((folder) => readPackage(root, folder));
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readPackage(root: string, folder: string): WorkspacePackage {
  const manifest = readJson<Manifest>(path.join(root, folder, "package.json"));
  const scopes = (manifest.nx?.tags ?? []).filter((tag) => tag.startsWith("scope:"));
  return {
    name: manifest.name ?? folder,
    folder,
    scope: scopes.length === 1 ? scopes[0]?.slice("scope:".length) : undefined,
    dependencies: new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
    ]),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
    references: readReferences(root, folder),
  };
}

function readReferences(root: string, folder: string): Set<string> | undefined {
  const file = path.join(root, folder, "tsconfig.json");
  if (!existsSync(file)) return undefined;
  const { references = [] } = readJson<{ readonly references?: readonly { readonly path: string }[] }>(file);
  return new Set(references.map((reference) => path.posix.join(folder, reference.path)));
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, "utf8"));
}
