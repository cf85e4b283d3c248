import { definePlugin } from "@assassyn/plugin-api";
import { locksBatched } from "./facts.js";
import { lockBatching } from "./lock-batching.js";
import { messages } from "./messages.js";

export { locksBatched } from "./facts.js";
export { lockBatching } from "./lock-batching.js";
export { messages } from "./messages.js";

/** The plugin `@assassyn/plugin-lock-batching`: the pass `lock-batching` and its fact, `locks-batched`. */
export default definePlugin({
  name: "@assassyn/plugin-lock-batching",
  passes: [lockBatching],
  facts: [locksBatched],
  catalogues: [messages],
});
