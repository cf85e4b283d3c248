import type { PipelineDefinition } from "@assassyn/plugin-api";
import { definePipeline, definePlugin } from "@assassyn/plugin-api";
import { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.js";
import { eliminateDeadCode } from "./eliminate-dead-code.js";
import { explicitOperands } from "./explicit-operands.js";
import { exposure } from "./exposure.js";
import { downstreamsOrdered, operandsExplicit, slotsUsed, widthsLegal } from "./facts.js";
import { foldConstants } from "./fold-constants.js";
import { legalizeWidths } from "./legalize-widths.js";
import { orderDownstreams } from "./order-downstreams.js";
import { partition } from "./partition/index.js";
import { atomicFlags } from "./parallel/atomic-flags.js";
import { flagsAtomic, locksExplicit, selfShared } from "./parallel/facts.js";
import { lockElision } from "./parallel/lock-elision.js";
import { sharing } from "./parallel/sharing.js";
import { selfSignature } from "./parallel/self-signature.js";
import { lockInsertion } from "./parallel/lock-insertion.js";

/** What every target that computes with machine words runs, unless its emitter names another pipeline. */
export const defaultPipeline: PipelineDefinition = definePipeline({
  name: "default",
  description: "Simplifies the design and brings it to the form that emitters need",
  steps: [
    foldConstants.name,
    eliminateCommonSubexpressions.name,
    eliminateDeadCode.name,
    exposure.name,
    orderDownstreams.name,
    explicitOperands.name,
    legalizeWidths.name,
    foldConstants.name,
    eliminateCommonSubexpressions.name,
    eliminateDeadCode.name,
  ],
});

/**
 * The parallel ladder, from a lock around every operation to clusters that share nothing. The pass `lock-batching` comes from the plugin
 * `@assassyn/plugin-lock-batching`; without it a plan of this pipeline is refused.
 */
export const parallelPipeline: PipelineDefinition = definePipeline({
  name: "rust-parallel",
  description: "The default pipeline, then the parallel ladder",
  steps: [
    defaultPipeline.name,
    lockInsertion.name,
    atomicFlags.name,
    selfSignature.name,
    "lock-batching",
    lockElision.name,
    partition.name,
  ],
});

/** The passes, pipelines and facts that come with the toolchain. */
export const builtinPasses = definePlugin({
  name: "@assassyn/passes",
  passes: [
    foldConstants,
    eliminateCommonSubexpressions,
    eliminateDeadCode,
    exposure,
    orderDownstreams,
    explicitOperands,
    legalizeWidths,
    lockInsertion,
    atomicFlags,
    selfSignature,
    lockElision,
    partition,
  ],
  pipelines: [defaultPipeline, parallelPipeline],
  analyses: [sharing],
  facts: [
    operandsExplicit,
    widthsLegal,
    slotsUsed,
    downstreamsOrdered,
    locksExplicit,
    flagsAtomic,
    selfShared,
  ],
});

export { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.js";
export { eliminateDeadCode } from "./eliminate-dead-code.js";
export { explicitOperands } from "./explicit-operands.js";
export { exposure } from "./exposure.js";
export { downstreamsOrdered, operandsExplicit, slotsUsed, widthsLegal } from "./facts.js";
export { foldConstants } from "./fold-constants.js";
export { legalizeWidths } from "./legalize-widths.js";
export { passMessages } from "./messages.js";
export { orderDownstreams } from "./order-downstreams.js";
export { atomicFlags } from "./parallel/atomic-flags.js";
export { flagsAtomic, locksExplicit, selfShared } from "./parallel/facts.js";
export { lockElision } from "./parallel/lock-elision.js";
export { lockInsertion } from "./parallel/lock-insertion.js";
export { selfSignature } from "./parallel/self-signature.js";
export { analyzeSharing, countOf, formatSharing, readersOf, sharing, writersOf } from "./parallel/sharing.js";
export type { LocationSharing, Sharing, SharingPhase, SharingUse } from "./parallel/sharing.js";
export * from "./partition/index.js";
