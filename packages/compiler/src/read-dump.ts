/** Dumps of the Python front end: found by their text, read with the metadata beside them. */
import type { SourceFile } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import { importDesign, reportSemantics } from "@assassyn/import-upstream";
import type { DramChoice, ImportSemantics } from "@assassyn/import-upstream";
import { verify } from "@assassyn/ir";
import { standardDram } from "./dram-library.js";
import type { CompilerHost } from "./host.js";
import { messages } from "./messages.js";
import type { ReadDesign } from "./read-design.js";

export { isDumpText } from "@assassyn/import-upstream";

/** How a dump is imported. */
export interface UpstreamOptions {
  /** Path of the metadata for the host, from where the dump is; default: the `.json` beside the dump, if there is one. */
  readonly metadata?: string;
  /** `exact` (default): a value of n bits is n bits. `upstream`: values are held as in the original's simulator. */
  readonly semantics?: ImportSemantics;
  /** Give the FIFOs the depths of the metadata. */
  readonly enforceDepths?: boolean;
  /** How DRAMs are modelled, in place of what the metadata say of each; `extern`: their requests are extern functions. */
  readonly dram?: DramChoice;
  /** Add a note for each place where `semantics` makes a difference. */
  readonly reportSemantics?: boolean;
}

/** Imports a dump up to its verified IR. */
export function readDump(dump: SourceFile, host: CompilerHost, options: UpstreamOptions = {}): ReadDesign {
  const { metadata, reportSemantics: wantsReport = false, ...rest } = options;
  const beside = /([^/]*)\.ir$/.exec(dump.path)?.[1];
  const wanted = metadata ?? (beside === undefined ? undefined : `${beside}.json`);
  const read = wanted === undefined ? undefined : host.readSource(wanted, dump.path);
  if (metadata !== undefined && read?.kind === "error") {
    const args = { path: metadata, reason: read.reason };
    return { diagnostics: [createDiagnostic(messages["cannot-read"], args)], sources: [dump] };
  }
  const source = read?.kind === "source" ? { path: read.path, text: read.text } : undefined;
  const imported = importDesign({
    dump,
    dramLibrary: standardDram,
    ...(source === undefined
      ? {}
      : { metadata: source, readMemory: (path: string) => host.readMemory(path, source.path) }),
    ...rest,
  });
  const { system, design, sources } = imported;
  const notes = wantsReport && design !== undefined ? reportSemantics(design) : [];
  const diagnostics = [...imported.diagnostics, ...notes];
  if (system === undefined) return { diagnostics, sources };
  const broken = verify(system);
  if (broken.length > 0) return { diagnostics: [...diagnostics, ...broken], sources };
  return { system, diagnostics, sources };
}
