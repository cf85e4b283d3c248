/** The optional optimiser behind `-O`. */

/** The part of binaryen that is used here. */
interface Binaryen {
  readonly Features: { readonly All: number };
  readBinaryWithFeatures?(bytes: Uint8Array, features: number): BinaryenModule;
  readBinary(bytes: Uint8Array): BinaryenModule;
  setOptimizeLevel(level: number): void;
  setShrinkLevel(level: number): void;
}

interface BinaryenModule {
  setFeatures(features: number): void;
  optimize(): void;
  emitBinary(): Uint8Array;
  dispose(): void;
}

/** Loads the optimiser; a parameter of {@link optimize} for tests and for embedders that have it from elsewhere. */
export type LoadBinaryen = () => Promise<unknown>;

const PACKAGE = "binaryen";

/**
 * Optimises a module with binaryen, which must be installed beside the toolchain. The description in the module is kept.
 *
 * It seldom pays: engines optimise the code again when they load it. Measure before keeping it; it takes seconds for ten thousand statements.
 *
 * @throws Error if binaryen is not installed, with the command that installs it.
 * @example const smaller = await optimize(emitWasm(system).wasm);
 */
export async function optimize(
  wasm: Uint8Array,
  loadBinaryen: LoadBinaryen = () => import(PACKAGE),
): Promise<Uint8Array> {
  const binaryen = await loaded(loadBinaryen);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  const module = binaryen.readBinaryWithFeatures?.(wasm, binaryen.Features.All) ?? binaryen.readBinary(wasm);
  try {
    module.setFeatures(binaryen.Features.All);
    module.optimize();
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

async function loaded(loadBinaryen: LoadBinaryen): Promise<Binaryen> {
  let found: unknown;
  try {
    found = await loadBinaryen();
  } catch (error) {
    throw new Error("the optimiser is not installed; `npm install binaryen` adds it, or leave -O out", {
      cause: error,
    });
  }
  const api: unknown =
    typeof found === "object" && found !== null && "default" in found ? found.default : found;
  if (!isBinaryen(api))
    throw new Error("the installed package binaryen has no function `readBinary`; install a newer one");
  return api;
}

function isBinaryen(value: unknown): value is Binaryen {
  return typeof value === "object" && value !== null && "readBinary" in value && "setOptimizeLevel" in value;
}
