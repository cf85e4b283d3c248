import type { Simulation, Stop, System } from "@assassyn/ir";
import { tracePlan, traceReader, VcdWriter } from "@assassyn/ir";

/** Options of {@link traceRun}. */
export interface TraceOptions {
  /** Globs of the signals, separated by commas; absent: all. */
  readonly pattern?: string;
  /** Most cycles to run; absent: to the stop. */
  readonly cycles?: number;
}

/** A waveform being recorded. */
export interface Recording {
  /** To be called after each cycle. */
  readonly sample: () => void;
  /** Writes the end. */
  readonly finish: () => void;
}

/**
 * Starts the waveform (VCD) of a simulation and hands its text to `write`, piece by piece.
 *
 * @param simulation tells by `stateSpecified` when a cycle must not be shown; where it cannot, only those that end in a fault are not
 * @param system the design, or what `outlineOf` makes of a compiled one
 * @param pattern globs of the signals, separated by commas; absent: all
 * @throws RangeError if the pattern selects no signal
 */
export function recordWaveform(
  simulation: Simulation & { readonly stateSpecified?: boolean },
  system: System,
  write: (text: string) => void,
  pattern?: string,
): Recording {
  const signals = tracePlan(system, pattern);
  if (signals.length === 0) throw new RangeError(`no signal matches ${pattern ?? "*"}`);
  const read = traceReader(system, simulation);
  const writer = new VcdWriter(system, signals);
  write(
    writer.start(simulation.cycle, (source) =>
      // Before the first cycle nothing was triggered and no value is there.
      source.kind === "triggered" ? 0n : source.kind === "exposed" ? undefined : read(source),
    ),
  );
  return {
    sample() {
      // The state of a cycle in which some module faulted is not specified, so it is not shown.
      if (simulation.stateSpecified ?? simulation.stop?.kind !== "fault")
        write(writer.sample(simulation.cycle, read));
    },
    finish() {
      write(writer.finish());
    },
  };
}

/**
 * Runs any simulation cycle by cycle and hands the text of its waveform (VCD) to `write`, piece by piece.
 *
 * @param simulation tells by `stateSpecified` when a cycle must not be shown; where it cannot, only those that end in a fault are not
 * @param system the design, or what `outlineOf` makes of a compiled one
 * @returns the stop, if one was reached
 * @throws RangeError if the pattern selects no signal
 * @example traceRun(simulation, outlineOf(simulation.description), (text) => chunks.push(text), { pattern: "adder,cnt" });
 */
export function traceRun(
  simulation: Simulation & { readonly stateSpecified?: boolean },
  system: System,
  write: (text: string) => void,
  options: TraceOptions = {},
): Stop | undefined {
  const recording = recordWaveform(simulation, system, write, options.pattern);
  let stop = simulation.stop;
  for (let left = options.cycles ?? Infinity; left > 0 && stop === undefined; left -= 1) {
    stop = simulation.step();
    recording.sample();
  }
  recording.finish();
  return stop;
}
