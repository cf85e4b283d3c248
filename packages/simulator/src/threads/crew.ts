/** Decides whether a simulation gets threads, and says why not. */
import type { SimulationDescription, ThreadsDescription } from "@assassyn/ir";
import { DESCRIPTION_VERSION, THREADS_SECTION } from "@assassyn/ir";
import type { WasmExports, WasmImports, WasmModule } from "../platform.js";
import { decodeText, webAssembly } from "../platform.js";
import { processors, whyNoThreads } from "./environment.js";
import { estimateThreads, packClusters } from "./packing.js";
import { Team } from "./team.js";
import { Trial } from "./trial.js";

/** How many threads a simulation has. */
export interface ThreadOptions {
  /**
   * Threads, the caller's included, ≥ 1; default 1. At most as many as the design has clusters are used. `auto`: as many as there are
   * processors, or one where more would not pay. The design must have been compiled for several threads.
   */
  readonly threads?: number | "auto";
  /** Steps of fewer cycles than this run on the caller's thread, since the others would have to be woken for them; default 64. */
  readonly leastCycles?: number;
  /** Called when the simulation gets one thread although more were asked for, with the reason. */
  readonly onWarning?: (message: string) => void;
}

/** Threads, and how they are used. */
export interface Crew {
  readonly team: Team;
  readonly leastCycles: number;
  /** Present when they are to be given up should they turn out slower than one thread. */
  readonly trial: Trial | undefined;
}

/** What {@link makeCrew} needs. */
export interface CrewParts {
  /** The module for one thread, which may hold one for several. */
  readonly module: WasmModule;
  readonly home: WasmExports;
  readonly description: SimulationDescription;
  readonly options: ThreadOptions;
  /** Why there can be no threads. */
  readonly obstacle: string | undefined;
  readonly makeExterns: (view: () => DataView) => WasmImports;
}

const LEAST_CYCLES = 64;

/** Tells the embedder why there is one thread. */
export function warnOfThreads({ onWarning }: ThreadOptions, reason: string): void {
  onWarning?.(`the simulation runs on one thread: ${reason}`);
}

/** The threads of a simulation; undefined where it has but the caller's. @throws RangeError if the option is out of range */
export function makeCrew(parts: CrewParts): Crew | undefined {
  const { module, options, description, home } = parts;
  const { threads: asked = 1, leastCycles = LEAST_CYCLES } = options;
  if (asked !== "auto" && !(Number.isInteger(asked) && asked >= 1))
    throw new RangeError(`threads is ${asked}; it is a whole number from 1 on, or "auto"`);
  if (asked === 1) return undefined;
  const refuse = (reason: string): undefined => {
    warnOfThreads(options, reason);
    return undefined;
  };
  const [section] = webAssembly().Module.customSections(module, THREADS_SECTION);
  if (section === undefined) {
    if (asked === "auto") return undefined;
    return refuse("the design was not compiled for several, or is too small to be shared out");
  }
  const obstacle = whyNoThreads() ?? parts.obstacle;
  if (obstacle !== undefined) return refuse(obstacle);
  const shared = new (webAssembly().Module)(new Uint8Array(section));
  const threads = readDescription(shared);
  const count = Math.min(asked === "auto" ? processors() : asked, threads.clusters.length);
  if (count < 2) return undefined;
  if (asked === "auto" && !estimateThreads(threads, count).isWorthwhile) return undefined;
  let team: Team | undefined;
  const externs = parts.makeExterns(() => {
    if (team === undefined) throw new Error("an extern function was called before the threads were ready");
    return team.view();
  });
  try {
    const packs = packClusters(threads.clusters, count);
    team = new Team({ module: shared, threads, description, packs, externs, home });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  return { team, leastCycles, trial: asked === "auto" ? new Trial() : undefined };
}

function readDescription(module: WasmModule): ThreadsDescription {
  const [section] = webAssembly().Module.customSections(module, THREADS_SECTION);
  if (section === undefined) throw new Error("the module for several threads has no description");
  // Checked by its version; the emitter and nobody else writes the section.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- JSON has no types
  const description = JSON.parse(decodeText(section)) as ThreadsDescription;
  if (description.version !== DESCRIPTION_VERSION) {
    throw new Error(
      `the simulation was compiled for version ${description.version} of the host, and this is version ${DESCRIPTION_VERSION}; compile it again`,
    );
  }
  return description;
}
