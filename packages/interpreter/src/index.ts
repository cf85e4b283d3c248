export { createInterpreter } from "./interpreter.js";
export type { ReferenceOptions, ReferenceSimulation } from "./interpreter.js";
export type { OperationObserver } from "./body.js";
export { StateTooLarge } from "./state.js";
export { evaluateBinary, evaluateCast, evaluateUnary } from "./evaluate.js";
export type { TypedBits } from "./evaluate.js";
