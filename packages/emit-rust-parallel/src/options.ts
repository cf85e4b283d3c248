/** Options of the target. */
export interface RustParallelOptions {
  /**
   * What runs modules at once where they share one state: `workers` are threads that live as long as the run, `scope` starts threads for
   * each step of a cycle, `rayon` uses the library of that name. A design in clusters always has workers. Default `workers`.
   */
  readonly executor?: "workers" | "scope" | "rayon";
  /** `deferred` makes every effect of a design in clusters wait for the commit. Same results, slower; for tests. Default `auto`. */
  readonly commit?: "auto" | "deferred";
}
