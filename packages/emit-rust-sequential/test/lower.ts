/** Brings systems into the forms that the emitter needs, and no further: what other passes would tidy up is worth testing too. */
import type { System } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses, explicitOperands, legalizeWidths } from "@assassyn/passes";

const manager = createPassManager({ plugins: [builtinPasses] });
const { plan, diagnostics } = manager.plan({ pipeline: [explicitOperands.name, legalizeWidths.name] });

/** The same design with explicit operands and legal widths. */
export function lower(system: System): System {
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const result = manager.run(system, plan);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.system;
}
