import { definePlugin } from "@assassyn/plugin-api";
import { constantConditions } from "./constant-condition.js";
import { fifoOverflow } from "./fifo-overflow.js";
import { messages } from "./messages.js";
import { neverCalled } from "./never-called.js";
import { neverWrittenRegister } from "./never-written-register.js";
import { unreadExposedValue } from "./unread-exposed-value.js";
import { writeOnlyRegister } from "./write-only-register.js";

export { constantConditions } from "./constant-condition.js";
export { fifoOverflow } from "./fifo-overflow.js";
export { messages } from "./messages.js";
export { neverCalled } from "./never-called.js";
export { neverWrittenRegister } from "./never-written-register.js";
export { unreadExposedValue } from "./unread-exposed-value.js";
export { writeOnlyRegister } from "./write-only-register.js";

/** The plugin `@assassyn/plugin-checks`: warnings about designs that are legal, but probably not meant. */
export default definePlugin({
  name: "@assassyn/plugin-checks",
  checks: [
    neverCalled,
    writeOnlyRegister,
    neverWrittenRegister,
    fifoOverflow,
    constantConditions,
    unreadExposedValue,
  ],
  catalogues: [messages],
});
