/** What `threads-browser.test.ts` runs in a page and in its worker: a design in clusters on threads. */
import { compile, createMemoryHost } from "@assassyn/compiler";
import { renderText } from "@assassyn/diagnostics";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { load, LogFormatter, loadSync } from "@assassyn/simulator";

/** What a run gave. */
export interface ThreadedRun {
  /** The lines of the log, each with its line break. */
  readonly log: string;
  readonly cycles: number;
  /** Threads that ran, and what `onWarning` was told. */
  readonly threads: number;
  readonly warnings: readonly string[];
}

/** Compiles a design into clusters and runs it on two threads, in one go and after a reset in slices. `start` says how it is loaded. */
export async function runOnThreads(
  entry: string,
  files: Readonly<Record<string, string>>,
  start: "load" | "loadSync" = "load",
): Promise<ThreadedRun> {
  const { outputs, diagnostics, sources } = compile({
    entry,
    host: createMemoryHost(files),
    target: "wasm",
    emitters: [wasmEmitter],
    passes: ["lock-insertion", "atomic-flags", "self-signature", "partition"],
  });
  const wasm = outputs?.[0]?.content;
  if (!(wasm instanceof Uint8Array) || diagnostics.length > 0)
    throw new Error(renderText(diagnostics, sources));
  const warnings: string[] = [];
  let log = "";
  const options = {
    threads: 2,
    onWarning: (message: string) => warnings.push(message),
    onLog: (record: Parameters<LogFormatter["format"]>[0]) => {
      log += `${formatter.format(record)}\n`;
    },
  };
  const simulation = start === "load" ? await load(wasm, options) : loadSync(wasm, options);
  const formatter = new LogFormatter("located", simulation.description.files);
  simulation.run();
  const first = log;
  log = "";
  simulation.reset();
  const { cycles } = await simulation.run({ slice: 200 });
  if (log !== first) throw new Error("the second run logs something else than the first");
  const { threads } = simulation;
  simulation.dispose();
  return { log, cycles, threads, warnings };
}
