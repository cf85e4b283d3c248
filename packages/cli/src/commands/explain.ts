import { createDiagnostic, renderExplanation, suggestNearest } from "@assassyn/diagnostics";
import { catalogues } from "../catalogues.js";
import type { CommandContext } from "../command.js";
import { CommandError, EXIT } from "../errors.js";
import { loadConfigFor } from "../design.js";
import { messages } from "../messages.js";
import { loadDesignPlugins } from "../plugins.js";

interface ExplainOptions {
  readonly config: string | undefined;
  readonly plugin: readonly string[];
  readonly json: boolean;
}

/** Prints the long form of one message, or the list of all. */
export async function runExplain({
  positional,
  options,
  io,
}: CommandContext<ExplainOptions>): Promise<number> {
  const loaded = await loadConfigFor(io.cwd, options.config, io);
  const known = await catalogues(await loadDesignPlugins(loaded, options.plugin, io.cwd));
  const entries = [...known.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
  const [wanted] = positional;
  if (wanted === undefined) {
    const width = Math.max(...entries.map(({ code }) => code.length));
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ schemaVersion: 1, messages: entries }, undefined, 2)}\n`
        : entries.map((entry) => `${entry.code.padEnd(width)}  ${firstSentence(entry.explain)}\n`).join(""),
    );
    return EXIT.ok;
  }
  // People paste `error[frontend/width-mismatch]` too, or only the name.
  const code = /\[([^\]]+)\]/.exec(wanted)?.[1] ?? wanted;
  const named = entries.filter((entry) => entry.code === code || entry.code.endsWith(`/${code}`));
  const [found] = named;
  if (found === undefined || named.length > 1) {
    const nearest = suggestNearest(
      code,
      entries.map((entry) => entry.code),
    );
    const help =
      named.length > 1
        ? `it is one of ${named.map((entry) => entry.code).join(", ")}`
        : nearest === undefined
          ? "`assassyn explain` lists all codes"
          : `did you mean "${nearest}"?`;
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["unknown-code"], { code }, undefined, { help }),
    );
  }
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ schemaVersion: 1, ...found }, undefined, 2)}\n`
      : renderExplanation(found),
  );
  return EXIT.ok;
}

function firstSentence(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return /^.*?[.:](?=\s|$)/.exec(line)?.[0] ?? line;
}
