import { lower } from "@assassyn/compiler";
import type { CompileResult } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";
import type { Simulation, SimulationOptions, System } from "@assassyn/ir";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";
import { loadSync } from "@assassyn/simulator";

type OutputFiles = NonNullable<CompileResult["outputs"]>;

/** Runs the passes and the emitter that `assassyn run --target …` runs. @throws Error with the diagnostics if there are any */
function compileFor(target: string, system: System): OutputFiles {
  const emitters = [wasmEmitter, rustEmitter, rustParallelEmitter];
  const plugins = [lockBatchingPlugin];
  const { outputs, diagnostics } = lower(system, { sources: [] }, { target, emitters, plugins });
  if (outputs === undefined || diagnostics.length > 0) throw new Error(renderText(diagnostics, []));
  return outputs;
}

/** Compiles a system to WebAssembly and returns what makes simulations of it. */
export function compileToWasm(system: System): (options: SimulationOptions) => Simulation {
  const [file] = compileFor("wasm", system);
  if (!(file?.content instanceof Uint8Array)) throw new Error("the target wasm gave no module");
  const { content } = file;
  return (options) => loadSync(content, options);
}

/** Compiles a system to the files of a Rust crate, for one thread or for several. */
export function compileToRust(
  system: System,
  target: "rust" | "rust-parallel" = "rust",
): { readonly path: string; readonly text: string }[] {
  return compileFor(target, system).map(({ path, content }) => ({
    path,
    text: typeof content === "string" ? content : new TextDecoder().decode(content),
  }));
}
