/** A generated crate but for what tells the targets apart: the model of the design, files, and the layout of the sequential state. */
export * from "./activity.js";
export * from "./crate-files.js";
export * from "./fast-layout.js";
export * from "./imports.js";
export * from "./isomorphism.js";
export * from "./layout.js";
export * from "./link-files.js";
export * from "./model.js";
export * from "./module-file.js";
export * from "./references.js";
export * from "./run-order.js";
export * from "./sharing.js";
export * from "./state-file.js";
