import { createDiagnostic } from "@assassyn/diagnostics";
import type { Simulation, System } from "@assassyn/ir";
import { tracePlan, traceReader, VcdWriter } from "@assassyn/ir";
import { CommandError, EXIT } from "../errors.js";
import type { AtomicFile } from "../files/atomic-file.js";
import { messages } from "../messages.js";

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
  throw new CommandError(EXIT.usage, createDiagnostic(messages["no-signals"], { pattern: pattern ?? "*" }));
}

/** Starts a waveform. @param pattern which signals; absent: all */
export function startWaveform(
  system: System,
  simulation: Simulation & { readonly stateSpecified?: boolean },
  pattern: string | undefined,
  file: AtomicFile,
): Waveform {
  const signals = tracePlan(system, pattern);
  const read = traceReader(system, simulation);
  const writer = new VcdWriter(system, signals);
  let pending = writer.start(simulation.cycle, (source) =>
    // Before the first cycle nothing was triggered and no value is there.
    source.kind === "triggered" ? 0n : source.kind === "exposed" ? undefined : read(source),
  );
  return {
    sample() {
      // The state of a cycle in which some module faulted is not specified, so it is not shown.
      if (!(simulation.stateSpecified ?? simulation.stop?.kind !== "fault")) return;
      pending += writer.sample(simulation.cycle, read);
      if (pending.length < BLOCK) return;
      file.write(pending);
      pending = "";
    },
    finish() {
      file.write(pending + writer.finish());
      file.commit();
    },
  };
}
