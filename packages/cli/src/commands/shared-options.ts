import { choice, count, defaultOn, flag, list, names, optionalNames, text } from "../option.js";
import { EXECUTORS } from "./targets.js";

/** Options of every command that reads a configuration or prints messages. */
export const commonOptions = {
  color: choice("--color <when>", ["auto", "always", "never"], "colour the messages"),
};

/** Options of every command that compiles. */
export const designOptions = {
  ...commonOptions,
  config: text("--config <file>", "use this configuration file instead of the nearest assassyn.config.*"),
  plugin: list("--plugin <specifier>", "load a plugin; may be repeated"),
};

/** Options for a design that is a dump of the Python front end. */
export const upstreamOptions = {
  meta: text("--meta <file>", "metadata of a dump; default: the .json beside it"),
  semantics: choice(
    "--semantics <mode>",
    ["exact", "upstream"],
    "how the values of a dump are held: as wide as their types, or as in the original's simulator",
  ),
  enforceDepths: flag(
    "--enforce-depths",
    "a FIFO of a dump that grows longer than its declared depth is a fault",
  ),
  dram: text(
    "--dram <model>",
    "how the DRAMs of a dump are modelled: some of banks=8,columns=64,hit=10,miss=24, or extern to supply bodies",
  ),
};

/** Options that choose the passes. */
export const pipelineOptions = {
  pass: names("--pass <names>", "insert passes into the target's pipeline, each at its own place"),
  pipeline: names("--pipeline <names>", "run exactly these passes, in this order"),
  rung: text(
    "--rung <pass>",
    "end the target's pipeline behind this pass, such as a rung of the parallel ladder",
  ),
  skipPass: names("--skip-pass <names>", "leave out passes; name#2 is the second step of that name"),
  verifyEach: defaultOn(
    "--verify-each",
    "check the IR behind every pass that changed it (the default)",
    "trust the passes, which saves a little time with very large designs",
  ),
  passOption: list("--pass-option <pass.option=value>", "set an option of a pass; may be repeated"),
};

/** Leaves out optimisations. */
export const noOptimizationOption = {
  noOpt: names(
    "--no-opt <names>",
    "leave out optimisations: of the target, as `assassyn passes` lists them, or passes that may be missing",
  ),
};

/** Balances clusters by what happened. */
export const profileOption = {
  profile: text(
    "--profile <file>",
    "cut the design by how often its modules ran, as `assassyn profile` wrote it",
  ),
};

/** What runs the modules of a parallel simulator. */
export const executorOption = choice(
  "--executor <executor>",
  EXECUTORS,
  "what runs the modules of the rust-parallel target at once; scope and rayon end the ladder before its clusters",
);

/** Where a bug of a pass is kept. */
export const reproducerOption = text(
  "--reproducer <folder>",
  "write what is needed to see a bug of a pass again into this folder",
);

/** Options that search the pass that changes what a design does. */
export const bisectOptions = {
  bisect: flag(
    "--bisect",
    "search the first pass behind which the design does something else on the interpreter; writes no output",
  ),
  bisectCommand: text(
    "--bisect-command <command>",
    "the same, judged by a command that gets a file with IR text for {}: status 0 means that all is well",
  ),
  bisectCycles: count("--bisect-cycles <n>", "compare at most this many cycles; default: 10000", 1),
  externs: text("--externs <module>", "JavaScript module with the bodies of extern functions, for --bisect"),
};

/** Asks for the optimiser behind a target. */
export const optimizeOption = flag(
  "-O, --optimize",
  "optimise the WebAssembly module with binaryen, if it is installed",
);

/** Options that watch the passes at work. */
export const instrumentOptions = {
  printIrBefore: optionalNames(
    "--print-ir-before [passes]",
    "print the IR before each pass, or before these",
  ),
  printIrAfter: optionalNames("--print-ir-after [passes]", "print the IR after each pass, or after these"),
  printIrAfterChange: flag("--print-ir-after-change", "print the IR after each pass that changed it"),
  printIrDiff: flag("--print-ir-diff", "print what each pass changed"),
  dumpDir: text("--dump-dir <folder>", "write the IR after each pass into this folder"),
  timing: flag("--timing", "print how long each pass took"),
  stopAfter: text("--stop-after <pass>", "stop after this pass; the output is then IR"),
  assumeFacts: names(
    "--assume-facts <names>",
    "what IR text given as the design is known to be, for reproducers",
  ),
};
