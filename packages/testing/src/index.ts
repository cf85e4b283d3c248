export { randomSystem, sampleSystems } from "./generator/random-system.js";
export type { RandomSystemOptions } from "./generator/random-system.js";
