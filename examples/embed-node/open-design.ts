import { existsSync, readFileSync } from "node:fs";
import type { CompilerHost } from "@assassyn/compiler";
import { compile, resolvePath } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { wasmEmitter } from "@assassyn/emit-wasm";
import type { SimulationOptions } from "@assassyn/ir";
import type { WasmSimulation } from "@assassyn/simulator";
import { loadSync } from "@assassyn/simulator";

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

const missing = { kind: "error", reason: "no such file" } as const;

/** Where the compiler, which touches no file itself, gets its sources and memory files: the file system of Node. */
const fileSystem: CompilerHost = {
  readSource(path, from) {
    const resolved = resolvePath(path, from);
    const text = read(resolved);
    return text === undefined ? missing : { kind: "source", path: resolved, text };
  },
  readMemory(path, from) {
    const text = read(resolvePath(path, from));
    return text === undefined ? missing : { kind: "text", text };
  },
};

/**
 * Compiles a design and loads it, ready for its first cycle.
 *
 * @param path of a `.asyn` file
 * @param options limits, extern functions and a receiver for the log
 * @throws Error with the diagnostics as the command line shows them, if the design has errors
 * @example
 * const simulation = openDesign("divider.asyn");
 * simulation.step();
 */
export function openDesign(path: string, options: SimulationOptions = {}): WasmSimulation {
  const { outputs, diagnostics, sources } = compile({
    entry: path,
    host: fileSystem,
    target: "wasm",
    emitters: [wasmEmitter],
  });
  const wasm = outputs?.[0]?.content;
  if (!(wasm instanceof Uint8Array)) throw new Error(renderText(diagnostics, sources));
  return loadSync(wasm, options);
}
