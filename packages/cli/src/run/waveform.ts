import { createDiagnostic, suggestNearest } from "@assassyn/diagnostics";
import type { Simulation, System } from "@assassyn/ir";
import { tracePlan } from "@assassyn/ir";
import { recordWaveform } from "@assassyn/simulator";
import { CommandError, EXIT } from "../errors.js";
import type { AtomicFile } from "../files/atomic-file.js";
import { messages } from "../messages.js";

/** So many names are shown when a pattern selects nothing. */
const SHOWN_NAMES = 12;

/** Characters collected before they are written. */
const BLOCK = 1 << 16;

/** Writes the waveform of a simulation into a file. */
export interface Waveform {
  /** To be called after each cycle. */
  readonly sample: () => void;
  /** Puts the file in its place. */
  readonly finish: () => void;
}

/** Refuses a pattern that selects nothing. @throws CommandError */
export function checkTracePattern(system: System, pattern: string | undefined): void {
  if (tracePlan(system, pattern).length > 0) return;
  const names = signalGroups(system);
  const near = (pattern ?? "").split(",").flatMap((glob) => suggestNearest(glob.trim(), names) ?? []);
  const shown = names.slice(0, SHOWN_NAMES).join(", ") + (names.length > SHOWN_NAMES ? ", …" : "");
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["no-signals"], { pattern: pattern ?? "*" }, undefined, {
      help:
        near.length > 0
          ? `did you mean ${near.map((name) => `"${name}"`).join(", ")}?`
          : names.length === 0
            ? "the design has no signals"
            : `there are ${shown}`,
    }),
  );
}

/** What patterns usually name: registers and modules, then the signals of modules, without elements of arrays. */
function signalGroups(system: System): string[] {
  const names = tracePlan(system).map(({ name }) => name);
  return [
    ...new Set([
      ...names.map((name) => /^[^.[]+/.exec(name)?.[0] ?? name),
      ...names.map((name) => /^[^[]+/.exec(name)?.[0] ?? name),
    ]),
  ];
}

/** Starts a waveform. @param pattern which signals; absent: all */
export function startWaveform(
  system: System,
  simulation: Simulation & { readonly stateSpecified?: boolean },
  pattern: string | undefined,
  file: AtomicFile,
): Waveform {
  let pending = "";
  const recording = recordWaveform(simulation, system, (text) => (pending += text), pattern);
  return {
    sample() {
      recording.sample();
      if (pending.length < BLOCK) return;
      file.write(pending);
      pending = "";
    },
    finish() {
      recording.finish();
      file.write(pending);
      file.commit();
    },
  };
}
