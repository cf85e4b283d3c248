import { definePlugin } from "@assassyn/plugin-api";
import { countActivity } from "./count-activity.js";
import { messages } from "./messages.js";

export { countActivity } from "./count-activity.js";
export { messages } from "./messages.js";
export { formatActivity, reportActivity } from "./report-activity.js";
export type { ActivityReport, FifoActivity, ModuleActivity } from "./report-activity.js";

export default definePlugin({
  name: "@assassyn/plugin-activity",
  passes: [countActivity],
  catalogues: [messages],
});
