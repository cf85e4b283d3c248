import type { CheckDefinition, Loc, Module, Operation, OpId } from "@assassyn/plugin-api";
import { defineCheck, moduleIds, moduleOf, walk } from "@assassyn/plugin-api";
import { messages } from "./messages.js";
import { constantCondition } from "./value-range.js";

/** What is known of one place in the source, over all instances of the declaration. */
interface Finding {
  readonly what: string;
  readonly loc: Loc;
  /** Undefined when instances differ, or one is not constant. */
  value: boolean | undefined;
}

/**
 * Finds conditions that widths and constants decide.
 *
 * ```
 * reg level: u8
 * when level >= 0 { … }       // always
 * wait_until level < 256      // always: a u8 goes up to 255
 * ```
 */
export const constantConditions: CheckDefinition = defineCheck({
  name: "constant-condition",
  description: "Finds conditions that are always true or always false",
  run({ system, report }) {
    const findings = new Map<string, Finding>();
    for (const id of moduleIds(system)) {
      const module = moduleOf(system, id);
      walk(module, (operation) => {
        const found = conditionOf(operation);
        if (found === undefined) return;
        const { loc } = operation;
        const value = valueOf(module, operation, found.condition);
        // Operations of one place in one instance (an unrolled loop) are instances too.
        const key = `${module.source} ${loc.file}:${loc.line}:${loc.column}`;
        const known = findings.get(key);
        if (known === undefined) findings.set(key, { what: found.what, loc, value });
        else if (known.value !== value) known.value = undefined;
      });
    }
    for (const { what, loc, value } of findings.values()) {
      if (value === undefined) continue;
      report(messages["constant-condition"], { what, value }, loc, {
        help: "look for a wrong operand, sign or width; use `if` for a choice made while compiling",
      });
    }
  },
});

function conditionOf(operation: Operation): { readonly what: string; readonly condition: OpId } | undefined {
  switch (operation.kind) {
    case "if":
      return { what: operation.type === null ? "when" : "choice", condition: operation.condition };
    case "select":
      return { what: "choice", condition: operation.condition };
    case "wait":
      return { what: "wait_until", condition: operation.condition };
    case "assert":
      return { what: "assert", condition: operation.condition };
    default:
      return undefined;
  }
}

/** An `assert` that always holds is what everybody hopes for. */
function valueOf(module: Module, operation: Operation, condition: OpId): boolean | undefined {
  const value = constantCondition(module, condition);
  return operation.kind === "assert" && value === true ? undefined : value;
}
