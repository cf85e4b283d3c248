/** Reads from the control block why a simulation stopped. */
import type { SimulationDescription, SiteDescription, Stop } from "@assassyn/ir";
import { assertNever, CONTROL, FAULT_CODE, faultText, STOP_KIND } from "@assassyn/ir";
import type { ExternFailures } from "./externs.js";

/** The stop in the control block, or undefined while the simulation can go on. */
export function readStop(
  view: DataView,
  description: SimulationDescription,
  failures: ExternFailures,
): Stop | undefined {
  switch (view.getUint32(CONTROL.stopKind, true)) {
    case STOP_KIND.none:
      return undefined;
    case STOP_KIND.limit:
      return { kind: "limit" };
    case STOP_KIND.idle:
      return { kind: "idle" };
    default:
      return siteStop(view, description, failures);
  }
}

function siteStop(view: DataView, description: SimulationDescription, failures: ExternFailures): Stop {
  const number = view.getUint32(CONTROL.stopSite, true) - 1;
  const site = description.sites[number];
  if (site === undefined) throw new Error(`the simulation stopped at site ${number}, which does not exist`);
  const module = description.modules[site.module]?.name ?? "";
  const { loc } = site;
  if (site.kind === "finish") return { kind: "finish", module, loc };
  const cycle = Number(view.getBigUint64(CONTROL.cycle, true));
  const code = view.getUint32(CONTROL.stopCode, true);
  const detail = view.getBigUint64(CONTROL.stopDetail, true);
  const message = faultMessage(site, number, code, detail, description, failures);
  return { kind: "fault", fault: { message, module, cycle, loc } };
}

function faultMessage(
  site: Exclude<SiteDescription, { kind: "finish" }>,
  number: number,
  code: number,
  detail: bigint,
  description: SimulationDescription,
  failures: ExternFailures,
): string {
  const moduleName = (which: SiteDescription | undefined): string =>
    description.modules[which?.module ?? -1]?.name ?? "";
  switch (site.kind) {
    case "fault":
      return site.text;
    case "pop":
      return code === FAULT_CODE.twice ? faultText.popTwice(site.fifo) : faultText.popEmpty(site.fifo);
    case "push":
      return code === FAULT_CODE.twice
        ? faultText.pushTwice(site.fifo, moduleName(description.sites[Number(detail) - 1]), moduleName(site))
        : faultText.overflow(site.fifo, site.limit);
    case "read":
      return faultText.readRange(site.array, detail, site.size);
    case "extern":
      return faultText.extern(site.name, failures.get(number) ?? "no reason given");
    case "log":
      throw new Error(`the simulation stopped at site ${number}, which only logs`);
    default:
      return assertNever(site);
  }
}
