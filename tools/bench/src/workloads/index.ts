/** All workloads, quick ones first. */
import type { Workload } from "../workload.js";
import { asyncCallWorkload } from "./async-call.js";
import { autoWorkload } from "./auto.js";
import { compilerWorkload } from "./compiler.js";
import { firstCycleWorkload } from "./first-cycle.js";
import { largeWorkload } from "./large.js";
import { layoutsWorkload } from "./layouts.js";
import { logsWorkload } from "./logs.js";
import { rungsWorkload } from "./rungs.js";
import { startWorkload } from "./start.js";
import { threadsWorkload } from "./threads.js";
import { watchWorkload } from "./watch.js";
import { wasmThreadsWorkload } from "./wasm-threads.js";
import { workWorkload } from "./work.js";

/** All workloads, in the order in which they run. */
export const WORKLOADS: readonly Workload[] = [
  asyncCallWorkload,
  startWorkload,
  firstCycleWorkload,
  watchWorkload,
  largeWorkload,
  compilerWorkload,
  layoutsWorkload,
  logsWorkload,
  threadsWorkload,
  workWorkload,
  wasmThreadsWorkload,
  rungsWorkload,
  autoWorkload,
];
