import type { OutputFile } from "@assassyn/emit-core";
import { RUNTIME_SOURCE } from "./generated/runtime-source.js";

/** The Rust runtime, as files of the folder `runtime/` of a generated crate. */
export function runtimeFiles(): OutputFile[] {
  return RUNTIME_SOURCE.map(({ path, text }) => ({ path: `runtime/${path}`, text }));
}
