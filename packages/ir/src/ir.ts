/**
 * The intermediate representation: plain readonly data, unions discriminated by `kind`, references by numeric ids.
 *
 * - A system owns arenas of arrays, externs and modules; a module owns an arena of operations. An id is the index into
 *   its arena; a deleted entry is `null`, so ids stay stable. No object hangs under two parents.
 * - A body is a {@link Region}: a list of operation ids in program order. `if` operations own nested regions.
 * - An operation may use the result of one that comes before it in its own region or in an enclosing one.
 * - A constant is the bit pattern of its value, `0 <= value < 2^width`, also for signed types.
 * - Operand widths follow the table "Values" of the execution semantics; the pass `explicit-operands` makes them equal.
 */
import type { Type } from "./types.js";
import type { LogPiece } from "./format.js";
import type { Concurrency, LockId } from "./concurrency.js";

declare const brand: unique symbol;
/** A number that indexes one kind of arena. */
export type Id<Name extends string> = number & { readonly [brand]: Name };
/** Index into {@link System.modules}. */
export type ModuleId = Id<"module">;
/** Index into {@link System.arrays}. */
export type ArrayId = Id<"array">;
/** Index into {@link System.externs}. */
export type ExternId = Id<"extern">;
/** Index into {@link Module.operations} of the module at hand; names its result too. */
export type OpId = Id<"operation">;
/** Index into {@link Module.ports}. */
export type PortId = Id<"port">;
/** Index into {@link Module.exposed}. */
export type SlotId = Id<"slot">;

// Marked helpers: the only places where a number becomes an id.
/* oxlint-disable typescript/consistent-type-assertions -- a brand exists in the types alone */
/** The id of the entry at `index` of {@link System.modules}, an integer ≥ 0; not checked. */
export const moduleId = (index: number): ModuleId => index as ModuleId;
/** The id of the entry at `index` of {@link System.arrays}, an integer ≥ 0; not checked. */
export const arrayId = (index: number): ArrayId => index as ArrayId;
/** The id of the entry at `index` of {@link System.externs}, an integer ≥ 0; not checked. */
export const externId = (index: number): ExternId => index as ExternId;
/** The id of the entry at `index` of {@link Module.operations}, an integer ≥ 0; not checked. */
export const opId = (index: number): OpId => index as OpId;
/** The id of the entry at `index` of {@link Module.ports}, an integer ≥ 0; not checked. */
export const portId = (index: number): PortId => index as PortId;
/** The id of the entry at `index` of {@link Module.exposed}, an integer ≥ 0; not checked. */
export const slotId = (index: number): SlotId => index as SlotId;
/* oxlint-enable typescript/consistent-type-assertions */

/** Version of the JSON form and of the IR text; raised when a reader of the old one would misread the new one. */
export const IR_VERSION = 1;

/** Where in the source something came from; line and column count from 1. `file` indexes {@link System.files}. */
export interface Loc {
  readonly file: number;
  readonly line: number;
  readonly column: number;
}

/** A whole design. */
export interface System {
  readonly name: string;
  /** Paths of the sources as the user named them. */
  readonly files: readonly string[];
  readonly config: SystemConfig;
  readonly arrays: readonly (ArrayDeclaration | null)[];
  readonly externs: readonly (ExternDeclaration | null)[];
  /** In declaration order. */
  readonly modules: readonly (Module | null)[];
  /** Locks, atomics, clusters, mailboxes; absent for one thread. */
  readonly concurrency?: Concurrency;
}

/** The run's limits as the design asks for them; the command line may override each. */
export interface SystemConfig {
  /** Last cycle that runs, ≥ 1. */
  readonly cycles: number;
  /** Stop after this many cycles in a row without a triggered stage, ≥ 1. */
  readonly idle: number;
  /** Elements a FIFO without a declared depth may hold. */
  readonly fifoLimit: number;
  /** The design asks for the parallel simulator where the target leaves the choice. */
  readonly parallel: boolean;
  /** Wanted worker threads; 0 means automatic. */
  readonly threads: number;
  readonly log: LogFormat;
}

/** `located`: `@file:line  Cycle @T.00: [Module]<TAB>text`; `json`: a JSON object a line; `plain`: only the text. */
export type LogFormat = "located" | "json" | "plain";

/** What a design without a `config` block asks for. */
export const DEFAULT_CONFIG: SystemConfig = {
  cycles: 100,
  idle: 100,
  fifoLimit: 2 ** 24,
  parallel: false,
  threads: 0,
  log: "located",
};

/** A register array; a plain register has `size` 1 and `scalar` true. */
export interface ArrayDeclaration {
  readonly name: string;
  readonly type: Type;
  /** Number of elements, ≥ 1. */
  readonly size: number;
  /** Read and written in the source without an index. */
  readonly scalar: boolean;
  /** Bit patterns of the first elements; the rest starts as `fill`. */
  readonly initial: readonly bigint[];
  /** Bit pattern of all elements behind `initial`. */
  readonly fill: bigint;
  /** The memory file `initial` came from, as the source names it. */
  readonly file?: string;
  readonly loc: Loc;
}

