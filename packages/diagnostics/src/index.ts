export * from "./assert-never.js";
export * from "./diagnostic.js";
export * from "./explain.js";
export * from "./order.js";
export * from "./render-json.js";
export * from "./render-text.js";
export * from "./span.js";
export * from "./suggest.js";
