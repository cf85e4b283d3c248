import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Buffer } from "node:buffer";
import { main } from "../src/index.js";
import type { Io, Sink } from "../src/index.js";

/** How a command ended. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may set of the surroundings of a command. */
export interface Surroundings {
  readonly cwd: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Both outputs are terminals. */
  readonly terminal?: boolean;
}

/** A fresh folder with these files. */
export function project(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "assassyn-cli-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return root;
}

/** A sink that keeps what is written and tells who waits for a text. */
class CapturedSink implements Sink {
  readonly isTerminal: boolean;
  readonly descriptor = undefined;
  readonly columns = 80;
  text = "";
  readonly #waiting: { readonly pattern: RegExp; readonly from: number; readonly found: () => void }[] = [];

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  write(data: string | Uint8Array): void {
    this.text += typeof data === "string" ? data : Buffer.from(data).toString();
    for (const { pattern, from, found } of this.#waiting) if (pattern.test(this.text.slice(from))) found();
  }

  /** Resolves when the text behind `from` matches. */
  until(pattern: RegExp, from = 0): Promise<void> {
    if (pattern.test(this.text.slice(from))) return Promise.resolve();
    return new Promise((found) => {
      this.#waiting.push({ pattern, from, found });
    });
  }
}

/** A command that is running. */
export interface Running {
  readonly stdout: CapturedSink;
  readonly stderr: CapturedSink;
  readonly interrupt: () => void;
  readonly ended: Promise<Outcome>;
}

/** Starts a command in this process. */
export function start(argv: readonly string[], surroundings: Surroundings): Running {
  const stdout = new CapturedSink(surroundings.terminal ?? false);
  const stderr = new CapturedSink(surroundings.terminal ?? false);
  const interrupted = new AbortController();
  const io: Io = {
    cwd: surroundings.cwd,
    env: surroundings.env ?? {},
    stdout,
    stderr,
    readStdin: () => Promise.resolve(Buffer.from(surroundings.stdin ?? "")),
    interrupted: interrupted.signal,
  };
  const ended = main(argv, io).then((status) => ({ status, stdout: stdout.text, stderr: stderr.text }));
  return { stdout, stderr, interrupt: () => interrupted.abort(), ended };
}

/** Runs a command in this process to its end. */
export function assassyn(argv: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  return start(argv, surroundings).ended;
}

/** A design that logs `n = 1`, `n = 2`, … once a cycle, up to its limit. */
export function counter(cycles = 5, body = ""): string {
  return `system counter {
  config { cycles: ${cycles}, idle: 50 }
  reg n: u32
  driver {
    n <= n + 1
    log("n = {}", n)
${body}  }
}
`;
}
