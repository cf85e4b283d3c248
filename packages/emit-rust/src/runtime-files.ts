import type { OutputFile } from "@assassyn/emit-core";
import { RUNTIME_SOURCE } from "./generated/runtime-source.js";

/** Where the manifest declares the feature, and what makes it real. */
const RAYON_FEATURE = "rayon = []\n";
const RAYON_DEPENDENCY =
  'rayon = ["dep:rayon"]\n\n[dependencies]\nrayon = { version = "1.10", optional = true }\n';

/**
 * The Rust runtime, as files of the folder `runtime/` of a generated crate.
 *
 * @param options `rayon`: its feature of that name is there, with the dependency, and on by default
 */
export function runtimeFiles(options: { readonly rayon?: boolean } = {}): OutputFile[] {
  return RUNTIME_SOURCE.map(({ path, text }) => ({
    path: `runtime/${path}`,
    text: path === "Cargo.toml" && options.rayon === true ? withRayon(text) : text,
  }));
}

function withRayon(manifest: string): string {
  if (!manifest.includes(RAYON_FEATURE)) throw new Error("the manifest of the runtime has no feature rayon");
  return manifest.replace(RAYON_FEATURE, `default = ["rayon"]\n${RAYON_DEPENDENCY}`);
}
