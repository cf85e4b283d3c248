export * from "./diagnostic.js";
export * from "./span.js";
