/** Compiles and runs designs. A worker of the page, so that neither a large design nor a long run makes the page wait. */
import { compile, createMemoryHost } from "@assassyn/compiler";
import type { Diagnostic, SourceFile } from "@assassyn/diagnostics";
import { LineMap, sortDiagnostics } from "@assassyn/diagnostics";
import { wasmEmitter } from "@assassyn/emit-wasm";
import type { LogRecord, Stop } from "@assassyn/ir";
import { idleText, printFault } from "@assassyn/ir";
import type { WasmSimulation } from "@assassyn/simulator";
import { load } from "@assassyn/simulator";
import type { Answer, LogLine, Problem, Register, Request } from "./protocol.js";

/** What a page can reasonably hold. */
const LARGEST_LOG = 200_000;
const SHOWN_ELEMENTS = 16;

type CompileRequest = Extract<Request, { readonly kind: "check" | "run" }>;

let running: AbortController | undefined;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  switch (data.kind) {
    case "stop":
      running?.abort();
      break;
    case "check":
      check(data);
      break;
    case "run":
      running?.abort();
      void run(data);
      break;
  }
});

function answer(message: Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows, and this is a worker
  postMessage(message);
}

/** Compiles, reports, and returns the module, if there is one. */
function check({ revision, entry, files }: CompileRequest): Uint8Array | undefined {
  const start = performance.now();
  const { outputs, diagnostics, sources } = compile({
    entry,
    host: createMemoryHost(files),
    target: "wasm",
    emitters: [wasmEmitter],
  });
  const content = outputs?.[0]?.content;
  const wasm = content instanceof Uint8Array ? content : undefined;
  const milliseconds = performance.now() - start;
  const problems = sortDiagnostics(diagnostics).map((diagnostic) => problemOf(diagnostic, sources));
  answer({ kind: "checked", revision, problems, bytes: wasm?.byteLength, milliseconds });
  return wasm;
}

async function run(request: CompileRequest): Promise<void> {
  const { revision } = request;
  const wasm = check(request);
  if (wasm === undefined) {
    const reason = "the design has errors";
    answer({ ...nothing, kind: "ended", revision, reason, failed: true });
    return;
  }
  const controller = new AbortController();
  running = controller;
  let simulation: WasmSimulation;
  try {
    simulation = await load(wasm);
  } catch (error) {
    answer({ ...nothing, kind: "ended", revision, reason: messageOf(error), failed: true });
    return;
  }
  const { files, config } = simulation.description;
  let lines: LogLine[] = [];
  let logged = 0;
  const onLog = ({ cycle, module, text, loc }: LogRecord): void => {
    logged += 1;
    if (logged <= LARGEST_LOG) {
      lines.push({ cycle, module, text, path: files[loc.file] ?? "?", line: loc.line });
    }
  };
  const start = performance.now();
  const speed = () => ({ cycles: simulation.cycle, milliseconds: performance.now() - start });
  const onProgress = (): void => {
    answer({ kind: "progress", revision, lines, ...speed() });
    lines = [];
  };
  let outcome: { readonly reason: string; readonly failed: boolean };
  try {
    const { stop } = await simulation.run({ onLog, onProgress, signal: controller.signal });
    outcome = { reason: reasonOf(stop, files, config.idle), failed: stop.kind === "fault" };
  } catch (error) {
    outcome = controller.signal.aborted
      ? { reason: "stopped by you", failed: false }
      : { reason: messageOf(error), failed: true };
  }
  const unsent = Math.max(0, logged - LARGEST_LOG);
  answer({ kind: "ended", revision, ...outcome, ...speed(), unsent, registers: registersOf(simulation) });
  simulation.dispose();
}

/** The end of a run that never began. */
const nothing = { cycles: 0, milliseconds: 0, unsent: 0, registers: [] };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(stop: Stop, files: readonly string[], idle: number): string {
  switch (stop.kind) {
    case "limit":
      return "reached the cycle limit";
    case "idle":
      return idleText(idle);
    case "finish":
      return `finished by ${stop.module}`;
    case "fault":
      return printFault(stop.fault, { files });
  }
}

function problemOf(diagnostic: Diagnostic, sources: readonly SourceFile[]): Problem {
  const { severity, code, message, span, notes, help, fixes } = diagnostic;
  const details = help === undefined ? notes : [...notes, help];
  const source = span === undefined ? undefined : sources[span.file];
  if (span === undefined || source === undefined) return { severity, code, message, details, fixes: [] };
  return {
    severity,
    code,
    message,
    details,
    place: {
      path: source.path,
      line: new LineMap(source.text).locate(span.start).line,
      from: span.start,
      to: span.end,
    },
    fixes: fixes
      .filter(({ edits }) => edits.every((edit) => edit.span.file === span.file))
      .map(({ title, edits }) => ({
        title,
        edits: edits.map((edit) => ({ from: edit.span.start, to: edit.span.end, insert: edit.text })),
      })),
  };
}

function registersOf(simulation: WasmSimulation): Register[] {
  return simulation.description.arrays.map(({ name, type, size }) => ({
    name,
    type,
    size,
    values: Array.from({ length: Math.min(size, SHOWN_ELEMENTS) }, (_, index) =>
      textOf(simulation.read(name, index), type),
    ),
  }));
}

/** Numbers in decimal, bits and records in hexadecimal. */
function textOf(value: bigint, type: string): string {
  return /^(?:[ui]\d|b1$)/.test(type) ? String(value) : `0x${value.toString(16)}`;
}
