export * from "./diagnostic.js";
export * from "./span.js";
export * from "./render-json.js";
export * from "./render-text.js";
export * from "./suggest.js";
