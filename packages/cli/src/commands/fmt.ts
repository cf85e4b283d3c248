import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { createDiagnostic } from "@assassyn/diagnostics";
import { format } from "@assassyn/syntax";
import type { CommandContext } from "../command.js";
import { CommandError, EXIT } from "../errors.js";
import { writeFileAtomically } from "../files/atomic-file.js";
import { tidyPath } from "../files/paths.js";
import { decodeText, readText } from "../files/read-text.js";
import { describeSystemError } from "../files/system-errors.js";
import type { Io } from "../io/io.js";
import { messages } from "../messages.js";
import { printDiagnostics } from "../report.js";

interface FormatOptions {
  readonly check: boolean;
  readonly stdin: boolean;
}

/** Formats files in place, or standard input to standard output. */
export async function runFormat(context: CommandContext<FormatOptions>): Promise<number> {
  const { options, positional, io } = context;
  const fromStdin = options.stdin || positional.includes("-");
  if (fromStdin && positional.some((name) => name !== "-")) {
    const args = { option: "-", reason: "standard input is formatted alone, without further files" };
    throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-option"], args));
  }
  return fromStdin ? formatStdin(context) : formatFiles(context, collectFiles(positional, io));
}

async function formatStdin({ io, options, color }: CommandContext<FormatOptions>): Promise<number> {
  const text = decodeText(await io.readStdin(), "<stdin>", "source");
  const result = format(text);
  if (result.diagnostics.length > 0) {
    printDiagnostics(result.diagnostics, [{ path: "<stdin>", text }], io, { color });
    return EXIT.failure;
  }
  if (options.check) return result.text === text ? EXIT.ok : EXIT.failure;
  io.stdout.write(result.text);
  return EXIT.ok;
}

/** One file to format. */
interface Target {
  readonly file: string;
  readonly shown: string;
}

function formatFiles(
  { io, options, color }: CommandContext<FormatOptions>,
  targets: readonly Target[],
): number {
  let status: number = EXIT.ok;
  let changed = 0;
  for (const { file, shown } of targets) {
    const read = readText(file, shown, "source");
    if ("reason" in read) {
      throw new CommandError(
        EXIT.usage,
        createDiagnostic(messages["cannot-read"], { path: shown, reason: read.reason }),
      );
    }
    const result = format(read.text);
    if (result.diagnostics.length > 0) {
      printDiagnostics(result.diagnostics, [{ path: shown, text: read.text }], io, { color });
      status = EXIT.failure;
      continue;
    }
    if (result.text === read.text) continue;
    changed += 1;
    if (options.check) {
      io.stdout.write(`${shown}\n`);
      status = EXIT.failure;
    } else {
      writeFileAtomically(file, shown, result.text);
      io.stderr.write(`formatted ${shown}\n`);
    }
  }
  const count = `${targets.length} file${targets.length === 1 ? "" : "s"}`;
  if (options.check) io.stderr.write(`${changed} of ${count} would change\n`);
  else if (changed === 0 && status === EXIT.ok) io.stderr.write(`${count} formatted already\n`);
  return status;
}

/** The files that the arguments mean; a folder is every .asyn file below it but in hidden folders, node_modules, dist and target. */
function collectFiles(positional: readonly string[], io: Io): Target[] {
  const targets: Target[] = [];
  const visit = (file: string, shown: string): void => {
    for (const entry of readdirSync(file, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const name = tidyPath(path.join(shown, entry.name));
      const inner = path.join(file, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !SKIPPED_FOLDERS.has(entry.name)) visit(inner, name);
      } else if (entry.name.endsWith(".asyn")) {
        targets.push({ file: inner, shown: name });
      }
    }
  };
  for (const argument of positional.length === 0 ? ["."] : positional) {
    const file = path.resolve(io.cwd, argument);
    try {
      if (statSync(file).isDirectory()) visit(file, tidyPath(argument));
      else targets.push({ file, shown: tidyPath(argument) });
    } catch (error) {
      const args = { path: tidyPath(argument), reason: describeSystemError(error) };
      throw new CommandError(EXIT.usage, createDiagnostic(messages["cannot-read"], args));
    }
  }
  return targets;
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "dist", "target"]);
