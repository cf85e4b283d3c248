import { certify } from "@assassyn/ownership";
import type { CommandContext } from "../command.js";
import { formatCertificate, toJsonCertificate } from "../analyze/certificate.js";
import { climb } from "../analyze/ladder.js";
import type { Ladder } from "../analyze/ladder.js";
import { formatLocks, toJsonLocks } from "../analyze/locks.js";
import { formatOverview } from "../analyze/overview.js";
import { formatPartition, toJsonPartition } from "../analyze/partition.js";
import { formatSharingTable, toJsonSharing } from "../analyze/sharing.js";
import { wantsColor } from "../color.js";
import { EXIT } from "../errors.js";
import { refuseOption } from "../failure.js";
import type { OpenOptions } from "../open-design.js";
import { openDesign } from "../open-design.js";
import type { PipelineOptions } from "../pipeline-options.js";
import { toPlanOptions } from "../pipeline-options.js";
import { failureStatus } from "../plugin-bugs.js";
import { loadDesignPlugins } from "../plugins.js";
import { withProfile } from "../profile-option.js";
import { jsonDocument, printDiagnostics, withJsonErrors } from "../report.js";
import { reportPassBug } from "../reproducer.js";

interface AnalyzeOptions extends PipelineOptions, OpenOptions {
  readonly locks: boolean;
  readonly partition: boolean;
  readonly profile: string | undefined;
  readonly sharing: boolean;
  readonly certificate: boolean;
  readonly json: boolean;
  readonly color: "auto" | "always" | "never" | undefined;
  readonly plugin: readonly string[];
  readonly reproducer: string | undefined;
}

/** Tells how a design shares its state among threads. */
export function runAnalyze(context: CommandContext<AnalyzeOptions>): Promise<number> {
  return withJsonErrors(context.options.json, context.io, () => analyze(context));
}

async function analyze(context: CommandContext<AnalyzeOptions>): Promise<number> {
  const { positional, io, color } = context;
  const { options, profile } = withProfile(context.options, io.cwd);
  const opened = await openDesign(positional[0], options, io);
  const { read, loaded } = opened;
  const fail = (diagnostics: typeof read.diagnostics): number => {
    if (options.json) io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, read.sources))}\n`);
    else printDiagnostics(diagnostics, read.sources, io, { color });
    return failureStatus(diagnostics);
  };
  if (read.system === undefined) return fail(read.diagnostics);
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  const ladder = await climb(read.system, read, { ...toPlanOptions(options, loaded.config), plugins });
  const soFar = [...read.diagnostics, ...ladder.diagnostics];
  if (ladder.reproducer !== undefined) {
    printDiagnostics(soFar, read.sources, io, { color });
    return reportPassBug(ladder.reproducer, { ...options, loaded }, io);
  }
  if (ladder.top === undefined) return fail(soFar);
  const { system } = ladder.top;
  if (options.partition && (system.concurrency?.clusters.length ?? 0) === 0)
    refuseOption(
      "--partition",
      `there are no clusters behind ${ladder.top.pass}; let the ladder run on to partition`,
    );
  const { certificate, diagnostics: refusals } = certify(system);
  const diagnostics = [...soFar, ...refusals];
  if (certificate === undefined) return fail(diagnostics);
  const sections = {
    locks: { json: () => toJsonLocks(ladder), text: formatLocks.bind(undefined, ladder) },
    partition: {
      json: () => toJsonPartition(system, profile),
      text: formatPartition.bind(undefined, system, profile),
    },
    sharing: {
      json: () => toJsonSharing(ladder.base),
      text: formatSharingTable.bind(undefined, ladder.base),
    },
    certificate: {
      json: () => toJsonCertificate(system, certificate),
      text: formatCertificate.bind(undefined, system, certificate),
    },
  };
  const asked = Object.entries(sections).filter(([name]) => isAsked(options, name, ladder));
  if (options.json) {
    const more = Object.fromEntries(asked.map(([name, { json }]) => [name, json()]));
    io.stdout.write(`${JSON.stringify(jsonDocument(diagnostics, read.sources, more))}\n`);
    return EXIT.ok;
  }
  printDiagnostics(diagnostics, read.sources, io, { color });
  const isBold = wantsColor(io, options.color, io.stdout);
  const title = (text: string): string => (isBold ? `\u001B[1m${text}\u001B[0m\n\n` : `${text}\n\n`);
  io.stdout.write(
    wantsAny(options)
      ? asked.map(([, { text }]) => text(title)).join("\n")
      : formatOverview(ladder, certificate, profile, title),
  );
  return EXIT.ok;
}

function wantsAny({ locks, partition, sharing, certificate }: AnalyzeOptions): boolean {
  return locks || partition || sharing || certificate;
}

/** Without a flag JSON has everything that there is. */
function isAsked(options: AnalyzeOptions, name: string, { top }: Ladder): boolean {
  if (!wantsAny(options)) return name !== "partition" || (top?.system.concurrency?.clusters.length ?? 0) > 0;
  switch (name) {
    case "locks":
      return options.locks;
    case "partition":
      return options.partition;
    case "sharing":
      return options.sharing;
    default:
      return options.certificate;
  }
}
