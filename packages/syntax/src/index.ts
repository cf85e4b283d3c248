export * from "./ast.js";
export { messages } from "./messages.js";
export { parse, type ParseResult } from "./parser.js";
export { format, type FormatResult } from "./format/format.js";
