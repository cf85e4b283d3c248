/** Identifiers of generated Rust. */

/** Keywords of every edition, and names that generated bodies use themselves. */
export const RESERVED_NAMES: readonly string[] = [
  ..."abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let".split(
    " ",
  ),
  ..."loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof union unsafe".split(
    " ",
  ),
  ..."unsized use virtual where while yield".split(" "),
  ..."state own cx idle active busy ran externs at here sites links element value reason site target bits wide line usize u8 u16 u32 u64 i8 i16 i32 i64 bool str core std alloc".split(
    " ",
  ),
];

/** Names of types that generated files mention: the prelude's, and the runtime's. */
export const RESERVED_TYPES: readonly string[] = [
  ..."Self Option Some None Result Ok Err Vec Box String Default Clone Copy Debug Drop Fn FnMut FnOnce From Into Iterator Send Sync Eq Ord Hash".split(
    " ",
  ),
  ..."PartialEq PartialOrd AsRef AsMut ToString ToOwned Extend IntoIterator TryFrom TryInto Sized Unpin DoubleEndedIterator".split(
    " ",
  ),
  ..."Align ArrayInfo ArraySlot Body ClassicArray ClassicFifo Config Context Design DesignInfo EventQueue ExternInfo Externs Fault Fifo".split(
    " ",
  ),
  ..."LogFormat MissingExterns ModuleInfo ModuleKind ModuleState PortInfo PushSlot PushStamp Radix Simulator Site SlotInfo Spec State".split(
    " ",
  ),
  ..."AtomicArray AtomicCell AtomicCredit AtomicPush AtomicValue Engine ExclusiveDesign ExclusiveEngine ExclusiveTask Executor ExternCell".split(
    " ",
  ),
  ..."MutexCell OwnFifo ParallelOptions RwLockCell SharedArray SharedDesign SharedEngine SharedFifo SharedPlan SharedValue Step Task".split(
    " ",
  ),
  ..."TaskPlace Tasks ValueType Word ExactSizeIterator FromIterator FusedIterator".split(" "),
];

/** Package names that cargo refuses or that would hide another crate. */
const RESERVED_CRATES = new Set([
  ...RESERVED_NAMES,
  "test",
  "build",
  "deps",
  "examples",
  "incremental",
  "proc_macro",
  "assassyn_runtime",
]);

/** The name of the generated crate for a system with this name, already in snake case. */
export function crateName(snakeName: string): string {
  return RESERVED_CRATES.has(snakeName) ? `${snakeName}_design` : snakeName;
}
