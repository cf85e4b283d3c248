export * from "./load-config.js";
export * from "./load-plugins.js";
export * from "./messages.js";
export { checkConfig, configKeys, defineConfig } from "./schema.js";
export type { AssassynConfig } from "./schema.js";
