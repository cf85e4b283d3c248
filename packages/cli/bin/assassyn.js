#!/usr/bin/env node
// Exists before anything is built, so that npm can link it; the command itself is the bundle.
import { existsSync } from "node:fs";

const bundle = new URL("../dist/assassyn.js", import.meta.url);
if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  process.stderr.write("assassyn is not built yet; run `npm run build` in the workspace first\n");
  process.exitCode = 2;
}
