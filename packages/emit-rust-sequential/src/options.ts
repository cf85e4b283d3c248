/** Options of the target. */
export interface RustSequentialOptions {
  /**
   * `fast`: credit counters, rings, effects at once wherever nobody can tell. `classic`: ordered maps of pending effects, queues of
   * time stamps and a table of functions, in canonical order; kept as the partner of comparisons. Default `fast`.
   */
  readonly layout?: "fast" | "classic";
  /** `deferred` makes every effect of the layout `fast` wait for the commit. Same results, slower; for tests. Default `auto`. */
  readonly commit?: "auto" | "deferred";
}
