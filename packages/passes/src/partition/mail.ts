/** Who holds what, and which mail goes between clusters. */
import type { ClusterId, Location, Mailbox, ModuleId, OwnedLocation, System } from "@assassyn/plugin-api";
import { arrayId, arrayIds, clusterId, moduleIds, moduleOf, portId, slotId } from "@assassyn/plugin-api";
import type { Access, SystemAccesses } from "./accesses.js";
import type { Shape } from "./groups.js";

/** Locations with their owners, and the mailboxes between clusters. */
export interface Mail {
  readonly owned: readonly OwnedLocation[];
  readonly mailboxes: readonly Mailbox[];
}

/**
 * Owners and mailboxes for modules in clusters; arrays first, then FIFOs, credits, flags and values, each by declaration. Writers stand in
 * writer order, so mail of one cycle, taken in as it is listed, is committed in that order.
 *
 * @param clusterOf by module
 */
export function planMail(
  system: System,
  accesses: SystemAccesses,
  shape: Shape,
  clusterOf: readonly ClusterId[],
): Mail {
  const owned: OwnedLocation[] = [];
  const mailboxes: Mailbox[] = [];
  const cluster = (module: number): ClusterId => clusterOf[module] ?? clusterId(0);
  const own = (location: Location, holder: ClusterId, reason: string): void => {
    owned.push({ location, owner: { kind: "cluster", cluster: holder }, reason });
  };
  const name = (id: ModuleId): string => moduleOf(system, id).name;
  const names = (list: readonly Access[]): string => listNames(list.map(({ module }) => name(module)));
  const clustersOf = (list: readonly Access[]): ClusterId[] => list.map(({ module }) => cluster(module));

  for (const id of arrayIds(system)) {
    const { writers = [], readers = [] } = accesses.arrays[id] ?? {};
    const location: Location = { kind: "array", array: arrayId(id) };
    const [first] = [...writers, ...readers];
    const holder = first === undefined ? clusterId(0) : cluster(first.module);
    const copies = distinct([...clustersOf(readers), holder]);
    const touched = distinct([...clustersOf(writers), ...copies]);
    if (writers.length > 0 && touched.length > 1)
      for (const { module } of writers) mailboxes.push({ location, writer: module, to: copies });
    own(location, holder, arrayReason(names(writers), touched.length > 1, writers.length, copies.length));
  }
  for (const id of moduleIds(system)) {
    moduleOf(system, id).ports.forEach((_, index) => {
      const { writers = [] } = accesses.fifos[id]?.[index] ?? {};
      const location: Location = { kind: "fifo", module: id, port: portId(index) };
      const foreign = writers.filter(({ module }) => cluster(module) !== cluster(id));
      if (foreign.length > 0)
        for (const { module } of writers) mailboxes.push({ location, writer: module, to: [cluster(id)] });
      own(
        location,
        cluster(id),
        foreign.length > 0
          ? `only ${name(id)} and its cluster look at it; pushes of ${names(writers)} come by mail`
          : `whoever touches it runs in this cluster`,
      );
    });
  }
  for (const id of moduleIds(system)) {
    if (moduleOf(system, id).kind !== "stage") continue;
    const foreign = (accesses.callers[id] ?? []).filter(({ module }) => cluster(module) !== cluster(id));
    const location: Location = { kind: "credit", module: id };
    for (const { module } of foreign) mailboxes.push({ location, writer: module, to: [cluster(id)] });
    own(
      location,
      cluster(id),
      foreign.length > 0
        ? `only ${name(id)} spends it; calls by ${names(foreign)} come by mail`
        : `${name(id)} and its callers run in this cluster`,
    );
  }
  const publish = (location: Location, id: ModuleId, users: readonly Access[]): void => {
    const to = distinct(clustersOf(users)).filter((target) => target !== cluster(id));
    if (shape === "split" && to.length > 0) mailboxes.push({ location, writer: id, to });
    own(
      location,
      cluster(id),
      to.length > 0
        ? `${name(id)} writes it; copies for ${names(users.filter(({ module }) => cluster(module) !== cluster(id)))} go by mail`
        : users.length > 0
          ? `${name(id)} writes it, and its users run in this cluster`
          : `only ${name(id)} touches it`,
    );
  };
  for (const id of moduleIds(system)) publish({ kind: "flag", module: id }, id, accesses.flagUsers[id] ?? []);
  for (const id of moduleIds(system)) {
    moduleOf(system, id).exposed.forEach((_, index) => {
      publish({ kind: "value", module: id, slot: slotId(index) }, id, accesses.valueUsers[id]?.[index] ?? []);
    });
  }
  return { owned, mailboxes };
}

function arrayReason(writers: string, isShared: boolean, count: number, copies: number): string {
  if (count === 0)
    return isShared ? "nobody writes it; each cluster that reads it has a copy" : "nobody writes it";
  if (!isShared) return `written by ${writers}; whoever touches it runs in this cluster`;
  const held = copies > 1 ? "each cluster that reads it has a copy" : "nobody else reads it";
  return `written by ${writers}, by mail; ${held}`;
}

/** Long lists end in a number, so that the text of a system does not grow with the square of its modules. */
function listNames(names: readonly string[]): string {
  const SHOWN = 3;
  const shown = names.length > SHOWN + 1 ? names.slice(0, SHOWN) : names;
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.at(-1);
  const head = rest > 0 ? shown : shown.slice(0, -1);
  return head.length > 0 ? `${head.join(", ")} and ${last ?? ""}` : (last ?? "nobody");
}

/** Ascending. */
function distinct(ids: readonly ClusterId[]): ClusterId[] {
  return [...new Set(ids)].toSorted((left, right) => left - right);
}
