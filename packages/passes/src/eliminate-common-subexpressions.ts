/** The pass `eliminate-common-subexpressions`. */
import type { Module } from "@assassyn/plugin-api";
import { definePass, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "./each-module.js";
import { ResultTable } from "./result-table.js";

const NAME = "eliminate-common-subexpressions";

/** Results of the pass: a cache, no state. */
const settled = new WeakSet<Module>();

/**
 * Of two operations with the same result, the second goes, if the first stands before it in the same region or an enclosing one.
 *
 *     %2: u8 = %0 + %1                    %2: u8 = %0 + %1
 *     when %9 {                           when %9 {
 *       %3: u8 = %1 + %0
 *       %4 log("{}", %3)                    %4 log("{}", %2)
 *
 * Reads of arrays, FIFO heads and exposed values count, for committed state does not change within a cycle. They may fault, and so may
 * divisions; but the second cannot where the first has run and did not.
 */
export const eliminateCommonSubexpressions = definePass({
  name: NAME,
  description: "Computes what is computed twice only once",
  run(cx) {
    const table = new ResultTable();
    eachModule(cx, (module) => rewrite(module, table), settled);
  },
});

function rewrite(module: Module, table: ResultTable): Module {
  table.reset(module.operations.length);
  return rewriteModule(module, NAME, {
    enterRegion: () => table.openScope(),
    leaveRegion: () => table.closeScope(),
    operation: (operation, id) => table.findOrAdd(operation, id) ?? operation,
  });
}
