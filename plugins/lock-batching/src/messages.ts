import { defineCatalogue, message } from "@assassyn/plugin-api";

/** Everything that the plugin reports. */
export const messages = defineCatalogue("lock-batching", {
  "no-locks": message(
    "error",
    () => "the design has no locks to batch; run lock-insertion before lock-batching",
    "`lock-batching` gathers the locks that `lock-insertion` has put around single operations. Leave out `--pipeline`, or name `lock-insertion` in it first.",
  ),
  "not-batched": message<{ module: string; operation: string }>(
    "error",
    (a) =>
      `${a.operation} of "${a.module}" is there for effects alone, which can wait for the end of the body`,
    "The fact `locks-batched` says that effects are published when a body ends, under the locks of the module's `commits`.",
  ),
});
