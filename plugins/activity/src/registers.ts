/** Names of the registers that the pass adds: the only thing that the pass and the report share. */
import type { ModuleId, PortId } from "@assassyn/plugin-api";

/** What the names of all added registers start with. */
export const PREFIX = "_activity_";

/** What one register holds. Modules and ports are ids: names could be joined to one text in two ways. */
export type Role =
  /** How often a body was started. */
  | { readonly kind: "tries"; readonly module: ModuleId }
  /** How often a body reached its end, or a `finish`. */
  | { readonly kind: "activations"; readonly module: ModuleId }
  /** Elements that `by` has pushed. */
  | { readonly kind: "pushes"; readonly module: ModuleId; readonly port: PortId; readonly by: ModuleId }
  /** Elements that the owner has popped. */
  | { readonly kind: "pops"; readonly module: ModuleId; readonly port: PortId }
  /** The most elements that `by` found where it pushed. */
  | { readonly kind: "most"; readonly module: ModuleId; readonly port: PortId; readonly by: ModuleId }
  /** The most elements that the owner found where it popped. */
  | { readonly kind: "most-popped"; readonly module: ModuleId; readonly port: PortId };

/** The name of the register for a role. */
export function registerName(role: Role): string {
  switch (role.kind) {
    case "tries":
    case "activations":
      return `${PREFIX}${role.kind}_${role.module}`;
    case "pops":
      return `${PREFIX}pops_${role.module}_${role.port}`;
    case "most-popped":
      return `${PREFIX}most_popped_${role.module}_${role.port}`;
    case "pushes":
    case "most":
      return `${PREFIX}${role.kind}_${role.module}_${role.port}_by_${role.by}`;
  }
}
