/**
 * `run-typescript.mjs tools/bench/src/watch-driver.ts command file edits`: runs `assassyn run file --watch`, edits one number of the
 * design again and again, and prints as JSON how many milliseconds each edit took to the first log line of its run.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

const [, , command = "", file = "", count = "10"] = process.argv;
/** Between a run and the next edit, in milliseconds: a person does not edit faster, and the process has come to rest. */
const PAUSE = 400;

const text = readFileSync(file, "utf8");
const MARK = /edit 0+/;
if (!MARK.test(text)) throw new Error("the design has no mark to edit");
const watched = spawn(
  process.execPath,
  [command, "run", file, "--watch", "--target", "wasm", "--cycles", "1", "--log", "plain"],
  { stdio: ["ignore", "pipe", "pipe"] },
);
let output = "";
let waiting: { readonly line: string; readonly seen: () => void } | undefined;
const look = (): void => {
  if (waiting === undefined || !output.includes(waiting.line)) return;
  output = "";
  waiting.seen();
};
for (const stream of [watched.stdout, watched.stderr]) {
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    look();
  });
}
const ended = new Promise<never>((_, fail) => {
  watched.on("exit", (status) => fail(new Error(`the watch ended with status ${status}: ${output}`)));
});
// Only while somebody waits for a line does an early end matter.
ended.catch(() => {});
const seen = (line: string): Promise<void> => {
  const found = new Promise<void>((resolve) => {
    waiting = { line, seen: resolve };
    look();
  });
  return Promise.race([found, ended]);
};

const samples: number[] = [];
await seen("watching 1 file");
for (let edit = 1; edit <= Number(count); edit += 1) {
  await delay(PAUSE);
  // As many digits as before: nothing else moves.
  const name = `edit ${String(edit).padStart(4, "0")}`;
  const start = performance.now();
  writeFileSync(file, text.replace(MARK, name));
  await seen(name);
  samples.push(performance.now() - start);
  await seen("watching 1 file");
}
watched.kill("SIGINT");
process.stdout.write(JSON.stringify(samples));
