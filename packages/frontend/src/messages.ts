/** The catalogue of everything the frontend reports. Codes are stable: `frontend/…`. */
import { defineCatalogue } from "@assassyn/diagnostics";
import { nameMessages } from "./messages/names.js";
import { stageMessages } from "./messages/stages.js";
import { valueMessages } from "./messages/values.js";

/**
 * Messages of this package, for reports and for `assassyn explain`.
 *
 * @example frontendMessages["width-mismatch"].explain
 */
export const frontendMessages = defineCatalogue("frontend", {
  ...nameMessages,
  ...valueMessages,
  ...stageMessages,
});
