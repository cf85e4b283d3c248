import { definePlugin } from "@assassyn/plugin-api";
import { locksBatched } from "./facts.js";
import { lockBatching } from "./lock-batching.js";
import { messages } from "./messages.js";

export { locksBatched } from "./facts.js";
export { lockBatching } from "./lock-batching.js";
export { messages } from "./messages.js";

export default definePlugin({
  name: "@assassyn/plugin-lock-batching",
  passes: [lockBatching],
  facts: [locksBatched],
  catalogues: [messages],
});
