export { createInterpreter } from "./interpreter.js";
export type { ReferenceSimulation } from "./interpreter.js";
export { StateTooLarge } from "./state.js";
export { evaluateBinary, evaluateCast, evaluateUnary } from "./evaluate.js";
export type { TypedBits } from "./evaluate.js";
