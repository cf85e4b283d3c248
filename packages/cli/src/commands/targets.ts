/** The targets that `run` can run. */
export const RUN_TARGETS = ["wasm", "interpreter", "rust"] as const;

/** The targets that `compile` can write without a plugin. */
export const COMPILE_TARGETS = ["rust", "wasm", "ir"] as const;
