export * from "./check-target.js";
export * from "./json-schema.js";
export { CONFIG_NAMES, loadConfig } from "./load-config.js";
export type { ConfigResult, LoadedConfig } from "./load-config.js";
export * from "./load-plugins.js";
export * from "./messages.js";
export { BUILT_IN_TARGETS, checkConfig, configKeys, defineConfig } from "./schema.js";
export type { AssassynConfig, BuiltInTarget, GivenOptions } from "./schema.js";
export type { JsonSchema } from "./value-rules.js";
