import type { CommandSpec } from "../command.js";
import { defineCommand } from "../command.js";
import { choice, count, countOrAuto, flag, list, openChoice, text } from "../option.js";
import { COMPILE_TARGETS, RUN_TARGETS } from "./targets.js";
import {
  bisectOptions,
  commonOptions,
  designOptions,
  executorOption,
  instrumentOptions,
  noOptimizationOption,
  optimizeOption,
  pipelineOptions,
  profileOption,
  reproducerOption,
  upstreamOptions,
} from "./shared-options.js";

const designArgument = {
  usage: "[design]",
  kind: "design",
  description:
    "a .asyn or IR file, a dump of the Python front end, a folder with a design, or - for standard input; default: the current folder",
} as const;

const check = defineCommand({
  name: "check",
  summary: "report what is wrong with a design",
  description:
    "Compiles a design up to the IR, verifies it, runs the checks of the plugins, and reports every error and warning. Writes nothing.",
  argument: designArgument,
  options: {
    ...designOptions,
    ...upstreamOptions,
    semanticsReport: flag(
      "--semantics-report",
      "list each place of a dump where --semantics makes a difference",
    ),
    json: flag("--json", "print the diagnostics as JSON on stdout"),
    watch: flag("-w, --watch", "check again after each change of a source"),
    quiet: flag("-q, --quiet", "print errors only"),
  },
  examples: [
    ["check", "the design of the current folder"],
    ["check cpu.asyn --watch", "again after each change"],
    ["compile cpu --target ir | assassyn check -", "check IR text from a pipe"],
  ],
  load: async () => (await import("./check.js")).runCheck,
});

const format = defineCommand({
  name: "fmt",
  summary: "format sources",
  description:
    "Formats .asyn files in place; a folder means every .asyn file in it. A file that is formatted already is not touched, and a file with syntax errors is left as it is.",
  argument: {
    usage: "[files...]",
    kind: "sources",
    description: "files and folders; - reads stdin; default: the current folder",
  },
  options: {
    ...commonOptions,
    check: flag("--check", "write nothing; list the files that would change, exit with 1 if there are any"),
    stdin: flag("--stdin", "format standard input to standard output"),
  },
  examples: [
    ["fmt", "every .asyn file below the current folder"],
    ["fmt --check .", "for continuous integration"],
    ["fmt - < a.asyn", "from a pipe, as editors like it"],
  ],
  load: async () => (await import("./fmt.js")).runFormat,
});

const compile = defineCommand({
  name: "compile",
  summary: "compile a design to Rust, WebAssembly or IR text",
  description:
    "Writes the design for a target. IR text goes to stdout unless -o names a file; WebAssembly goes to <name>.wasm and the crates of rust and rust-parallel to the folders <name>-rust and <name>-rust-parallel.",
  argument: designArgument,
  options: {
    target: openChoice(
      "-t, --target <target>",
      COMPILE_TARGETS,
      "what to write; default: the configuration's, else wasm",
    ),
    output: text(
      "-o, --output <path>",
      "the file (wasm, ir) or folder (rust, rust-parallel) to write; - is stdout",
    ),
    ...designOptions,
    ...upstreamOptions,
    ...pipelineOptions,
    ...noOptimizationOption,
    ...profileOption,
    optimize: optimizeOption,
    layout: choice("--layout <layout>", ["fast", "classic"], "data structures of the Rust target"),
    executor: executorOption,
    emitOption: list("--emit-option <option=value>", "set an option of the target; may be repeated"),
    ...instrumentOptions,
    ...bisectOptions,
    reproducer: reproducerOption,
    quiet: flag("-q, --quiet", "print errors only"),
  },
  examples: [
    ["compile cpu --target rust -o cpu-simulator", "a crate that `cargo run` runs"],
    ["compile cpu --pass lock-batching", "a crate for several threads, since the pass is made for it"],
    ["compile cpu --target ir", "the IR as text on stdout"],
    ["compile cpu --target ir --print-ir-diff", "what each pass changed, on stderr"],
    ["compile cpu --bisect", "which pass changes what the design does, if one does"],
  ],
  load: async () => (await import("./compile.js")).runCompile,
});

