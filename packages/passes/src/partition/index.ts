export { moduleCost, operationCost } from "./costs.js";
export {
  BARRIER_NANOSECONDS,
  estimateCycle,
  MESSAGE_NANOSECONDS,
  partitionFigures,
  UNIT_NANOSECONDS,
  WORTHWHILE_SPEEDUP,
} from "./figures.js";
export type { ClusterFigures, CycleEstimate, PartitionFigures } from "./figures.js";
export type { ClusterLink } from "./packing.js";
export { partition } from "./partition.js";
export { planPartition } from "./plan-partition.js";
export type { PartitionOptions, PartitionPlan } from "./plan-partition.js";
export { moduleCosts, parseProfile, printProfile } from "./profile.js";
export type { ParsedProfile, Profile } from "./profile.js";
