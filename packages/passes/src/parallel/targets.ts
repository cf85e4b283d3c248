/** Targets that run several threads, and `ir`, from which nothing is emitted. The passes of the ladder are refused for all others. */
export const PARALLEL_TARGETS: readonly string[] = ["rust-parallel", "wasm", "ir"];
