/** Waveforms are specified in `trace-plan.ts` of `@assassyn/ir`, where the JavaScript hosts reach them too. */
export {
  matchesTracePattern,
  toVcdIdentifier,
  TRACE_ELEMENT_LIMIT,
  traceCode,
  traceHeader,
  tracePlan,
  traceReader,
  traceValue,
  VcdWriter,
} from "@assassyn/ir";
export type { TraceableSimulation, TraceReader, TraceSignal, TraceSource } from "@assassyn/ir";
