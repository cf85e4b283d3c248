/** `--profile file`: the profile becomes an option of the pass `partition`. */
import path from "node:path";
import { parseProfile } from "@assassyn/passes";
import type { Profile } from "@assassyn/passes";
import { refuseOption } from "./failure.js";
import { readText } from "./files/read-text.js";
import type { PipelineOptions } from "./pipeline-options.js";

/**
 * The options with the text of the profile as one of a pass.
 *
 * @throws CommandError if the file cannot be read, or is no profile
 */
export function withProfile<Options extends PipelineOptions & { readonly profile: string | undefined }>(
  options: Options,
  cwd: string,
): { readonly options: Options; readonly profile?: Profile } {
  if (options.profile === undefined) return { options };
  const read = readText(path.resolve(cwd, options.profile), options.profile, "text");
  if ("reason" in read) refuseOption("--profile", `cannot read ${options.profile}: ${read.reason}`);
  const parsed = parseProfile(read.text);
  if (parsed.kind === "error")
    refuseOption("--profile", `${options.profile} cannot be used: ${parsed.reason}`);
  // Compact, since the text is part of reproducers.
  const compact = JSON.stringify(JSON.parse(read.text));
  const passOption = [`partition.profile=${compact}`, ...options.passOption];
  return { options: { ...options, passOption }, profile: parsed.profile };
}
