export { EXIT } from "./errors.js";
export { BrokenPipeError } from "./io/io.js";
export type { Io, Sink } from "./io/io.js";
export { main } from "./main.js";
export { messages } from "./messages.js";
