/** What the ownership certificate derived: `assassyn analyze --certificate`. */
import type { ModuleId, System } from "@assassyn/ir";
import { locationPrinter, moduleOf } from "@assassyn/ir";
import type { Certificate, Protection } from "@assassyn/ownership";
import { formatTable } from "../table.js";

/** Plain data for `--json`. */
export function toJsonCertificate(system: System, { form, barriers, locations }: Certificate): object {
  const print = locationPrinter(system);
  const names = (ids: readonly ModuleId[]): string[] => ids.map((id) => moduleOf(system, id).name);
  return {
    form,
    barriers,
    locations: locations.map(({ location, protection, writers, readers, argument }) => ({
      location: print(location),
      protection: { kind: protection.kind, text: protectionText(system, protection) },
      writers: names(writers),
      readers: names(readers),
      argument,
    })),
  };
}

/** The table for people. */
export function formatCertificate(
  system: System,
  { form, barriers, locations }: Certificate,
  title: (text: string) => string,
): string {
  const print = locationPrinter(system);
  const rows = locations.map(({ location, protection, argument }) => [
    print(location),
    protectionText(system, protection),
    argument,
  ]);
  const head = `Certificate: ${locations.length} locations are safe, form ${form}, ${barriers} barrier${barriers === 1 ? "" : "s"} a cycle`;
  return title(head) + formatTable(["location", "by", "argument"], rows);
}

function protectionText(system: System, protection: Protection): string {
  switch (protection.kind) {
    case "lock":
      return `${protection.type} ${protection.name}`;
    case "atomic":
      return "atomic";
    case "module":
      return `module ${moduleOf(system, protection.module).name}`;
    case "cluster":
      return `cluster ${protection.cluster}`;
  }
}
