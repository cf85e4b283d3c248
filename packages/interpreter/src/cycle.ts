/** What one cycle gathers until its commit. */
import type { ArrayId, Fault, Loc, LogRecord, ModuleId, PortId, SlotId } from "@assassyn/ir";
import type { Key, PendingPush } from "./state.js";
import { keyBefore } from "./state.js";

/** A stop that some module asks for. */
export type KeyedStop =
  | { readonly kind: "finish"; readonly key: Key; readonly module: string; readonly loc: Loc }
  | { readonly kind: "fault"; readonly key: Key; readonly fault: Fault };

/** The effects of one cycle, private to it. */
export class PendingCycle {
  /** Values exposed by module and slot. */
  readonly exposed = new Map<ModuleId, Map<SlotId, bigint>>();
  readonly triggered = new Set<ModuleId>();
  readonly writes: {
    readonly array: ArrayId;
    readonly writer: ModuleId;
    readonly index: bigint;
    readonly value: bigint;
  }[] = [];
  readonly pushes: PendingPush[] = [];
  readonly pops: { readonly module: ModuleId; readonly port: PortId }[] = [];
  readonly calls: ModuleId[] = [];
  readonly logs: { readonly key: Key; readonly record: LogRecord }[] = [];
  /** The stop with the smallest key so far. */
  stop: KeyedStop | undefined;
  /** Some module faulted, whatever stop decides. */
  faulted = false;

  /** Notes a stop; the smallest key wins. */
  requestStop(stop: KeyedStop): void {
    if (stop.kind === "fault") this.faulted = true;
    if (this.stop === undefined || keyBefore(stop.key, this.stop.key)) this.stop = stop;
  }
}
