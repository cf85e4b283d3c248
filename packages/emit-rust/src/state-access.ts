/** How a body reaches the state of a design: the one thing in which the layouts and the Rust targets differ. */
import type { ArrayId, ExternId, LockId, ModuleId, OpId, PortId, SlotId } from "@assassyn/ir";
import type { CodeWriter, NameScope } from "@assassyn/emit-core";

/** The operation at hand, ready to be written into code. */
export interface Place {
  /** Index of the module in the tables: the first part of the key of a stop. */
  readonly module: string;
  /** An expression of the type `Site`; asked for only where it is written. */
  readonly site: string;
  /** `// +2`, to stand behind the first line of a statement. */
  readonly comment: string;
  /** A write, push or pop that may come behind another one of the same body on the same element, which is a fault. */
  readonly second: boolean;
  /** One that such a second one may come behind. */
  readonly first: boolean;
}

/** An index into an array. */
export interface IndexOperand {
  /** Of type `usize`; beyond every array where the value does not fit the machine. */
  readonly text: string;
  /** The same as `u64`, for messages. */
  readonly wide: string;
  /** It is below the size of the array, always. */
  readonly fits: boolean;
}

/**
 * Writes accesses to state. Statements end a body early by `return`: `false` for a fault.
 * `name` is the identifier that gets the result.
 */
export interface StateAccess {
  /** Statements at the start of a body; `names` hands out names for local variables. Returns those of the flags it declares. */
  begin(code: CodeWriter, names: NameScope): readonly string[];
  arrayRead(code: CodeWriter, place: Place, name: string, array: ArrayId, index: IndexOperand): void;
  arrayWrite(code: CodeWriter, place: Place, array: ArrayId, index: IndexOperand, value: string): void;
  /** A condition. */
  fifoValid(module: ModuleId, port: PortId): string;
  fifoPeek(code: CodeWriter, place: Place, name: string, module: ModuleId, port: PortId): void;
  /** `name` is undefined when nobody uses the element. */
  fifoPop(code: CodeWriter, place: Place, name: string | undefined, port: PortId): void;
  fifoPush(code: CodeWriter, place: Place, module: ModuleId, port: PortId, value: string): void;
  call(code: CodeWriter, place: Place, module: ModuleId): void;
  expose(code: CodeWriter, place: Place, slot: SlotId, value: string): void;
  /** A condition. */
  exposedValid(module: ModuleId, slot: SlotId): string;
  /** An expression that is right only when the value is present. */
  exposedValue(module: ModuleId, slot: SlotId): string;
  /** Takes a lock until {@link StateAccess.release}; nothing where one body runs at a time. `id` is the operation. */
  acquire(code: CodeWriter, lock: LockId, mode: "read" | "write", id: OpId): void;
  release(code: CodeWriter, lock: LockId): void;
  /** A condition. */
  triggered(module: ModuleId): string;
  /** The number of the cycle as an expression, right where the operation stands; default: that of the context, right everywhere. */
  cycle?(): string;
  /** Index of a module in the tables. */
  moduleIndex(module: ModuleId): string;
  /** An expression of the type `Result<tuple or value, String>`. */
  externCall(extern: ExternId, values: readonly string[]): string;
}
