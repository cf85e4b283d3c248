// A plugin needs no other package: the IR and the diagnostics come along.
export * from "@assassyn/diagnostics";
export * from "@assassyn/ir";
// Both packages have it.
export { assertNever } from "@assassyn/ir";
export * from "./analysis.js";
export * from "./options.js";
export * from "./pass.js";
export * from "./plugin.js";
