#!/usr/bin/env node
// Runs the program from the sources of this repository: `npx assassyn-conformance <corpus> [options]`.
import { fileURLToPath } from "node:url";
import process from "node:process";

process.argv.splice(2, 0, fileURLToPath(new URL("../src/main.ts", import.meta.url)));
await import("../../../tools/workspace/run-typescript.mjs");
