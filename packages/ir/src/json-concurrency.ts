/** Checked reading of the part of the JSON form that is about threads. */
import type { ClusterId, Concurrency, Location, LockId, OwnedLocation, Step } from "./concurrency.js";
import { clusterId, lockId } from "./concurrency.js";
import type { ModuleId } from "./ir.js";
import { arrayId, moduleId, portId, slotId } from "./ir.js";
import type { JsonValue } from "./json-decode.js";
import { assertNever } from "./operations.js";

/** The number of a lock. */
export function decodeLock(value: JsonValue): LockId {
  return lockId(value.integer());
}

const decodeCluster = (value: JsonValue): ClusterId => clusterId(value.integer());
const decodeModuleId = (value: JsonValue): ModuleId => moduleId(value.integer());

const proven = (entry: JsonValue): { location: Location; reason: string } => ({
  location: decodeLocation(entry.field("location")),
  reason: entry.field("reason").string(),
});

/** Everything about threads. */
export function decodeConcurrency(value: JsonValue): Concurrency {
  return {
    receiver: value.field("receiver").choice(["exclusive", "shared"]),
    locks: value.field("locks").list((entry) =>
      entry.nullable((lock) => ({
        name: lock.field("name").string(),
        type: lock.field("type").choice(["mutex", "rwlock"]),
        ...proven(lock),
      })),
    ),
    atomics: value.field("atomics").list(proven),
    owned: value
      .field("owned")
      .list((entry) => ({ ...proven(entry), owner: decodeOwner(entry.field("owner")) })),
    clusters: value.field("clusters").list((entry) => ({
      modules: entry.field("modules").list(decodeModuleId),
      cost: entry.field("cost").integer(),
    })),
    mailboxes: value.field("mailboxes").list((entry) => ({
      location: decodeLocation(entry.field("location")),
      writer: decodeModuleId(entry.field("writer")),
      to: entry.field("to").list(decodeCluster),
    })),
    steps: value.field("steps").list(decodeStep),
  };
}

function decodeOwner(value: JsonValue): OwnedLocation["owner"] {
  const kind = value.field("kind").choice(["module", "cluster"]);
  return kind === "module"
    ? { kind, module: decodeModuleId(value.field("module")) }
    : { kind, cluster: decodeCluster(value.field("cluster")) };
}

function decodeLocation(value: JsonValue): Location {
  const kind = value.field("kind").choice(["array", "fifo", "credit", "flag", "value", "stamp"]);
  switch (kind) {
    case "array":
      return { kind, array: arrayId(value.field("array").integer()) };
    case "fifo":
      return {
        kind,
        module: decodeModuleId(value.field("module")),
        port: portId(value.field("port").integer()),
      };
    case "value":
      return {
        kind,
        module: decodeModuleId(value.field("module")),
        slot: slotId(value.field("slot").integer()),
      };
    case "credit":
    case "flag":
      return { kind, module: decodeModuleId(value.field("module")) };
    case "stamp":
      return { kind };
    default:
      return assertNever(kind);
  }
}

function decodeStep(value: JsonValue): Step {
  const kind = value.field("kind").choice(["run", "barrier", "commit", "receive"]);
  switch (kind) {
    case "run":
      return { kind, modules: value.field("modules").list(decodeModuleId) };
    case "receive":
      return { kind, mail: value.field("mail").choice(["effects", "values"]) };
    case "barrier":
    case "commit":
      return { kind };
    default:
      return assertNever(kind);
  }
}