const run = defineCommand({
  name: "run",
  summary: "compile a design and simulate it",
  description:
    "Logs go to stdout, a summary to stderr. The targets print the same lines, byte for byte. The targets rust and rust-parallel need cargo and keep their build in target/assassyn beside the design.",
  argument: designArgument,
  options: {
    target: choice(
      "-t, --target <target>",
      RUN_TARGETS,
      "what runs the design; default: the configuration's, else wasm",
    ),
    cycles: count("--cycles <n>", "stop after cycle n", 1),
    idle: count("--idle <n>", "stop after n cycles in a row without a triggered stage", 1),
    log: choice("--log <form>", ["located", "json", "plain", "none"], "how log lines are printed"),
    vcd: text("--vcd <file>", "write a waveform"),
    trace: text("--trace <pattern>", "what the waveform holds: names with *, several between commas"),
    reportDir: text("--report-dir <folder>", "write the files of reports here, e.g. a tracefile of coverage"),
    json: flag("--json", "log as JSON lines and end with the summary as JSON on stdout"),
    externs: text("--externs <module>", "JavaScript module with the bodies of extern functions"),
    reproducer: reproducerOption,
    stats: flag(
      "--stats",
      "print the time of every phase with the summary; of rust-parallel also locks, waiting and activations",
    ),
    watch: flag("-w, --watch", "run again after each change of a source"),
    quiet: flag("-q, --quiet", "no summary, no warnings"),
    ...designOptions,
    ...upstreamOptions,
    ...pipelineOptions,
    ...noOptimizationOption,
    ...profileOption,
    optimize: optimizeOption,
    layout: choice("--layout <layout>", ["fast", "classic"], "data structures of the Rust target"),
    threads: countOrAuto(
      "--threads <n>",
      "threads of the targets rust-parallel and wasm, or auto: as many as pay; default: the configuration's, else auto, and 1 for wasm",
    ),
    executor: executorOption,
    timeline: text(
      "--timeline <file>",
      "write what the threads of the rust-parallel target did, as Chrome trace events",
    ),
  },
  examples: [
    ["run", "the design of the current folder, on WebAssembly"],
    ["run cpu --target rust --log none", "the fastest way through many cycles"],
    ["run cpu --target rust-parallel --threads 2 --stats", "on two threads, with what they did"],
    ["run cpu --vcd cpu.vcd --trace 'cnt,adder.*'", "a waveform of some signals"],
    ["run cpu --watch", "again after each change"],
  ],
  load: async () => (await import("./run.js")).runRun,
});

const importUpstream = defineCommand({
  name: "import",
  summary: "turn a dump of the Python front end into source",
  description:
    "Writes a dump of the Python front end, with its metadata, as readable source: conditions nested, values that are used once in their place, waits and pops as take. IR text can be written as source too.",
  argument: designArgument,
  options: {
    output: text("-o, --output <file>", "the .asyn file to write; default: stdout"),
    ...designOptions,
    ...upstreamOptions,
    quiet: flag("-q, --quiet", "no warnings"),
  },
  examples: [
    ["import adder.ir -o adder.asyn", "with the metadata adder.json beside it"],
    ["import cpu.ir --meta qsort.json -o qsort.asyn", "with other metadata"],
  ],
  load: async () => (await import("./import.js")).runImport,
});

const profile = defineCommand({
  name: "profile",
  summary: "count how often each module of a design runs",
  description:
    "Runs the design without its logs and writes how often each module was triggered, as JSON. With `--profile` of compile, run and analyze, the clusters of a simulator for several threads are balanced by that.",
  argument: designArgument,
  options: {
    ...designOptions,
    ...upstreamOptions,
    cycles: count("--cycles <n>", "cycles at most; default: 10000", 1),
    output: text("-o, --output <file>", "the file to write; default: stdout"),
    externs: text("--externs <module>", "JavaScript module with the bodies of extern functions"),
    quiet: flag("-q, --quiet", "print errors only"),
  },
  examples: [
    ["profile cpu -o cpu.profile.json", "10 000 cycles, or to the design's end"],
    ["run cpu -t rust-parallel --profile cpu.profile.json", "on threads that are balanced by it"],
  ],
  load: async () => (await import("./profile.js")).runProfile,
});

const plan = defineCommand({
  name: "plan",
  summary: "show which passes a target runs, and why",
  description:
    "Prints every step of the pipeline with who contributed it and why it stands there: which facts it requires and from where, which it provides and for whom, and which steps it must stand behind or before.",
  argument: designArgument,
  options: {
    target: openChoice(
      "-t, --target <target>",
      COMPILE_TARGETS,
      "the target; default: the configuration's, else wasm",
    ),
    ...designOptions,
    ...pipelineOptions,
    json: flag("--json", "print the plan as JSON"),
  },
  examples: [
    ["plan --target rust", "the default pipeline of the Rust target"],
    ["plan --target wasm --skip-pass fold-constants", "what is left"],
  ],
  load: async () => (await import("./plan.js")).runPlan,
});

const passes = defineCommand({
  name: "passes",
  summary: "list the passes and their options",
  description:
    "Lists every pass, pipeline, check, analysis, target and fact, the built-in ones and those of the plugins, with what it requires and provides, and every option with its type and default.",
  options: {
    ...designOptions,
    json: flag("--json", "print the list as JSON"),
    schema: flag(
      "--schema",
      "print the JSON Schema of configurations, which has all passes, targets and options",
    ),
  },
  examples: [
    ["passes", "each with what belongs to it"],
    ["passes --json", "with options and facts, for tools"],
    ["passes --schema > assassyn.schema.json", "for an editor"],
  ],
  load: async () => (await import("./passes.js")).runPasses,
});

