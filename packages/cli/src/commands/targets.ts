/** The targets that `run` can run. */
export const RUN_TARGETS = ["wasm", "interpreter", "rust", "rust-parallel"] as const;

/** The targets that `compile` can write without a plugin. */
export const COMPILE_TARGETS = ["rust", "rust-parallel", "wasm", "ir"] as const;

/** What runs the modules of the target `rust-parallel` at once. */
export const EXECUTORS = ["workers", "scope", "rayon"] as const;

/** One of {@link EXECUTORS}. */
export type Executor = (typeof EXECUTORS)[number];
