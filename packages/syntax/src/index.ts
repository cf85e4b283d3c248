export * from "./ast.js";
export { MAXIMUM_HEIGHT, MAXIMUM_NESTING } from "./base-parser.js";
export { format, LINE_WIDTH, type FormatResult } from "./format/format.js";
export { messages } from "./messages.js";
export { MAXIMUM_LENGTH, parse, type ParseResult } from "./parser.js";
export {
  CONTEXTUAL_WORDS,
  needsRawPrefix,
  RESERVED_WORDS,
  type ContextualWord,
  type ReservedWord,
} from "./tokens.js";
