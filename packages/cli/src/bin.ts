import process from "node:process";
import { createProcessIo } from "./io/process-io.js";
import { main } from "./main.js";

const interrupted = new AbortController();
// A first Ctrl-C ends a run in good order, with its summary; a second one ends the process at once.
process.once("SIGINT", () => interrupted.abort());

process.exitCode = await main(process.argv.slice(2), createProcessIo(interrupted.signal));
