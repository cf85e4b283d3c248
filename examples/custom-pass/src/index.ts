import { definePlugin } from "@assassyn/plugin-api";
import { logWrites, messages } from "./log-writes.js";

export { logWrites, messages };

export default definePlugin({
  name: "assassyn-plugin-log-writes",
  passes: [logWrites],
  catalogues: [messages],
});
