/** The facts that the built-in passes provide, each with a check that finds violations. */
import type { Diagnostic, Message, Module, Operation, OpId, System } from "@assassyn/plugin-api";
import { createDiagnostic, defineFact, moduleIds, moduleOf, operationOf, walk } from "@assassyn/plugin-api";
import { LIMB_BITS, limbCount, limbWidth } from "./limbs.js";
import { passMessages } from "./messages.js";

type Violation = Message<{ readonly where: string; readonly reason: string }>;

/** A check that collects what `judge` says about each operation. Modules never change, so one without violations is looked at once. */
function checkOf(
  entry: Violation,
  judge: (operation: Operation, module: Module) => string | undefined,
): (system: System) => Diagnostic[] {
  const fine = new WeakSet<Module>();
  return (system) => {
    const diagnostics: Diagnostic[] = [];
    for (const id of moduleIds(system)) {
      const module = moduleOf(system, id);
      if (fine.has(module)) continue;
      const before = diagnostics.length;
      walk(module, (operation, op) => {
        const reason = judge(operation, module);
        if (reason !== undefined)
          diagnostics.push(createDiagnostic(entry, { where: `module ${module.name}, %${op}`, reason }));
      });
      if (diagnostics.length === before) fine.add(module);
    }
    return diagnostics;
  };
}

const widthOf = (module: Module, id: OpId): number => operationOf(module, id).type?.width ?? 0;

/** Operands of every binary operation but a shift are equally wide. */
export const operandsExplicit = defineFact({
  name: "operands-explicit",
  description: "Both operands of a binary operation, but for shifts, are as wide as the operation",
  check: checkOf(passMessages["operands-differ"], (operation, module) => {
    if (operation.kind !== "binary") return undefined;
    const left = widthOf(module, operation.left);
    const { width } = operation.type;
    switch (operation.operator) {
      case "shl":
      case "shr":
        return left === width ? undefined : `the shifted value has ${left} bits, the result ${width}`;
      case "lt":
      case "gt":
      case "le":
      case "ge":
      case "eq":
      case "ne": {
        const right = widthOf(module, operation.right);
        return left === right ? undefined : `compared values have ${left} and ${right} bits`;
      }
      default: {
        const right = widthOf(module, operation.right);
        return left === width && right === width
          ? undefined
          : `operands have ${left} and ${right} bits, the result ${width}`;
      }
    }
  }),
});

/** Values wider than 64 bits are moved, but not computed with. */
export const widthsLegal = defineFact({
  name: "widths-legal",
  description:
    "Values wider than 64 bits are only read, written, bundled from limbs, cut into limbs, and divided",
  check: checkOf(passMessages["width-not-legal"], (operation, module) => {
    const width = operation.type?.width ?? 0;
    const isWide = (id: OpId): boolean => widthOf(module, id) > LIMB_BITS;
    switch (operation.kind) {
      case "concat": {
        if (width <= LIMB_BITS) return undefined;
        const fits = operation.operands
          .toReversed()
          .every((operand, index) => widthOf(module, operand) === limbWidth(width, index));
        return fits && operation.operands.length === limbCount(width)
          ? undefined
          : "a wide concat is a bundle of limbs";
      }
      case "slice": {
        const from = widthOf(module, operation.operand);
        if (from <= LIMB_BITS) return undefined;
        const index = operation.low / LIMB_BITS;
        const isLimb = Number.isInteger(index) && width === limbWidth(from, index);
        return isLimb ? undefined : "a slice of a wide value takes exactly one limb";
      }
      case "cast": {
        const from = widthOf(module, operation.operand);
        if (Math.max(from, width) <= LIMB_BITS || (from === width && operation.operator === "bitcast"))
          return undefined;
        return "a wide value can only be cast to its own width";
      }
      case "unary":
        return width > LIMB_BITS ? "a wide value cannot be computed with" : undefined;
      case "binary":
        if (operation.operator === "div" || operation.operator === "rem") return undefined;
        return isWide(operation.left) || isWide(operation.right)
          ? "a wide value cannot be computed with"
          : undefined;
      case "select":
        return width > LIMB_BITS ? "a wide value cannot be chosen by `select`" : undefined;
      case "select1hot":
        return width > LIMB_BITS || isWide(operation.selector)
          ? "a wide value cannot be chosen by `select1hot`"
          : undefined;
      case "array-read":
      case "array-write":
        return isWide(operation.index) ? "an index has at most 64 bits" : undefined;
      default:
        return undefined;
    }
  }),
});

/** Every exposed value is read. */
export const slotsUsed = defineFact({
  name: "slots-used",
  description: "Every exposed value is read by some downstream",
});

/** There is an order of the downstreams. */
export const downstreamsOrdered = defineFact({
  name: "downstreams-ordered",
  description: "Downstreams do not use each other's values in a loop",
});
