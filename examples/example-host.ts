import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDesign, resolvePath } from "@assassyn/compiler";
import type { CompilerHost } from "@assassyn/compiler";
import type { SourceFile } from "@assassyn/diagnostics";
import { renderText } from "@assassyn/diagnostics";
import type { Simulation, SimulationOptions, System } from "@assassyn/ir";
import { idleText, printFault } from "@assassyn/ir";

/** The folder in which `assassyn run examples/…` is typed: paths in logs are relative to it. */
const root = fileURLToPath(new URL("..", import.meta.url));

function read(path: string): string | undefined {
  return existsSync(root + path) ? readFileSync(root + path, "utf8") : undefined;
}

const missing = { kind: "error", reason: "no such file" } as const;

const host: CompilerHost = {
  readSource(path, from) {
    const resolved = resolvePath(path, from);
    const text = read(resolved);
    return text === undefined ? missing : { kind: "source", path: resolved, text };
  },
  readMemory(path, from) {
    const text = read(resolvePath(path, from));
    return text === undefined ? missing : { kind: "text", text };
  },
};

/**
 * Reads a design of this folder.
 *
 * @param entry a path such as `examples/fir/fir.asyn`, or a text with the path that its imports start from
 * @throws Error with the rendered diagnostics if there are any: examples have neither errors nor warnings
 */
export function loadExample(entry: string | SourceFile): System {
  const { system, diagnostics, sources } = readDesign(entry, host);
  if (system === undefined || diagnostics.length > 0) throw new Error(renderText(diagnostics, sources));
  return system;
}

/** What `assassyn run` prints. */
export interface Transcript {
  readonly stdout: string;
  /** The line of the fault, or empty. */
  readonly stderr: string;
}

/** Runs a simulation to its stop. `create` makes it, with the options that it is given. */
export function transcribe(
  { files, config }: System,
  create: (options: SimulationOptions) => Simulation,
): Transcript {
  const lines: string[] = [];
  const simulation = create({
    onLog: ({ cycle, module, text, loc }) =>
      lines.push(`@${files[loc.file]}:${loc.line}  Cycle @${cycle}.00: [${module}]\t${text}\n`),
  });
  const { stop } = simulation.run();
  simulation.dispose();
  if (stop.kind === "idle") lines.push(`${idleText(config.idle)}\n`);
  return { stdout: lines.join(""), stderr: stop.kind === "fault" ? printFault(stop.fault, { files }) : "" };
}

/** The log, or for more than 200 lines its ends and a hash of all of it. */
export function condense(log: string): string {
  const lines = log.split(/^/m);
  if (lines.length <= 200) return log;
  const hash = createHash("sha256").update(log).digest("hex");
  return [...lines.slice(0, 20), `… ${lines.length} lines, SHA-256 ${hash} …\n`, ...lines.slice(-20)].join(
    "",
  );
}