/** A function whose body the embedder supplies. */
export interface ExternDeclaration {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: Type }[];
  /** An `extern-call` returns their concatenation, first result most significant. */
  readonly results: readonly { readonly name: string; readonly type: Type }[];
  readonly loc: Loc;
}

/** `stage` needs a credit to run; `driver` and `testbench` run every cycle; `downstream` runs behind the stages. */
export type ModuleKind = "stage" | "driver" | "testbench" | "downstream";

/** A module after elaboration: one instance, index ranges and components expanded. */
export interface Module {
  readonly kind: ModuleKind;
  /** Unique in the system, e.g. `pe_0_1`. */
  readonly name: string;
  /** The declaration it is an instance of, e.g. `pe`; equals `name` for a single module. */
  readonly source: string;
  /** FIFO ports; empty unless `kind` is `stage`. */
  readonly ports: readonly Port[];
  /** Values that other modules may read in the same cycle. */
  readonly exposed: readonly ExposedSlot[];
  /** Locks under which the body publishes what it kept to itself, in the order in which they are acquired; absent: none. */
  readonly commits?: readonly LockId[];
  readonly operations: readonly (Operation | null)[];
  readonly body: Region;
  readonly loc: Loc;
}

/** A FIFO of a stage. */
export interface Port {
  readonly name: string;
  readonly type: Type;
  /** Declared capacity in elements; absent: {@link SystemConfig.fifoLimit}. */
  readonly depth?: number;
  readonly loc: Loc;
}

/** A value that its owner publishes for one cycle. */
export interface ExposedSlot {
  readonly name: string;
  readonly type: Type;
}

/** Operations in program order. `result` is set in the regions of an `if` that has a value. */
export interface Region {
  readonly operations: readonly OpId[];
  readonly result?: OpId;
}

/** What every operation has. */
interface OperationBase {
  readonly loc: Loc;
  /** Name of the binding in the source. */
  readonly name?: string;
  /** The pass that made the operation; absent for the frontend. */
  readonly origin?: string;
}
/** An operation with a result. */
interface ValueBase extends OperationBase {
  readonly type: Type;
}
/** An operation without a result. */
interface EffectBase extends OperationBase {
  readonly type: null;
}

/** All operators of a {@link BinaryOp}. */
export const BINARY_OPERATORS = [
  "add",
  "sub",
  "mul",
  "div",
  "rem",
  "and",
  "or",
  "xor",
  "shl",
  "shr",
  "lt",
  "gt",
  "le",
  "ge",
  "eq",
  "ne",
] as const;
/** One of {@link BINARY_OPERATORS}; {@link BinaryOp} says which of them look at the sign and which can fault. */
export type BinaryOperator = (typeof BINARY_OPERATORS)[number];
/** `not` inverts every bit; `neg` is the two's complement, modulo 2^width. */
export type UnaryOperator = "not" | "neg";
/** How a {@link CastOp} changes the width: `zext` and `bitcast` fill with zeros, `sext` with the top bit. */
export type CastOperator = "zext" | "sext" | "bitcast";

// ---- pure operations

/** A bit pattern. */
export interface ConstOp extends ValueBase {
  readonly kind: "const";
  readonly value: bigint;
}
/** The result is as wide as the operand. */
export interface UnaryOp extends ValueBase {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: OpId;
}
/** `div` and `rem` fault on a zero divisor. Signedness (`div rem shr lt gt le ge`) is that of `left`'s type. */
export interface BinaryOp extends ValueBase {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: OpId;
  readonly right: OpId;
}
/** `zext` and `bitcast` fill with zeros and keep the low bits when narrower; `sext` copies the top bit of the operand. */
export interface CastOp extends ValueBase {
  readonly kind: "cast";
  readonly operator: CastOperator;
  readonly operand: OpId;
}
/** Bits `high..low`, inclusive; the result is bits of width `high - low + 1`. */
export interface SliceOp extends ValueBase {
  readonly kind: "slice";
  readonly operand: OpId;
  readonly high: number;
  readonly low: number;
}
/** First operand most significant; the result is bits of the summed width. */
export interface ConcatOp extends ValueBase {
  readonly kind: "concat";
  readonly operands: readonly OpId[];
}
/** Strict choice between two values; a choice whose arms can fault is an `if` with results. */
export interface SelectOp extends ValueBase {
  readonly kind: "select";
  readonly condition: OpId;
  readonly then: OpId;
  readonly else: OpId;
}
/** Bit i of `selector` chooses `arms[i]`; faults unless exactly one of the selector's bits is set. As many arms as bits. */
export interface Select1HotOp extends ValueBase {
  readonly kind: "select1hot";
  readonly selector: OpId;
  readonly arms: readonly OpId[];
}
/** The number of the running cycle, b64. */
export interface CycleOp extends ValueBase {
  readonly kind: "cycle";
}

