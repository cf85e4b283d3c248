import { createDiagnostic } from "@assassyn/diagnostics";
import type { OutputFile } from "@assassyn/plugin-api";
import { CommandError, EXIT } from "./errors.js";
import { messages } from "./messages.js";

/** The part of binaryen that is used. */
interface Binaryen {
  readonly Features: { readonly All: number };
  readBinary(bytes: Uint8Array): {
    setFeatures(features: number): void;
    optimize(): void;
    emitBinary(): Uint8Array;
    dispose(): void;
  };
  setOptimizeLevel(level: number): void;
}

/**
 * Optimises the WebAssembly modules among the outputs with binaryen, an optional package: it is large, takes half a second to load
 * and seconds for a design of ten thousand statements.
 *
 * @throws CommandError if it is not installed
 */
export async function optimizeOutputs(outputs: readonly OutputFile[]): Promise<readonly OutputFile[]> {
  const binaryen = await loadBinaryen();
  return outputs.map((file) => {
    if (!file.path.endsWith(".wasm") || typeof file.content === "string") return file;
    const module = binaryen.readBinary(file.content);
    try {
      module.setFeatures(binaryen.Features.All);
      binaryen.setOptimizeLevel(2);
      module.optimize();
      return { path: file.path, content: module.emitBinary() };
    } finally {
      module.dispose();
    }
  });
}

async function loadBinaryen(): Promise<Binaryen> {
  // A name that TypeScript does not look up: the package need not be there.
  const name: string = "binaryen";
  let imported: unknown;
  try {
    imported = await import(name);
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(messages["optimizer-missing"], {}, undefined, {
        notes: [reason],
        help: "npm install binaryen, beside @assassyn/cli; or leave -O out",
      }),
    );
  }
  const module =
    typeof imported === "object" && imported !== null && "default" in imported ? imported.default : undefined;
  if (isBinaryen(module)) return module;
  throw new CommandError(
    EXIT.usage,
    createDiagnostic(messages["optimizer-missing"], {}, undefined, {
      help: "the package binaryen that is installed is too old",
    }),
  );
}

/** Marked helper: binaryen's own types come only with the package; a look at what is called must do. */
function isBinaryen(value: unknown): value is Binaryen {
  return typeof value === "object" && value !== null && "readBinary" in value && "setOptimizeLevel" in value;
}
