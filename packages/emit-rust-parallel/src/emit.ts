import type { System } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { emitClusteredForm } from "./clustered-form/index.js";
import { emitSharedForm } from "./shared-form/index.js";
import type { RustParallelOptions } from "./options.js";

/**
 * The parallel Rust simulator of a system as the files of a crate: a library and a binary, with the runtime's source beside them, so that
 * `cargo build --release --offline` needs nothing else.
 *
 * @throws Error if the system is in no form of the parallel ladder, or lacks the forms `operands-explicit` and `widths-legal`.
 * @example
 * for (const { path, text } of emitRustParallel(system)) files.set(path, text);
 */
export function emitRustParallel(system: System, options: RustParallelOptions = {}): OutputFile[] {
  const { concurrency } = system;
  if (concurrency === undefined)
    throw new Error(
      `system ${system.name} has no locks and no clusters; run the pipeline rust-parallel first`,
    );
  if (concurrency.clusters.length === 0) return emitSharedForm(system, options);
  return emitClusteredForm(system, options);
}
