/** What generated files import from the runtime: only what their text mentions. */

/** Path in the runtime, and the identifier by which code mentions it. */
const IMPORTS: readonly (readonly [path: string, mention: RegExp])[] = [
  ["bits", /\bbits::/],
  ["classic::ClassicArray", /\bClassicArray\b/],
  ["classic::ClassicFifo", /\bClassicFifo\b/],
  ["classic::EventQueue", /\bEventQueue\b/],
  ["context::site", /\bsite\(/],
  ["context::Site", /\bSite\b/],
  ["deferred::target", /\btarget\(/],
  ["idle", /\bidle::/],
  ["inspect", /\binspect::/],
  ["parallel::AtomicArray", /\bAtomicArray\b/],
  ["parallel::AtomicCell", /\bAtomicCell\b/],
  ["parallel::AtomicCredit", /\bAtomicCredit\b/],
  ["parallel::AtomicPush", /\bAtomicPush\b/],
  ["parallel::AtomicValue", /\bAtomicValue\b/],
  ["parallel::ExclusiveDesign", /\bExclusiveDesign\b/],
  ["parallel::ExclusiveEngine", /\bExclusiveEngine\b/],
  ["parallel::ExclusiveTask", /\bExclusiveTask\b/],
  ["parallel::Executor", /\bExecutor::/],
  ["parallel::ExternCell", /\bExternCell\b/],
  ["parallel::MutexCell", /\bMutexCell\b/],
  ["parallel::OwnFifo", /\bOwnFifo\b/],
  ["parallel::run_exclusive_cycle", /\brun_exclusive_cycle\(self\b/],
  ["parallel::run_shared_cycle", /\brun_shared_cycle\(self\b/],
  ["parallel::RwLockCell", /\bRwLockCell\b/],
  ["parallel::SharedArray", /\bSharedArray\b/],
  ["parallel::SharedDesign", /\bSharedDesign\b/],
  ["parallel::SharedEngine", /\bSharedEngine\b/],
  ["parallel::SharedFifo", /\bSharedFifo\b/],
  ["parallel::SharedPlan", /\bSharedPlan\b/],
  ["parallel::SharedValue", /\bSharedValue\b/],
  ["parallel::Step", /\bStep::/],
  ["parallel::Task", /\bTask</],
  ["parallel::TaskPlace", /\bTaskPlace\b/],
  ["tables::boxed", /\bboxed\(/],
  ["tables::load", /\bload\(/],
  ["tables::load_hex", /\bload_hex\(/],
  ["wide", /\bwide::/],
  ["Align", /\bAlign::/],
  ["ArrayInfo", /\bArrayInfo\b/],
  ["ArraySlot", /\bArraySlot\b/],
  ["Config", /\bConfig\b/],
  ["Context", /\bContext\b/],
  ["Design", /\bDesign\b/],
  ["DesignInfo", /\bDesignInfo\b/],
  ["ExternInfo", /\bExternInfo\b/],
  ["Fault", /\bFault::/],
  ["Fifo", /\bFifo\b/],
  ["LogFormat", /\bLogFormat\b/],
  ["ModuleInfo", /\bModuleInfo\b/],
  ["ModuleKind", /\bModuleKind\b/],
  ["ModuleState", /\bModuleState\b/],
  ["PortInfo", /\bPortInfo\b/],
  ["PushSlot", /\bPushSlot\b/],
  ["PushStamp", /\bPushStamp\b/],
  ["Radix", /\bRadix::/],
  ["SlotInfo", /\bSlotInfo\b/],
  ["Spec", /\bSpec\b/],
  ["ValueType", /\bValueType\b/],
  ["Word", /\.write_limbs\(|\bfrom_limbs\(/],
];

/** The `use` lines for a text: those of the standard library, the runtime, and `own` (paths under `crate::` by the identifier mentioned). */
export function importLines(
  text: string,
  own: readonly (readonly [path: string, mention: RegExp])[] = [],
): string[] {
  const code = withoutTexts(text);
  const lines: string[] = [];
  if (/\bslice::from_/.test(code)) lines.push("use std::slice;", "");
  const runtime = IMPORTS.filter(([, mention]) => mention.test(code)).map(([path]) => path);
  if (runtime.length === 1) lines.push(`use assassyn_runtime::${runtime[0]};`);
  if (runtime.length > 1) lines.push(`use assassyn_runtime::{${runtime.join(", ")}};`);
  const crate = own.filter(([, mention]) => mention.test(code)).map(([path]) => `use crate::${path};`);
  if (crate.length > 0) lines.push(...(runtime.length > 0 ? [""] : []), ...crate);
  return lines;
}

/** Rust text without its comments and string literals, which hold names of the design. */
export function withoutTexts(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\.)'|\/\/.*/g, "");
}