const blame = defineCommand({
  name: "blame",
  summary: "show which pass made an operation, from which line",
  description:
    "Runs the passes of a target and prints the IR behind them, each operation with the pass that made it, those that changed it, and the line of the source it comes from.",
  argument: designArgument,
  secondArgument: {
    usage: "[pattern]",
    description:
      "names with *, several between commas: a module, module.value, module.%12, a register, a FIFO, or file:line; default: all",
  },
  options: {
    target: openChoice(
      "-t, --target <target>",
      COMPILE_TARGETS,
      "whose passes run; default: the configuration's, else wasm",
    ),
    by: text("--by <name>", "only what this pass or plugin made or changed; source: what no pass made"),
    ...designOptions,
    ...upstreamOptions,
    ...pipelineOptions,
    reproducer: reproducerOption,
    json: flag("--json", "print it as JSON"),
  },
  examples: [
    ["blame cpu", "everything"],
    ["blame cpu 'alu.*' --by legalize-widths", "what one pass made in one module"],
    ["blame cpu cpu.asyn:14", "what became of a line"],
  ],
  load: async () => (await import("./blame.js")).runBlame,
});

const analyze = defineCommand({
  name: "analyze",
  summary: "show how threads would share a design",
  description:
    "Runs the passes of the rust-parallel target and tells what each rung of the parallel ladder leaves of locks, how the design is cut into clusters, what that promises, and why nothing is shared by accident. Without a flag: a short summary of all. IR text in a parallel form is taken as it is. Writes nothing.",
  argument: designArgument,
  options: {
    locks: flag(
      "--locks",
      "lock acquisitions per cycle behind each rung; what protects each location, and why",
    ),
    partition: flag("--partition", "clusters and their costs, the estimated time for each number of workers"),
    sharing: flag("--sharing", "who reads and writes each location, in which phase of a cycle"),
    certificate: flag("--certificate", "what the ownership certificate derived"),
    json: flag("--json", "print it as JSON; without another flag, all of it"),
    ...designOptions,
    ...upstreamOptions,
    ...pipelineOptions,
    ...profileOption,
    reproducer: reproducerOption,
  },
  examples: [
    ["analyze cpu", "is it worth running on threads?"],
    ["analyze cpu --locks --rung lock-elision", "which locks are left there, and why"],
    ["analyze cpu --partition --pass-option partition.max-threads=4", "cut for at most four threads"],
  ],
  load: async () => (await import("./analyze.js")).runAnalyze,
});

const explain = defineCommand({
  name: "explain",
  summary: "explain a message in full",
  description: "Prints what the message with a code means, with an example; without a code, lists all codes.",
  argument: { usage: "[code]", kind: "code", description: "as in error[frontend/width-mismatch]" },
  options: { ...designOptions, json: flag("--json", "print it as JSON") },
  examples: [
    ["explain frontend/width-mismatch", "one message"],
    ["explain", "all codes"],
  ],
  load: async () => (await import("./explain.js")).runExplain,
});

const create = defineCommand({
  name: "new",
  summary: "make a folder with a first design, or with a plugin",
  description:
    "Creates a folder with a design that runs, a configuration, and a .gitignore. With the word plugin in front of the name: an npm package with a pass, its test, and all that it takes to build and publish it.",
  argument: {
    usage: "<name...>",
    kind: "name",
    description: "name of the folder and of the design; or plugin and a name",
  },
  options: commonOptions,
  examples: [
    ["new counter", "then: assassyn run counter"],
    ["new plugin drop-logs", "then: cd drop-logs && npm install && npm test"],
  ],
  load: async () => (await import("./new.js")).runNew,
});

const completion = defineCommand({
  name: "completion",
  summary: "print a script that completes commands in a shell",
  description: "Prints a completion script for a shell.",
  argument: {
    usage: "<shell>",
    kind: "shell",
    description: "bash, zsh or fish",
    choices: ["bash", "zsh", "fish"],
  },
  options: commonOptions,
  examples: [
    ["completion bash > ~/.local/share/bash-completion/completions/assassyn", "bash"],
    ["completion zsh > ~/.zfunc/_assassyn", "zsh, with ~/.zfunc in fpath"],
    ["completion fish > ~/.config/fish/completions/assassyn.fish", "fish"],
  ],
  load: async () => (await import("./completion.js")).runCompletion,
});

/** Every command, in the order of the help. */
export const commandSpecs: readonly CommandSpec[] = [
  check,
  format,
  compile,
  run,
  importUpstream,
  profile,
  plan,
  passes,
  blame,
  analyze,
  explain,
  create,
  completion,
];
