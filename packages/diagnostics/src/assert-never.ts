/**
 * Closes an exhaustive `switch`: a case that is missing is a type error at the call. Throws if a value gets here nevertheless.
 *
 * @example
 * switch (node.kind) {
 *   case "name": return node.name;
 *   default: return assertNever(node);
 * }
 */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
