/** The page's side of the worker. */
import type { Answer, DesignFiles, Request } from "./protocol.js";

/** How long the worker may take to stop before it is replaced: it may be compiling, and cannot listen then. */
const PATIENCE = 1000;

/** Sends designs to a worker and hands the answers on, but only those to the newest request of their kind. */
export class CompilerClient {
  readonly #onAnswer: (answer: Answer) => void;
  readonly #onFailure: (reason: string) => void;
  #worker: Worker;
  #revision = 0;
  #newestCheck = 0;
  /** Revision of the run that has not ended. */
  #run: number | undefined;
  #deadline: number | undefined;

  /** @param onFailure called when the worker breaks or has to be replaced */
  constructor(onAnswer: (answer: Answer) => void, onFailure: (reason: string) => void) {
    this.#onAnswer = onAnswer;
    this.#onFailure = onFailure;
    this.#worker = this.#start();
  }

  /** Whether a run has not ended. */
  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Compiles for the sake of the messages. */
  check(files: DesignFiles, entry: string): void {
    this.#newestCheck = this.#revision += 1;
    this.#send({ kind: "check", revision: this.#revision, entry, files });
  }

  /** Compiles and runs; a run that has not ended is given up. */
  run(files: DesignFiles, entry: string): void {
    this.#newestCheck = this.#run = this.#revision += 1;
    this.#send({ kind: "run", revision: this.#revision, entry, files });
  }

  /** Stops the run, by force if need be. */
  stop(): void {
    if (this.#run === undefined || this.#deadline !== undefined) return;
    this.#send({ kind: "stop" });
    this.#deadline = setTimeout(() => this.#replace("stopped while it was busy"), PATIENCE);
  }

  /** Gives the run up without waiting for its end. */
  abandon(): void {
    this.stop();
    this.#endRun();
  }

  #send(request: Request): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows, and this is a worker
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#receive(data));
    worker.addEventListener("error", (event) => this.#replace(event.message || "the worker did not start"));
    return worker;
  }

  #receive(answer: Answer): void {
    const wanted = answer.kind === "checked" ? this.#newestCheck : this.#run;
    if (answer.revision !== wanted) return;
    if (answer.kind === "ended") this.#endRun();
    this.#onAnswer(answer);
  }

  #endRun(): void {
    this.#run = undefined;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #replace(reason: string): void {
    this.#worker.terminate();
    this.#endRun();
    this.#worker = this.#start();
    this.#onFailure(reason);
  }
}
