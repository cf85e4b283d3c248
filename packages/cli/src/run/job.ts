import type { System } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/plugin-api";
import type { Io } from "../io/io.js";
import type { OpenedDesign } from "../open-design.js";
import type { Phases } from "./phases.js";
import type { PlannedReport } from "./reports.js";
import type { RunOptions, RunSettings } from "./settings.js";

/** One simulation to run. */
export interface RunJob {
  /** What runs. */
  readonly system: System;
  /** Behind the passes of the target: its signals are those of a waveform. */
  readonly traceSystem: System;
  /** What the emitter made; empty for the interpreter. */
  readonly outputs: readonly OutputFile[];
  readonly opened: OpenedDesign;
  readonly options: RunOptions;
  readonly settings: RunSettings;
  readonly io: Io;
  readonly interrupted: AbortSignal;
  readonly phases: Phases;
  /** Made behind the last cycle, unless the run ends with a fault. */
  readonly reports: readonly PlannedReport[];
  readonly color: boolean;
}
