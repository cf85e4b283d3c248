/** `assassyn-conformance <corpus> [--targets interpreter,wasm,rust] [--filter text]` */
import { existsSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { runConformance } from "./run-conformance.js";
import { TARGETS } from "./targets.js";

const TARGET_NAMES = TARGETS.map(({ name }) => name);

const HELP = `assassyn-conformance <corpus> [options]

  --targets a,b   of ${TARGET_NAMES.join(", ")}; default all
  --filter text   only designs whose name contains the text

Prints a row a design; exit status 1 if anything differs.`;

function usage(reason: string): never {
  process.stderr.write(`${reason}\n\n${HELP}\n`);
  process.exit(2);
}

const parsed = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        targets: { type: "string", default: TARGET_NAMES.join(",") },
        filter: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
})();
if (parsed.values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const [corpus] = parsed.positionals;
if (corpus === undefined) usage("the folder of the corpus is missing");
if (!existsSync(corpus)) usage(`there is no folder ${corpus}`);
const targets = parsed.values.targets
  .split(",")
  .map((name) => TARGETS.find((target) => target.name === name) ?? usage(`there is no target ${name}`));
const fine = await runConformance({
  corpus,
  targets,
  filter: parsed.values.filter,
  print: (line) => void process.stdout.write(`${line}\n`),
});
process.exitCode = fine ? 0 : 1;
