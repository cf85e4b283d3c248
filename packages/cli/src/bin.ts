import process from "node:process";
import { createProcessIo } from "./io/process-io.js";
import { main } from "./main.js";

process.exitCode = await main(process.argv.slice(2), createProcessIo());
