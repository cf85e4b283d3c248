export * from "./accesses.js";
export * from "./builder.js";
export * from "./concurrency.js";
export * from "./description.js";
export * from "./extern-results.js";
export * from "./faults.js";
export * from "./format.js";
export * from "./ir.js";
export * from "./json.js";
export * from "./messages.js";
export * from "./operations.js";
export * from "./order.js";
export * from "./parse-text.js";
export {
  locationPrinter,
  operationPrinter,
  printDeclarations,
  printModule,
  printSystem,
} from "./print-text.js";
export * from "./rewriter.js";
export * from "./simulation.js";
export * from "./trace-plan.js";
export * from "./types.js";
export { verify } from "./verify.js";
