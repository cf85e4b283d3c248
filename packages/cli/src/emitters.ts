import type { Emitter } from "@assassyn/plugin-api";

/** Loads the emitters that come with the command; only the one of `target`, if one is named, since each costs time to load. */
export async function loadEmitters(target: string | undefined): Promise<Emitter[]> {
  const loaders: Readonly<Record<string, () => Promise<Emitter>>> = {
    wasm: async () => (await import("@assassyn/emit-wasm")).wasmEmitter,
    rust: async () => (await import("@assassyn/emit-rust-sequential")).rustEmitter,
    "rust-parallel": async () => (await import("@assassyn/emit-rust-parallel")).rustParallelEmitter,
  };
  const chosen = Object.entries(loaders).filter(([name]) => target === undefined || name === target);
  return Promise.all(chosen.map(([, load]) => load()));
}
