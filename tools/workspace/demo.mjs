// `npm run demo`: from a fresh clone to a RISC-V CPU that runs. Further arguments go to `assassyn run`.

import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { PreparationError, prepare, run, workspaceRoot } from "./prepare.mjs";

const command = "packages/cli/dist/assassyn.js";
const design = "examples/riscv";

try {
  prepare();
  for (const needed of [command, design]) {
    if (!existsSync(path.join(workspaceRoot, needed))) {
      throw new PreparationError(`The demo needs ${needed}, which this checkout does not have.`);
    }
  }
  console.log(`\n$ assassyn run ${design}`);
  process.exitCode = run(process.execPath, [command, "run", design, ...process.argv.slice(2)]);
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
