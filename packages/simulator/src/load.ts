import type { SimulationDescription, SimulationOptions } from "@assassyn/ir";
import { DESCRIPTION_SECTION, DESCRIPTION_VERSION } from "@assassyn/ir";
import type { Crew, ThreadOptions } from "./threads/crew.js";
import { makeCrew, warnOfThreads } from "./threads/crew.js";
import { startsAtOnce } from "./threads/environment.js";
import type { ExternFailures } from "./externs.js";
import { makeImports } from "./externs.js";
import type { WasmExports, WasmModule } from "./platform.js";
import { decodeText, webAssembly } from "./platform.js";
import { WasmSimulation } from "./simulation.js";

/** A compiled design: the module alone, which holds its description, or both. */
export type WasmSource =
  Uint8Array | ArrayBuffer | { readonly wasm: Uint8Array; readonly description: SimulationDescription };

/** Options of {@link load} and {@link loadSync}. */
export interface LoadOptions extends SimulationOptions, ThreadOptions {}

/**
 * Loads a compiled design.
 *
 * @throws Error if the bytes are not a module that assassyn made, or an extern function has no body.
 * @example
 * const simulation = await load(wasm);
 * simulation.step(10);
 * simulation.read("cnt"); // 10n
 */
export async function load(source: WasmSource, options: LoadOptions = {}): Promise<WasmSimulation> {
  let module: WasmModule;
  try {
    module = await webAssembly().compile(bytesOf(source));
  } catch (error) {
    throw notWasm(error);
  }
  const description = descriptionOf(source, module);
  const link = new Link(description, options);
  let exports: WasmExports;
  try {
    exports = (await webAssembly().instantiate(module, { env: link.imports })).exports;
  } catch (error) {
    throw notStarted(error, description);
  }
  const crew = link.startThreads(exports, module);
  try {
    await crew?.team.ready();
  } catch (error) {
    warnOfThreads(options, error instanceof Error ? error.message : String(error));
    return link.connect(exports, undefined);
  }
  return link.connect(exports, crew);
}

/**
 * As {@link load}, at once. For Node and workers: browsers refuse to compile more than a few kilobytes so on their main thread. Several
 * threads can be started so in Node alone; elsewhere the simulation has one, and `onWarning` is told.
 */
export function loadSync(source: WasmSource, options: LoadOptions = {}): WasmSimulation {
  const api = webAssembly();
  let module: WasmModule;
  try {
    module = new api.Module(bytesOf(source));
  } catch (error) {
    throw notWasm(error);
  }
  const description = descriptionOf(source, module);
  const link = new Link(description, options);
  let exports: WasmExports;
  try {
    exports = new api.Instance(module, { env: link.imports }).exports;
  } catch (error) {
    throw notStarted(error, description);
  }
  const obstacle = startsAtOnce()
    ? undefined
    : "threads cannot be started at once here; use load, not loadSync";
  return link.connect(exports, link.startThreads(exports, module, obstacle));
}

/** Ties the imports, which need the memory, to the instance, which needs the imports. */
class Link {
  readonly imports;
  readonly #failures: ExternFailures = new Map();
  #exports: WasmExports | undefined;

  constructor(
    private readonly description: SimulationDescription,
    private readonly options: LoadOptions,
  ) {
    this.imports = makeImports(
      description.externs,
      options.externs ?? {},
      () => this.#view(),
      this.#failures,
    );
  }

  /** @param obstacle why there can be no threads */
  startThreads(exports: WasmExports, module: WasmModule, obstacle?: string): Crew | undefined {
    this.#exports = exports;
    const { description, options } = this;
    return makeCrew({
      module,
      home: exports,
      description,
      options,
      obstacle,
      makeExterns: (view) => makeImports(description.externs, options.externs ?? {}, view, this.#failures),
    });
  }

  connect(exports: WasmExports, crew: Crew | undefined): WasmSimulation {
    this.#exports = exports;
    return new WasmSimulation(exports, this.description, this.options, this.#failures, crew);
  }

  #view(): DataView {
    if (this.#exports === undefined)
      throw new Error("an extern function was called before the module was ready");
    return new DataView(this.#exports.memory.buffer);
  }
}

function bytesOf(source: WasmSource): Uint8Array {
  if (source instanceof Uint8Array) return source;
  return source instanceof ArrayBuffer ? new Uint8Array(source) : source.wasm;
}

function notWasm(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`these bytes are not a WebAssembly module: ${reason}`, { cause });
}

/** Instances of our modules fail for one reason: there is not enough memory for the state. */
function notStarted(cause: unknown, description: SimulationDescription): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const mebibytes = Math.ceil(description.memory.heapStart / 2 ** 20);
  return new Error(`the simulation, which needs ${mebibytes} MiB of memory, cannot start: ${reason}`, {
    cause,
  });
}

function descriptionOf(source: WasmSource, module: WasmModule): SimulationDescription {
  if ("description" in source) return checkVersion(source.description);
  const [section] = webAssembly().Module.customSections(module, DESCRIPTION_SECTION);
  if (section === undefined) {
    throw new Error(
      `this WebAssembly module was not made by assassyn: it has no section "${DESCRIPTION_SECTION}"`,
    );
  }
  // Checked by its version; the emitter and nobody else writes the section.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- JSON has no types
  return checkVersion(JSON.parse(decodeText(section)) as SimulationDescription);
}

function checkVersion(description: SimulationDescription): SimulationDescription {
  if (description.version !== DESCRIPTION_VERSION) {
    throw new Error(
      `the simulation was compiled for version ${description.version} of the host, and this is version ${DESCRIPTION_VERSION}; compile it again`,
    );
  }
  return description;
}
