import path from "node:path";
import { lower } from "@assassyn/compiler";
import type { System } from "@assassyn/ir";
import { moduleIds, moduleOf } from "@assassyn/ir";
import { printProfile } from "@assassyn/passes";
import type { Profile } from "@assassyn/passes";
import type { CommandContext } from "../command.js";
import { loadEmitters } from "../emitters.js";
import { EXIT } from "../errors.js";
import { writeFileAtomically } from "../files/atomic-file.js";
import type { OpenOptions } from "../open-design.js";
import { openDesign, refuseInputAsOutput } from "../open-design.js";
import { failureStatus } from "../plugin-bugs.js";
import { loadDesignPlugins } from "../plugins.js";
import { printDiagnostics } from "../report.js";
import { drive } from "../run/drive.js";
import { loadExterns } from "../run/externs.js";

interface ProfileOptions extends OpenOptions {
  readonly plugin: readonly string[];
  readonly cycles: number | undefined;
  readonly externs: string | undefined;
  readonly output: string | undefined;
  readonly quiet: boolean;
}

/** Cycles of a profile unless more are asked for: behind the start of most designs, and over in a moment. */
const CYCLES = 10_000;

/** Runs the design without its logs and writes how often each module ran. */
export async function runProfile(context: CommandContext<ProfileOptions>): Promise<number> {
  const { options, positional, io, color } = context;
  const opened = await openDesign(positional[0], options, io);
  const { read, loaded } = opened;
  const { output } = options;
  const toFile = output !== undefined && output !== "-";
  if (toFile) refuseInputAsOutput(opened, output, io.cwd);
  const plugins = await loadDesignPlugins(loaded, options.plugin, io.cwd);
  const lowered =
    read.system === undefined
      ? undefined
      : lower(read.system, read, { plugins, emitters: await loadEmitters("wasm"), target: "wasm" });
  const diagnostics = [...read.diagnostics, ...(lowered?.diagnostics ?? [])];
  printDiagnostics(diagnostics, read.sources, io, { color, quiet: options.quiet });
  const wasm = lowered?.outputs?.[0]?.content;
  if (lowered?.system === undefined || wasm === undefined || typeof wasm === "string")
    return failureStatus(diagnostics);
  const { system } = lowered;
  const externs = await loadExterns(system, options.externs, loaded, io.cwd);
  const { loadSync } = await import("@assassyn/simulator");
  const cycles = options.cycles ?? Math.min(CYCLES, system.config.cycles);
  const simulation = loadSync(wasm, { cycles, idle: system.config.idle, externs });
  const counts = namesOf(system).map((name) => ({ name, count: 0 }));
  try {
    await drive(simulation, {
      interrupted: io.interrupted,
      onCycle: () => {
        for (const module of counts) if (simulation.triggered(module.name)) module.count += 1;
      },
      onSlice: () => {},
    });
    const ran = simulation.cycle;
    const profile: Profile = {
      design: system.name,
      cycles: Math.max(1, ran),
      activations: Object.fromEntries(counts.map(({ name, count }) => [name, count])),
    };
    const text = printProfile(profile);
    if (toFile) writeFileAtomically(path.resolve(io.cwd, output), output, text);
    else io.stdout.write(text);
    if (toFile && !options.quiet) io.stderr.write(`wrote ${output} (${ran} cycles)\n`);
  } finally {
    simulation.dispose();
  }
  return EXIT.ok;
}

function namesOf(system: System): string[] {
  return moduleIds(system).map((id) => moduleOf(system, id).name);
}
