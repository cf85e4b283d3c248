import { definePlugin, defineReport } from "@assassyn/plugin-api";
import type { ReportDefinition } from "@assassyn/plugin-api";
import { countActivity } from "./count-activity.js";
import { messages } from "./messages.js";
import { formatActivity, reportActivity } from "./report-activity.js";

export { countActivity } from "./count-activity.js";
export { messages } from "./messages.js";
export { formatActivity, reportActivity } from "./report-activity.js";
export type { ActivityReport, FifoActivity, ModuleActivity } from "./report-activity.js";

/** Shows the counters behind `assassyn run --pass count-activity`. */
export const activityReport: ReportDefinition = defineReport({
  name: "activity",
  description: "Activations, stalls and how full each FIFO became",
  pass: countActivity.name,
  run({ simulation, system }) {
    const report = reportActivity(simulation, system);
    return { text: formatActivity(report), data: report };
  },
});

/** The plugin `@assassyn/plugin-activity`: counters of what each module does, and the report that prints them. */
export default definePlugin({
  name: "@assassyn/plugin-activity",
  passes: [countActivity],
  reports: [activityReport],
  catalogues: [messages],
});
