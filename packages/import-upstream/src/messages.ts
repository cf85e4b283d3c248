/** Every message of the import, with its long form for `assassyn explain`. */
import { defineCatalogue, message } from "@assassyn/diagnostics";

/** The catalogue `import/…`. */
export const messages = defineCatalogue("import", {
  "unexpected-token": message<{ expected: string; found: string }>(
    "error",
    (a) => `expected ${a.expected}, found ${a.found}`,
    "The dump does not follow the notation that the Python front end prints. A dump is written by a program, so it was probably changed by hand, or by a newer version of the front end.",
  ),
  "unexpected-end": message<{ expected: string }>(
    "error",
    (a) => `expected ${a.expected}, but the dump ends here`,
    "The dump ends in the middle of the design. It was probably cut short; print it again.",
  ),
  "invalid-character": message<{ character: string; code: string }>(
    "error",
    (a) => `unexpected character ${a.character} (${a.code})`,
    "No part of a dump starts with this character. A string that is not closed on its line is one cause.",
  ),
  "invalid-type": message<{ text: string }>(
    "error",
    (a) => `\`${a.text}\` is not a type`,
    "Types are `u8`, `i32`, `b16` (any width from 1 to 65536) and `record { name: type, … }`.",
  ),
  "invalid-number": message<{ reason: string }>(
    "error",
    (a) => a.reason,
    "A number in the dump is outside the range that it can have in its place.",
  ),
  "invalid-string": message<{ reason: string }>(
    "error",
    (a) => `the string cannot be read: ${a.reason}`,
    "Strings are written as Python prints them: either quote, escapes with a backslash.",
  ),
  "invalid-format": message<{ reason: string }>(
    "error",
    (a) => `the format of this log cannot be used: ${a.reason}`,
    "Logs take format strings of Rust for integers: `{}`, `{:?}`, `{:x}`, `{:#010x}`, `{:b}`, `{:05}`, `{:>8}`, …",
  ),
  "too-deep": message<{ limit: number }>(
    "error",
    (a) => `conditions nest deeper than ${a.limit} levels`,
    "Conditions nest only to a fixed depth, so that no tool that reads the design runs out of stack.",
  ),
  "too-large": message<{ length: number; limit: number }>(
    "error",
    (a) => `the dump has ${a.length} characters; at most ${a.limit} can be read`,
    "Dumps of this size have not been seen; most likely the file is something else.",
  ),
  "too-many-errors": message<{ limit: number }>(
    "note",
    (a) => `stopped after ${a.limit} errors`,
    "After so many errors further ones are rarely of use.",
  ),
  "duplicate-name": message<{ what: string; name: string }>(
    "error",
    (a) => `there are two ${a.what} named ${a.name}`,
    "Names of arrays and modules are unique in a design, names of ports in their module, names of values in theirs.",
  ),
  "unknown-name": message<{ what: string; name: string }>(
    "error",
    (a) => `there is no ${a.what} named ${a.name}`,
    "The dump uses a name that it does not define.",
  ),
  "ambiguous-value": message<{ name: string; modules: string }>(
    "error",
    (a) => `${a.name} is defined by several other modules (${a.modules})`,
    "Uses of another module's value print only its name. Where several modules have a value of that name, the comments `// External:` in front of the module decide; here they do not.",
  ),
  "not-visible": message<{ name: string }>(
    "error",
    (a) => `${a.name} is not defined where it is used`,
    "A value can be used behind its definition, in the same condition or one nested in it. In a condition that is not taken it does not exist.",
  ),
  "not-a-value": message<{ name: string }>(
    "error",
    (a) => `${a.name} is a bind or an external instance, which has no value`,
    "A bind can only be called with `async_call`, and an external instance only be asked for its outputs.",
  ),
  "stage-reads-value": message<{ name: string; module: string; reader: string }>(
    "error",
    (a) => `the stage ${a.reader} reads ${a.name} of module ${a.module}`,
    "Only a downstream can read what another module computes in the same cycle: between stages the result would depend on the order in which they run.",
  ),
  "wrong-place": message<{ what: string; reason: string }>(
    "error",
    (a) => `${a.what} cannot stand here: ${a.reason}`,
    "Pops and waits belong to stages, requests to memories.",
  ),
  "record-width": message<{ operator: string }>(
    "error",
    (a) => `${a.operator} does not fit here`,
    "The operand has a width that this operation cannot take.",
  ),
  "width-mismatch": message<{ what: string; found: string; wanted: string }>(
    "error",
    (a) => `${a.what} has type ${a.found} where ${a.wanted} is needed`,
    "A condition has one bit, a selector as many bits as there are arms.",
  ),
  "width-adjusted": message<{ what: string; found: string; wanted: string }>(
    "warning",
    (a) => `${a.what} has type ${a.found} where ${a.wanted} is needed; it is extended or cut`,
    "The front end does not check that written and pushed values have the width of their target, and the arms of a choice the same width.",
  ),
  "slice-range": message<{ low: string; high: string; width: number }>(
    "warning",
    (a) => `bits ${a.low} to ${a.high} are not all inside a value of ${a.width} bits; those outside are zero`,
    "A slice names its lowest and its highest bit. The front end does not check that the value has them.",
  ),
  "slice-order": message<{ low: string; high: string; width: number }>(
    "error",
    (a) => `there are no bits ${a.low} to ${a.high}`,
    "A slice names its lowest bit, then its highest one.",
  ),
  "constant-range": message<{ value: string; type: string; reduced: string }>(
    "warning",
    (a) => `${a.value} does not fit ${a.type}; it is reduced to ${a.reduced}`,
    "The front end lets constants exceed the width of their type. A value of n bits is n bits here. `--semantics upstream` keeps what the original's simulator did.",
  ),
  "semantics-differ": message<{ name: string; reason: string }>(
    "note",
    (a) => `${a.name} can differ from the original's simulator: ${a.reason}`,
    "The original holds values in machine integers and does not reduce them to their declared width. Here a value of n bits is n bits, as in the hardware. `--semantics upstream` reproduces the original.",
  ),
  "downstream-loop": message<{ modules: string }>(
    "error",
    (a) => `these downstreams use each other in a loop: ${a.modules}`,
    "Downstreams run in the order of their use of each other's values, so the uses cannot form a loop.",
  ),
  "downstream-without-values": message<{ name: string }>(
    "warning",
    (a) => `the downstream ${a.name} uses no value of another module and never runs`,
    "A downstream runs in a cycle in which a module whose value it uses was triggered.",
  ),
  "unknown-thresholds": message(
    "warning",
    () => "without metadata the number of cycles is unknown; 100 are run, or 100 idle ones",
    "A dump does not hold the thresholds of the simulation. Give the metadata with `--meta`, or the limits on the command line.",
  ),
  "unknown-initial": message<{ count: number; names: string }>(
    "warning",
    (a) => `without metadata the initial values of ${a.names} are unknown; they start as zero`,
    "A dump does not hold initial values.",
  ),
  "unknown-memory": message<{ name: string }>(
    "warning",
    (a) => `without metadata the contents of the memory ${a.name} are unknown; it starts as zero`,
    "A dump does not name the file that a memory is loaded from.",
  ),
  "unknown-dram": message<{ name: string; words: number; width: number }>(
    "warning",
    (a) =>
      `the array behind the DRAM ${a.name} is unknown; ${a.words} words of ${a.width} bits are taken, which start as zero`,
    'A dump does not name the array of a memory. The metadata do: `"memories": [{ "name": …, "payload": … }]`.',
  ),
  "dram-refused": message<{ name: string; reason: string }>(
    "error",
    (a) => `the DRAM ${a.name} cannot be modelled: ${a.reason}`,
    "A memory has at most 2^31 words, and they have room for an address and a time beside them within 65536 bits. `--dram extern` leaves the requests to functions whose bodies you supply.",
  ),
  "dram-model": message<{ name: string; banks: number; columns: number; hit: number; miss: number }>(
    "note",
    (a) =>
      `the DRAM ${a.name} is modelled with ${a.banks} banks and rows of ${a.columns} words; a read is answered after ${a.hit} cycles, or ${a.miss} if its row is not open`,
    'The original calls an external library for its DRAM; here the component `ordered_dram` of the standard library takes its place, so cycles differ and data do not. `--dram banks=4,columns=32,hit=5,miss=20` changes the model, as `"model": { "hit": 5 }` does in the metadata of the memory. `--dram extern` leaves the requests to functions whose bodies you supply.',
  ),
  "unknown-external": message<{ module: string; output: string }>(
    "warning",
    (a) => `the type of the output ${a.output} of the external module ${a.module} is unknown; b32 is taken`,
    'A dump does not hold the ports of external modules. Add them to the metadata: `"externals": { "Module": { "outputs": { "name": "u32" } } }`.',
  ),
  "metadata-syntax": message<{ file: string; reason: string }>(
    "error",
    (a) => `${a.file} is not JSON: ${a.reason}`,
    "Metadata is a JSON document beside the dump.",
  ),
  "metadata-shape": message<{ file: string; path: string; expected: string; found: string }>(
    "error",
    (a) => `${a.file}: ${a.path}: expected ${a.expected}, found ${a.found}`,
    "The metadata does not have the shape that the exporter writes.",
  ),
  "metadata-mismatch": message<{ file: string; reason: string }>(
    "error",
    (a) => `${a.file} does not belong to this dump: ${a.reason}`,
    "Dump and metadata are written together; one of them is of another design, or of an older version of it.",
  ),
  "memory-file": message<{ file: string; memory: string; reason: string }>(
    "error",
    (a) => `the memory ${a.memory} cannot be loaded from ${a.file}: ${a.reason}`,
    "A memory file holds a hexadecimal word a line; `@address` moves on, `_` may stand between digits, comments start with `//`.",
  ),
});
