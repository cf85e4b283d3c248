import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { createProcessIo } from "./io/process-io.js";
import { main } from "./main.js";

// A compiler keeps most of what it makes: while the part of the heap for new objects grows in small steps, V8 copies it again and again.
// The first growth goes to the usual full size at once.
setFlagsFromString("--semi-space-growth-factor=16");

process.exitCode = await main(process.argv.slice(2), createProcessIo());
