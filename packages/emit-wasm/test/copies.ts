/** Several copies of a design side by side: modules that do the same in places of their own. */
import type { Module, Operation, System } from "@assassyn/ir";
import { arrayId, moduleId } from "@assassyn/ir";

const name = (text: string, copy: number): string => (copy === 0 ? text : `${text}_copy${copy}`);

/**
 * A system with `count` copies of everything but extern functions. Copies are modules of the same form, and differ in names, places, and
 * constants: those that `vary` takes for another value.
 */
export function copies(
  system: System,
  count: number,
  vary: (value: bigint, width: number, copy: number) => bigint,
): System {
  const arrays = system.arrays.length;
  const modules = system.modules.length;
  const numbers = Array.from({ length: count }, (_, copy) => copy);
  const move = (operation: Operation | null, copy: number): Operation | null => {
    if (operation === null) return null;
    if (operation.kind === "const")
      return { ...operation, value: vary(operation.value, operation.type.width, copy) };
    return {
      ...operation,
      ...("array" in operation ? { array: arrayId(operation.array + copy * arrays) } : {}),
      ...("module" in operation ? { module: moduleId(operation.module + copy * modules) } : {}),
    };
  };
  return {
    ...system,
    arrays: numbers.flatMap((copy) =>
      system.arrays.map((array) => array && { ...array, name: name(array.name, copy) }),
    ),
    modules: numbers.flatMap((copy) =>
      system.modules.map(
        (module): Module | null =>
          module && {
            ...module,
            name: name(module.name, copy),
            operations: module.operations.map((operation) => move(operation, copy)),
          },
      ),
    ),
  };
}
