export { emitClusteredForm } from "./clustered-form/index.js";
export type { ClusteredFormOptions } from "./clustered-form/index.js";
