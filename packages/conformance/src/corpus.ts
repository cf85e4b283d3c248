/** The designs of a corpus: dump, metadata, types, log, panic message, in one folder under one name. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { standardDram } from "@assassyn/compiler";
import type { ImportResult, ImportSemantics, ReadMemory } from "@assassyn/import-upstream";
import { importDesign } from "@assassyn/import-upstream";

/** Type, bits, and whether another module uses it. */
export type ExpectedType = readonly [string, number, boolean];

/** One run of a design. */
export interface CorpusDesign {
  /** `folder/name`. */
  readonly name: string;
  readonly folder: string;
  readonly dumpPath: string;
  readonly metadataPath: string;
  readonly dump: string;
  readonly metadata: string;
  /** Module, value, type; undefined where the corpus has none. */
  readonly types: Readonly<Record<string, Readonly<Record<string, ExpectedType>>>> | undefined;
  readonly golden: Golden | undefined;
  /** Canonical orders. */
  readonly stages: readonly string[];
  readonly downstreams: readonly string[];
}

/** What the original printed. */
export interface Golden {
  /** The lines that are kept, without what a panic left dangling. */
  readonly lines: readonly string[];
  /** Only the first lines are kept. */
  readonly truncated: boolean;
  /** Of all lines, each with its line end; undefined where it is not known, or a dangling prefix is part of it. */
  readonly sha256: string | undefined;
  readonly lineCount: number;
  /** It ended in a panic. */
  readonly panics: boolean;
}

interface RunRecord {
  readonly dump?: string;
  readonly modules: readonly string[];
  readonly topo_downstreams: readonly string[];
  readonly exit_code?: number;
  readonly log_lines?: number;
  readonly log_truncated?: boolean;
  readonly norm_sha256?: string;
}

// Marked helper: the corpus is reference data whose shape its README gives.
// oxlint-disable-next-line typescript/consistent-type-assertions
const parseJson = <Shape>(text: string): Shape => JSON.parse(text) as Shape;

const PREFIX_ALONE = /^Cycle @\d+\.\d\d: \[[^\]]*\]\t$/;

/**
 * Every design below a folder, by name.
 *
 * @param filter part of the names wanted; undefined for all
 * @throws Error if there is no such folder
 */
export function readCorpus(root: string, filter?: string): CorpusDesign[] {
  const designs: CorpusDesign[] = [];
  for (const folder of readdirSync(root).toSorted()) {
    const absolute = path.join(root, folder);
    if (!statSync(absolute).isDirectory()) continue;
    for (const file of readdirSync(absolute).toSorted()) {
      if (!file.endsWith(".json") || file.endsWith(".types.json")) continue;
      const name = `${folder}/${file.slice(0, -".json".length)}`;
      if (filter === undefined || name.includes(filter)) designs.push(readDesign(root, name));
    }
  }
  return designs;
}

function readDesign(root: string, name: string): CorpusDesign {
  const base = path.join(root, name);
  const folder = path.dirname(base);
  const metadata = readFileSync(`${base}.json`, "utf8");
  const record = parseJson<RunRecord>(metadata);
  const dumpFile = record.dump ?? `${path.basename(base)}.ir`;
  const typesFile = path.join(folder, dumpFile.replace(/\.ir$/, ".types.json"));
  return {
    name,
    folder,
    dumpPath: dumpFile,
    metadataPath: `${path.basename(base)}.json`,
    dump: readFileSync(path.join(folder, dumpFile), "utf8"),
    metadata,
    types: existsSync(typesFile) ? parseJson(readFileSync(typesFile, "utf8")) : undefined,
    golden: readGolden(base, record),
    stages: record.modules,
    downstreams: record.topo_downstreams,
  };
}

/** Undefined where the original could not run the design: no log, or a panic before anything ran. */
function readGolden(base: string, record: RunRecord): Golden | undefined {
  if (!existsSync(`${base}.log`)) return undefined;
  const fault = existsSync(`${base}.fault`) ? readFileSync(`${base}.fault`, "utf8") : "";
  if (fault.startsWith("Failed to create MemoryInterface")) return undefined;
  const lines = readFileSync(`${base}.log`, "utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const panics = (record.exit_code ?? 0) !== 0;
  const truncated = record.log_truncated ?? false;
  const lineCount = record.log_lines ?? lines.length;
  // The prefix of a log is printed before its arguments are evaluated; where that panics, it stands alone without a line end.
  const dangling =
    panics && !truncated && lines.length === lineCount + 1 && PREFIX_ALONE.test(lines.at(-1) ?? "");
  if (dangling) lines.pop();
  return { lines, truncated, sha256: dangling ? undefined : record.norm_sha256, lineCount, panics };
}

/** Imports a design of the corpus. */
export function importCorpusDesign(design: CorpusDesign, semantics: ImportSemantics): ImportResult {
  const readMemory: ReadMemory = (file) => {
    const absolute = path.join(design.folder, file);
    return existsSync(absolute)
      ? { kind: "text", text: readFileSync(absolute, "utf8") }
      : { kind: "error", reason: "no such file" };
  };
  const imported = (metadata: string): ImportResult =>
    importDesign({
      dump: { path: design.dumpPath, text: design.dump },
      metadata: { path: design.metadataPath, text: metadata },
      readMemory,
      semantics,
      dramLibrary: standardDram,
    });
  const first = imported(design.metadata);
  const externals = externalsOf(design, first);
  return externals === undefined ? first : imported(withExternals(design.metadata, externals));
}

/** Outputs of external modules, type by name. */
type Externals = Record<string, { readonly outputs: Record<string, string> }>;

/**
 * The corpus is older than the member `externals` that the exporter writes into the metadata. What it would say follows from the types
 * that the front end gave to the values that read the outputs.
 */
function externalsOf({ types }: CorpusDesign, { design, metadata }: ImportResult): Externals | undefined {
  if (design === undefined || (metadata?.externals.size ?? 0) > 0) return undefined;
  const externals: Externals = {};
  for (const module of design.modules) {
    for (const { name, statement } of module.values.values()) {
      const { value } = statement;
      if (value.kind !== "external-output") continue;
      const instance = module.values.get(value.instance.text) ?? module.foreign.get(value.instance.text);
      const definition = instance?.statement.value;
      const type = types?.[module.name]?.[name]?.[0];
      if (definition?.kind !== "external" || type === undefined) continue;
      externals[definition.module.text] ??= { outputs: {} };
      Object.assign(externals[definition.module.text]?.outputs ?? {}, { [value.output.text]: type });
    }
  }
  return Object.keys(externals).length === 0 ? undefined : externals;
}

/** The metadata with one more member; its numbers stay as they are written. */
function withExternals(metadata: string, externals: Externals): string {
  const member = `"externals": ${JSON.stringify(externals)}`;
  return metadata.replace(/(\{?)\s*\}\s*$/, (_, open: string) =>
    open === "" ? `, ${member} }` : `{ ${member} }`,
  );
}
