/** A plain version of the pass `explicit-operands`, so that these tests need no passes. */
import type { Module, Operation, OpId, Region, System, Type } from "@assassyn/ir";
import { operandsOf, operationOf, opId, type, uint } from "@assassyn/ir";

/** Gives the operands of every binary operation but shifts equal widths. */
export function makeOperandsExplicit(system: System): System {
  return {
    ...system,
    modules: system.modules.map((module) => (module === null ? null : lowerModule(module))),
  };
}

/** True when no value is wider than 64 bits where the form `widths-legal` does not allow it. */
export function isNarrow(system: System): boolean {
  return system.modules.every(
    (module) =>
      module === null ||
      module.operations.every((operation) => {
        if (operation === null) return true;
        const widths = [operation, ...operandsOf(operation).map((id) => operationOf(module, id))].map(
          (o) => o.type?.width ?? 0,
        );
        if (Math.max(...widths) <= 64) return true;
        return !["unary", "binary", "cast", "slice", "concat", "select", "select1hot"].includes(
          operation.kind,
        );
      }),
  );
}

function lowerModule(module: Module): Module {
  const operations: (Operation | null)[] = [...module.operations];
  const append = (into: OpId[], operation: Operation): OpId => {
    const id = opId(operations.length);
    operations.push(operation);
    into.push(id);
    return id;
  };
  const typeOf = (id: OpId): Type => operations[id]?.type ?? uint(1);
  const lowerRegion = (region: Region): Region => {
    const result: OpId[] = [];
    for (const id of region.operations) {
      const operation = operationOf(module, id);
      if (operation.kind === "if") {
        operations[id] = {
          ...operation,
          then: lowerRegion(operation.then),
          else: lowerRegion(operation.else),
        };
        result.push(id);
        continue;
      }
      if (operation.kind !== "binary" || operation.operator === "shl" || operation.operator === "shr") {
        result.push(id);
        continue;
      }
      const left = typeOf(operation.left);
      const right = typeOf(operation.right);
      const width =
        operation.operator === "mul"
          ? left.width + right.width
          : operation.operator === "sub"
            ? left.width
            : Math.max(left.width, right.width);
      const extend = (operand: OpId): OpId => {
        const from = typeOf(operand);
        if (from.width === width) return operand;
        const bitwise = ["and", "or", "xor"].includes(operation.operator);
        const operator = from.class === "i" && !bitwise ? "sext" : "zext";
        return append(result, {
          kind: "cast",
          operator,
          operand,
          type: type(from.class, width),
          loc: operation.loc,
        });
      };
      const isCompare =
        operation.type.width === 1 && ["lt", "gt", "le", "ge", "eq", "ne"].includes(operation.operator);
      const operands = { left: extend(operation.left), right: extend(operation.right) };
      if (isCompare || operation.type.width === width) {
        operations[id] = { ...operation, ...operands };
      } else {
        const full = append(result, { ...operation, ...operands, type: type(operation.type.class, width) });
        operations[id] = {
          kind: "cast",
          operator: "bitcast",
          operand: full,
          type: operation.type,
          loc: operation.loc,
        };
      }
      result.push(id);
    }
    return region.result === undefined
      ? { operations: result }
      : { operations: result, result: region.result };
  };
  const body = lowerRegion(module.body);
  return { ...module, operations, body };
}