// ---- reads of state

/** Committed element; faults when `index` (unsigned) is not below the array's size. */
export interface ArrayReadOp extends ValueBase {
  readonly kind: "array-read";
  readonly array: ArrayId;
  readonly index: OpId;
}
/** b1: the committed FIFO has an element. In a stage `module` is the stage itself. */
export interface FifoValidOp extends ValueBase {
  readonly kind: "fifo-valid";
  readonly module: ModuleId;
  readonly port: PortId;
}
/** Committed head; faults when the FIFO is empty. */
export interface FifoPeekOp extends ValueBase {
  readonly kind: "fifo-peek";
  readonly module: ModuleId;
  readonly port: PortId;
}
/** Value that `module` exposed in this cycle; faults when absent. Downstreams only. */
export interface ExposedGetOp extends ValueBase {
  readonly kind: "exposed-get";
  readonly module: ModuleId;
  readonly slot: SlotId;
}
/** b1: the value is present. Downstreams only. */
export interface ExposedValidOp extends ValueBase {
  readonly kind: "exposed-valid";
  readonly module: ModuleId;
  readonly slot: SlotId;
}
/** b1: the module was triggered in this cycle. Downstreams only. */
export interface TriggeredOp extends ValueBase {
  readonly kind: "triggered";
  readonly module: ModuleId;
}

// ---- effects

/** Committed head of an own port, removed at the commit; faults when empty or popped already in this cycle. Stages only. */
export interface FifoPopOp extends ValueBase {
  readonly kind: "fifo-pop";
  readonly port: PortId;
}
/** Evaluates a body that the embedder supplies. */
export interface ExternCallOp extends ValueBase {
  readonly kind: "extern-call";
  readonly extern: ExternId;
  readonly arguments: readonly OpId[];
}
/** Writes at the commit; out of range: no effect, counted. A second write of the array by the module in one cycle faults. */
export interface ArrayWriteOp extends EffectBase {
  readonly kind: "array-write";
  readonly array: ArrayId;
  readonly index: OpId;
  readonly value: OpId;
}
/** Pushes at the commit; a second push of the FIFO in one cycle, by anyone, faults. */
export interface FifoPushOp extends EffectBase {
  readonly kind: "fifo-push";
  readonly module: ModuleId;
  readonly port: PortId;
  readonly value: OpId;
}
/** Adds one credit to a stage at the commit. */
export interface CallOp extends EffectBase {
  readonly kind: "call";
  readonly module: ModuleId;
}
/** Ends the body untriggered when the condition is false. Stages, driver, testbench. */
export interface WaitOp extends EffectBase {
  readonly kind: "wait";
  readonly condition: OpId;
}
/** Ends the body, triggered, and stops the run after this cycle's commit. */
export interface FinishOp extends EffectBase {
  readonly kind: "finish";
}
/** Faults when the condition is false. */
export interface AssertOp extends EffectBase {
  readonly kind: "assert";
  readonly condition: OpId;
  readonly message: string;
}
/** Prints a line. `pieces` alternate text and formatted arguments; each argument piece indexes `arguments`. */
export interface LogOp extends EffectBase {
  readonly kind: "log";
  readonly pieces: readonly LogPiece[];
  readonly arguments: readonly OpId[];
}
/** Publishes a value in an own slot, once a cycle. */
export interface ExposeOp extends EffectBase {
  readonly kind: "expose";
  readonly slot: SlotId;
  readonly value: OpId;
}
/** Takes a lock; every path of the region releases it again. `read` shares a `rwlock` with other readers. */
export interface AcquireOp extends EffectBase {
  readonly kind: "acquire";
  readonly lock: LockId;
  readonly mode: "read" | "write";
}
/** Gives back a lock that this region acquired. */
export interface ReleaseOp extends EffectBase {
  readonly kind: "release";
  readonly lock: LockId;
}
/** `when`, and choices whose arms must not be evaluated both. With a result type both regions have a `result` of that type. */
export interface IfOp extends OperationBase {
  readonly kind: "if";
  readonly type: Type | null;
  readonly condition: OpId;
  readonly then: Region;
  readonly else: Region;
}

/** One operation. A new kind must be answered wherever `assertNever` stands. */
export type Operation =
  | ConstOp
  | UnaryOp
  | BinaryOp
  | CastOp
  | SliceOp
  | ConcatOp
  | SelectOp
  | Select1HotOp
  | CycleOp
  | ArrayReadOp
  | FifoValidOp
  | FifoPeekOp
  | ExposedGetOp
  | ExposedValidOp
  | TriggeredOp
  | FifoPopOp
  | ExternCallOp
  | ArrayWriteOp
  | FifoPushOp
  | CallOp
  | WaitOp
  | FinishOp
  | AssertOp
  | LogOp
  | ExposeOp
  | AcquireOp
  | ReleaseOp
  | IfOp;

/** The discriminant of {@link Operation}. */
export type OperationKind = Operation["kind"];
