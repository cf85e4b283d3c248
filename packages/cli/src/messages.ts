import { defineCatalogue, message } from "@assassyn/diagnostics";

/** What the command itself has to say; `assassyn explain cli/…` prints the long forms. */
export const messages = defineCatalogue("cli", {
  "cannot-read": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot read ${path}: ${reason}`,
    "The file or folder given on the command line cannot be read. Check the spelling of the path and its permissions.",
  ),
  "cannot-print-source": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `${path} cannot be written as source: ${reason}`,
    "The design can be run and compiled as it is, but it holds something that the language has no words for.",
  ),
  "not-text": message<{ path: string; offset: number }>(
    "error",
    ({ path, offset }) => `${path} is not text: the byte at offset ${offset} is not valid UTF-8`,
    "Designs are UTF-8 text. Binary files, and texts in another encoding, cannot be compiled. Convert the file, or name another one.",
  ),
  "too-large": message<{ path: string; size: string; limit: string }>(
    "error",
    ({ path, size, limit }) => `${path} is too large: it has ${size}, the limit is ${limit}`,
    "A source this large is almost certainly not a design. Generated designs are smaller when index ranges, `for` and components repeat their structure.",
  ),
  "no-design": message<{ folder: string }>(
    "error",
    ({ folder }) => `the folder ${folder} has no .asyn file`,
    "Without a file on the command line, the design is the `entry` of the folder's `assassyn.config.*`, else its only `.asyn` file, else the `.asyn` file with the folder's name.\n\n`assassyn new counter` makes a folder with a first design.",
  ),
  "ambiguous-design": message<{ folder: string; count: number }>(
    "error",
    ({ folder, count }) => `the folder ${folder} has ${count} .asyn files, and none is named like the folder`,
    "Name the file on the command line, set `entry` in `assassyn.config.json`, or give the design the name of its folder.",
  ),
  "missing-entry": message<{ entry: string; config: string }>(
    "error",
    ({ entry, config }) => `the entry "${entry}" of ${config} does not exist`,
    "`entry` in `assassyn.config.*` is a path from the folder of that file to the design's `.asyn` file.",
  ),
  "cannot-write": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot write ${path}: ${reason}`,
    "Outputs are written to a temporary place beside the target and then renamed, so a failure leaves nothing half-written and an earlier output stays as it was.",
  ),
  "output-is-folder": message<{ path: string }>(
    "error",
    ({ path }) => `cannot write ${path}: it is a folder, and this target writes one file`,
    "`-o` names the file to write. Give a file name inside the folder.",
  ),
  "output-is-input": message<{ path: string }>(
    "error",
    ({ path }) => `cannot write ${path}: the design is read from it`,
    "An output would replace a source of the design, its configuration or a memory file. Give the output another name.",
  ),
  "output-is-file": message<{ path: string }>(
    "error",
    ({ path }) => `cannot write ${path}: it is a file, and this target writes a folder`,
    "The Rust target writes a crate, which is a folder. Give another name with `-o`, or remove the file.",
  ),
  "foreign-folder": message<{ path: string }>(
    "error",
    ({ path }) => `cannot write ${path}: the folder is not empty and was not written by assassyn`,
    "A folder that holds other things is never overwritten. Choose a new folder with `-o`, or empty this one.",
  ),
  "bad-option": message<{ option: string; reason: string }>(
    "error",
    ({ option, reason }) => `${option}: ${reason}`,
    "An option of the command has a value that does not fit, or does not go with another option. `assassyn <command> --help` shows what is possible.",
  ),
  "optimizer-missing": message(
    "error",
    () => "-O needs the package binaryen, which is not installed",
    "`-O` hands the WebAssembly module to binaryen's optimiser. The package is large (about 100 MB), so it does not come with assassyn: `npm install binaryen`. The engine optimises the module anyway while it runs; measure before you keep the option.",
  ),
  "no-parallel": message<{ key: string; path: string; target: string }>(
    "warning",
    ({ key, path, target }) => `"${key}" in ${path} has no effect: the target ${target} runs on one thread`,
    "`parallel: true` asks for the target `rust-parallel`, a simulator on several threads, where nothing names another target; `threads` says how many. Results never depend on either, only the time does.",
  ),
  "empty-timeline": message<{ path: string }>(
    "note",
    ({ path }) => `the timeline ${path} shows nothing: the run had one thread`,
    "A timeline shows what several threads do. `--threads 2` asks for two where `auto` chose one; `--stats` says why it did.",
  ),
  "one-thread": message<{ reason: string }>(
    "warning",
    ({ reason }) => reason,
    "Several threads were asked for, and the simulation has one. Results never depend on it, only the time does.",
  ),
  "cargo-missing": message<{ command: string }>(
    "error",
    ({ command }) => `the Rust target needs \`${command}\`, which was not found or does not work`,
    "`--target rust` builds the simulator with cargo. Install Rust (https://rustup.rs, or your system's packages), or use `--target wasm`, which needs nothing. The environment variable `CARGO` names another cargo.",
  ),
  "cargo-failed": message<{ folder: string }>(
    "error",
    ({ folder }) => `cargo could not build the simulator in ${folder}`,
    "cargo's own output is printed above. An error *in the generated code* is a bug of assassyn: please report it. Anything else (no linker, no disk space) is a matter of the Rust installation.",
  ),
  "simulator-died": message<{ reason: string }>(
    "error",
    ({ reason }) => `the simulator ended abnormally: ${reason}`,
    "The built simulator was killed or crashed instead of ending with a status of its own. If nobody killed it, this is a bug: please report it.",
  ),
  "no-signals": message<{ pattern: string }>(
    "error",
    ({ pattern }) => `no signal matches the pattern "${pattern}"`,
    "`--trace` takes names with `*` and `?`, several between commas: `cnt`, `adder`, `adder.a.*`, `pe_*.triggered`. A name selects everything below it.",
  ),
  "no-operations": message<{ pattern: string; by: string | undefined }>(
    "error",
    ({ pattern, by }) =>
      `no operation matches the pattern "${pattern}"${by === undefined ? "" : ` and comes from "${by}"`}`,
    "`assassyn blame` takes names with `*` and `?`, several between commas: a module (`adder`), a value or operation in it (`adder.c`, `adder.%12`), a register or FIFO (`cnt`, `adder.a`), or a line of the source (`adder.asyn:14`). `--by` names a pass, a plugin, or `source` for what no pass made. Without a pattern every operation is shown.",
  ),
  "bisect-command-failed": message<{ reason: string }>(
    "error",
    ({ reason }) => `the command of --bisect-command could not judge the design: ${reason}`,
    "The command is given to the shell with the name of a file with IR text in place of `{}`. Status 0 means that the design still does what it should, any other that it does not; 125, 126 and 127 mean that the command cannot tell or does not exist, and end the search.",
  ),
  "state-too-large": message<{ reason: string }>(
    "error",
    ({ reason }) => `the design is too large for the interpreter: ${reason}`,
    "The interpreter is the reference, made to be plain and not to be small: it keeps every element of every array as an object of its own. Use `--target wasm` or `--target rust`, or make the memory smaller.",
  ),
  "extern-missing": message<{ names: string }>(
    "error",
    ({ names }) => `the design has extern functions without a body: ${names}`,
    "The body of an `extern fn` or `extern module` comes from outside. `--externs bodies.mjs` names a JavaScript module whose exports have the names of the functions; each takes and returns `bigint`. The Rust target takes them as a trait when its crate is embedded, not from this command.",
  ),
  "externs-failed": message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot load the extern functions from ${path}: ${reason}`,
    "`--externs` names an ES module; every extern function of the design is one of its exports.",
  ),
  exists: message<{ path: string }>(
    "error",
    ({ path }) => `${path} exists already`,
    "`assassyn new` never touches what is there. Choose another name.",
  ),
  "bad-name": message<{ name: string }>(
    "error",
    ({ name }) => `"${name}" cannot name a design`,
    "A design's name has letters, digits, `-` and `_`, and starts with a letter; it becomes a folder, a file and, with `_` for `-`, a system.",
  ),
  "bad-plugin-name": message<{ name: string }>(
    "error",
    ({ name }) => `"${name}" cannot name a plugin`,
    "A plugin made by `assassyn new plugin` is named like its first pass: small letters and digits, words joined by `-`, as in `drop-logs`. The package is then called `assassyn-plugin-drop-logs`.",
  ),
  "report-crashed": message<{ report: string; plugin: string; reason: string }>(
    "error",
    ({ report, plugin, reason }) => `the report "${report}" of "${plugin}" crashed: ${reason}`,
    "This is a bug of the plugin, not of the design. Please report it to the plugin's authors.",
  ),
  "no-report": message<{ report: string; target: string }>(
    "note",
    ({ report, target }) => `the target ${target} cannot make the report "${report}"; --target wasm can`,
    "A report of a plugin reads the state of the simulation when the run has ended. The Rust target runs in a process of its own, whose state is out of reach.",
  ),
  "unknown-code": message<{ code: string }>(
    "error",
    ({ code }) => `no message has the code "${code}"`,
    "`assassyn explain` without a code lists all of them.",
  ),
});
