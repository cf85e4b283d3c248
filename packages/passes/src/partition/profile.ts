/** A profile: how often each module of a design ran, so that clusters are balanced by what happens, not by what could happen. */
import type { Module, ModuleId, System } from "@assassyn/plugin-api";
import { moduleIds, moduleOf } from "@assassyn/plugin-api";
import { moduleCost } from "./costs.js";

/** What `assassyn profile` writes. */
export interface Profile {
  /** Name of the design that ran. */
  readonly design: string;
  /** Cycles of the run, ≥ 1. */
  readonly cycles: number;
  /** By module: cycles in which it was triggered, from 0 to `cycles`. */
  readonly activations: Readonly<Record<string, number>>;
}

/** The outcome of {@link parseProfile}. */
export type ParsedProfile =
  { readonly kind: "ok"; readonly profile: Profile } | { readonly kind: "error"; readonly reason: string };

const VERSION = 1;

/** The text of a profile. @example printProfile({ design: "adder", cycles: 100, activations: { adder: 99 } }) */
export function printProfile(profile: Profile): string {
  return `${JSON.stringify({ version: VERSION, ...profile }, null, 2)}\n`;
}

const error = (reason: string): ParsedProfile => ({ kind: "error", reason });

/** Reads the text of a profile. */
export function parseProfile(text: string): ParsedProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return error(`it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isRecord(value)) return error("it is not an object");
  const { version, design, cycles, activations } = value;
  if (version !== VERSION) return error(`its version is ${String(version)}, not ${VERSION}`);
  if (typeof design !== "string") return error("`design` is not a text");
  if (typeof cycles !== "number" || !Number.isSafeInteger(cycles) || cycles < 1)
    return error("`cycles` is not a whole number of at least 1");
  if (!isRecord(activations)) return error("`activations` is not an object");
  const counts: Record<string, number> = {};
  for (const [name, count] of Object.entries(activations)) {
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0 || count > cycles)
      return error(`\`activations\` of "${name}" is not a whole number from 0 to ${cycles}`);
    counts[name] = count;
  }
  return { kind: "ok", profile: { design, cycles, activations: counts } };
}

/** How often a module runs, from 0 to 1; one that the profile does not name is taken to run in every cycle. */
export function rateOf(module: Module, profile: Profile | undefined): number {
  const count = profile?.activations[module.name];
  return profile === undefined || count === undefined ? 1 : count / profile.cycles;
}

/** By module: estimated work of a cycle, in units of one simple operation. One that never runs costs a look at its credit. */
export function moduleCosts(system: System, profile?: Profile): number[] {
  const costs = system.modules.map(() => 0);
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    costs[id] = 1 + Math.round((moduleCost(module) - 1) * rateOf(module, profile));
  }
  return costs;
}

/** Names of a profile that no module of the design has. */
export function strangersIn(profile: Profile, system: System): string[] {
  const known = new Set(moduleIds(system).map((id: ModuleId) => moduleOf(system, id).name));
  return Object.keys(profile.activations).filter((name) => !known.has(name));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
