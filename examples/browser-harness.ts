/** What `browser.test.ts` runs inside a browser: everything from the text of a design to the lines of its log, without a server. */
import { compile, resolvePath } from "@assassyn/compiler";
import type { CompilerHost } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { load, LogFormatter } from "@assassyn/simulator";
import type { WasmSimulation } from "@assassyn/simulator";

/** What a run in the browser gave. */
export interface BrowserRun {
  /** The lines of the log, each with its line break. */
  readonly log: string;
  /** Why it stopped: the kind of the stop. */
  readonly stop: string;
  readonly cycles: number;
  /** The numbers of cycles that `onProgress` got. */
  readonly progress: readonly number[];
  /** The memory files that the compiler asked the host for. */
  readonly memories: readonly string[];
}

/** A host that answers out of texts, as a page would that fetched them. */
function createHost(files: Readonly<Record<string, string>>, memories: string[]): CompilerHost {
  return {
    readSource(path, from) {
      const resolved = resolvePath(path, from);
      const text = files[resolved];
      if (text === undefined) return { kind: "error", reason: "the page has no such file" };
      return { kind: "source", path: resolved, text };
    },
    readMemory(path, from) {
      const resolved = resolvePath(path, from);
      memories.push(resolved);
      const text = files[resolved];
      return text === undefined
        ? { kind: "error", reason: "the page has no such memory" }
        : { kind: "text", text };
    },
  };
}

async function open(entry: string, host: CompilerHost): Promise<WasmSimulation> {
  const { outputs, diagnostics, sources } = compile({ entry, host, target: "wasm", emitters: [wasmEmitter] });
  const wasm = outputs?.[0]?.content;
  if (!(wasm instanceof Uint8Array) || diagnostics.length > 0) {
    throw new Error(renderText(diagnostics, sources));
  }
  return load(wasm);
}

/** Compiles a design and runs it to its stop. @throws Error with the rendered diagnostics if there are any */
export async function runDesign(entry: string, files: Readonly<Record<string, string>>): Promise<BrowserRun> {
  const memories: string[] = [];
  const progress: number[] = [];
  const simulation = await open(entry, createHost(files, memories));
  const formatter = new LogFormatter("located", simulation.description.files);
  let log = "";
  const { stop, cycles } = await simulation.run({
    onLog: (record) => {
      log += `${formatter.format(record)}\n`;
    },
    onProgress: (cycle) => progress.push(cycle),
  });
  simulation.dispose();
  return { log, stop: stop.kind, cycles, progress, memories };
}

/**
 * Aborts a run from a timer of the page, which only fires if the run lets the page breathe, and then goes on with it.
 *
 * @returns where the run was aborted, with which reason, and where it ended
 */
export async function abortDesign(
  entry: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly abortedAt: number; readonly reason: string; readonly cycles: number }> {
  const simulation = await open(entry, createHost(files, []));
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("stopped by the page")), 0);
  let reason = "";
  try {
    await simulation.run({ signal: controller.signal });
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const abortedAt = simulation.cycle;
  const { cycles } = simulation.run();
  return { abortedAt, reason, cycles };
}
