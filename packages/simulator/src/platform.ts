/**
 * The few things of the host environment that the simulator needs, found at run time, so that the package needs neither the types of
 * Node nor those of a browser.
 */

/** A compiled module; opaque. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}

/** The exports of a module that the emitter made. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** Runs up to this many cycles; returns a member of `RUN_RESULT`. */
  readonly run: (count: number) => number;
  /** Makes the state the initial one. */
  readonly reset: () => void;
}

/** What the host's own thread calls of a module for several threads. */
export interface SharedExports {
  /** Runs up to this many cycles together with the other threads. */
  readonly work: (count: number) => void;
}

/** The functions that a module imports as `env`. */
export type WasmImports = Readonly<Record<string, (scratch: number, site: number) => number>>;

interface WebAssemblyApi {
  readonly Module: {
    new (bytes: Uint8Array): WasmModule;
    customSections(module: WasmModule, name: string): readonly ArrayBuffer[];
  };
  readonly Instance: {
    new (module: WasmModule, imports: { readonly env: WasmImports }): { readonly exports: WasmExports };
    new (
      module: WasmModule,
      imports: { readonly env: Readonly<Record<string, unknown>> },
    ): { readonly exports: SharedExports };
  };
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(
    module: WasmModule,
    imports: { readonly env: WasmImports },
  ): Promise<{ readonly exports: WasmExports }>;
}

interface Environment {
  readonly WebAssembly?: WebAssemblyApi;
  readonly TextDecoder: new () => { decode(bytes: ArrayBuffer): string };
  readonly setTimeout: (run: () => void, milliseconds: number) => unknown;
}

// oxlint-disable-next-line typescript/consistent-type-assertions -- names what the standards say is there
const environment = globalThis as unknown as Environment;

/** The WebAssembly API. @throws Error where there is none. */
export function webAssembly(): WebAssemblyApi {
  const api = environment.WebAssembly;
  if (api === undefined) throw new Error("this environment has no WebAssembly");
  return api;
}

/** An instance of a module for several threads; `env` are its imports, numbers and the shared memory among them. */
export function instantiateShared(module: WasmModule, env: Readonly<Record<string, unknown>>): SharedExports {
  return new (webAssembly().Instance)(module, { env }).exports;
}

/** Decodes UTF-8. */
export function decodeText(bytes: ArrayBuffer): string {
  return new environment.TextDecoder().decode(bytes);
}

/** Lets timers, input and painting have their turn. */
export function yieldToHost(): Promise<void> {
  return new Promise((resolve) => environment.setTimeout(resolve, 0));
}
