export * from "./arithmetic.js";
export * from "./body.js";
export * from "./format-spec.js";
export * from "./runtime-files.js";
export * from "./rust-names.js";
export * from "./rust-type.js";
export * from "./state-access.js";
export * from "./crate/index.js";
