// `npm run demo`: from a fresh clone to a RISC-V CPU that runs. Further arguments go to `assassyn run`.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { PreparationError, prepare, run, workspaceRoot } from "./prepare.mjs";

// A million instructions that log only their end; the folder itself logs every instruction of a short program.
const design = "examples/riscv/sieve.asyn";

/** The file that package.json of the command line calls `assassyn`, relative to the root. */
function findCommand() {
  const { bin } = JSON.parse(readFileSync(path.join(workspaceRoot, "packages/cli/package.json"), "utf8"));
  return path.join("packages/cli", bin?.assassyn ?? "dist/assassyn.js");
}

try {
  prepare();
  const command = findCommand();
  for (const needed of [command, design]) {
    if (!existsSync(path.join(workspaceRoot, needed))) {
      throw new PreparationError(`The demo needs ${needed}, which this checkout does not have.`);
    }
  }
  console.log(`\n$ assassyn run ${design}`);
  process.exitCode = run(process.execPath, [command, "run", design, ...process.argv.slice(2)]);
  console.log("\nEach instruction of a shorter program: npx assassyn run examples/riscv");
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
