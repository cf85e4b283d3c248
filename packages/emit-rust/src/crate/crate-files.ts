/** Files of the crate around the state and the modules. */
import type { Type } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter, NameScope, toSnakeCase } from "@assassyn/emit-core";
import { RESERVED_NAMES } from "../rust-names.js";
import { printNumber, printString, rustType, valueType } from "../rust-type.js";
import { importLines } from "./imports.js";
import type { DesignModel } from "./model.js";

/** Lints that a design decides, not the emitter: a designer may write `x & 0`, or an else that equals its then. */
const DESIGN_LINTS = [
  // Not every version of clippy knows them all.
  "renamed_and_removed_lints",
  "unknown_lints",
  "clippy::absurd_extreme_comparisons",
  "clippy::almost_swapped",
  "clippy::bad_bit_mask",
  "clippy::bool_comparison",
  "clippy::collapsible_else_if",
  "clippy::collapsible_if",
  "clippy::disallowed_names",
  "clippy::double_comparisons",
  "clippy::duplicate_underscore_argument",
  "clippy::eq_op",
  "clippy::erasing_op",
  "clippy::identity_op",
  "clippy::if_same_then_else",
  "clippy::impossible_comparisons",
  "clippy::int_plus_one",
  "clippy::manual_div_ceil",
  "clippy::manual_checked_ops",
  "clippy::manual_is_multiple_of",
  "clippy::manual_range_contains",
  "clippy::manual_rotate",
  "clippy::needless_return",
  "clippy::manual_swap",
  "clippy::modulo_one",
  "clippy::needless_bool",
  "clippy::nonminimal_bool",
  "clippy::overly_complex_bool_expr",
  "clippy::redundant_comparisons",
  "unused_comparisons",
  "unused_variables",
];

/**
 * `Cargo.toml`, `src/lib.rs`, `src/main.rs`, `src/modules.rs`, `src/design.rs`, and `src/externs.rs` where there are any.
 *
 * @param extraModules names of further files in `src`, which the target writes
 * @param mentioned the constants that other files use; default: all may be
 */
export function crateFiles(
  design: DesignModel,
  extraModules: readonly string[] = [],
  mentioned?: ReadonlySet<string>,
): OutputFile[] {
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  return [
    { path: "Cargo.toml", text: cargoToml(design) },
    { path: "src/lib.rs", text: libraryText(design, hasExterns, extraModules) },
    { path: "src/main.rs", text: mainText(design) },
    { path: "src/modules.rs", text: modulesText(design) },
    { path: "src/design.rs", text: designText(design, mentioned) },
    ...(hasExterns ? [{ path: "src/externs.rs", text: externsText(design) }] : []),
  ];
}

function cargoToml({ crate, system }: DesignModel): string {
  return `# Written by assassyn from the system ${system.name}.
[package]
name = "${crate}"
version = "0.0.0"
edition = "2021"
publish = false

[dependencies]
assassyn-runtime = { path = "runtime" }

[profile.release]
opt-level = 3
incremental = true
codegen-units = 16

[workspace]
`;
}

function libraryText({ system }: DesignModel, hasExterns: boolean, extraModules: readonly string[]): string {
  const modules = [
    "design",
    ...(hasExterns ? ["externs"] : []),
    "modules",
    "state",
    "tables",
    ...extraModules,
  ];
  return `//! A cycle-accurate simulator of the design \`${system.name}\`, written by assassyn.
//!
//! [\`Simulator\`] runs it; \`cargo run --release -- --help\` shows the command line.
#![forbid(unsafe_code)]
// What the design itself says is not the emitter's to judge.
#![allow(
${DESIGN_LINTS.map((lint) => `    ${lint},`).join("\n")}
)]

${modules
  .toSorted()
  .map((module) => `pub mod ${module};\n`)
  .join("")}
${hasExterns ? "pub use externs::Externs;\n" : ""}pub use assassyn_runtime::{LogFormat, Stop, Summary, Value};
pub use state::State;

/// The simulation of this design.
pub type Simulator = assassyn_runtime::Simulator<State>;
`;
}

function mainText({ crate, system }: DesignModel): string {
  return `//! The command line of the simulator of \`${system.name}\`.

use std::process::ExitCode;

fn main() -> ExitCode {
    assassyn_runtime::command_line::main::<${crate}::State>()
}
`;
}

function modulesText({ modules }: DesignModel): string {
  const files = [...new Set(modules.map(({ file }) => file))].sort();
  return [
    "//! The modules of the design, a file for each declaration.",
    "",
    ...files.map((file) => `pub mod ${file};`),
    "",
  ].join("\n");
}

function designText(design: DesignModel, mentioned: ReadonlySet<string> | undefined): string {
  const { system, modules } = design;
  const code = new CodeWriter();
  for (const { constant, index, module } of modules) {
    if (mentioned?.has(constant) === false) continue;
    code
      .line(`/// Index of \`${module.name}\` in the tables.`)
      .line(`pub const ${constant}: usize = ${index};`);
  }
  code.line();
  code.line("/// Names, types and places.");
  code.block("pub static INFO: DesignInfo = DesignInfo {", "};", () => {
    code.line(`name: ${printString(system.name)},`);
    code.line(`files: &[${system.files.map(printString).join(", ")}],`);
    const { cycles, idle, log } = system.config;
    const format = log.slice(0, 1).toUpperCase() + log.slice(1);
    code.line(
      `config: Config { cycles: ${printNumber(BigInt(cycles))}, idle: ${printNumber(BigInt(idle))}, log: LogFormat::${format} },`,
    );
    code.line("modules: &MODULES,").line("arrays: &ARRAYS,");
    const externs = system.externs.map(
      (declaration) => `ExternInfo { name: ${printString(declaration?.name ?? "")} }`,
    );
    code.line(`externs: &[${externs.join(", ")}],`);
  });
  code.line();
  const ports = new TableList("PORTS", "PortInfo");
  const slots = new TableList("SLOTS", "SlotInfo");
  code.block(`static MODULES: [ModuleInfo; ${modules.length}] = [`, "];", () => {
    for (const { id, module, ports: own } of modules) {
      const kind = module.kind.slice(0, 1).toUpperCase() + module.kind.slice(1);
      const portTable = ports.name(own.map(({ port, depth }) => portInfo(port.name, port.type, depth)));
      const slotTable = slots.name(
        module.exposed.map(
          ({ name, type }) => `SlotInfo { name: ${printString(name)}, value_type: ${valueType(type)} }`,
        ),
      );
      code.line(
        `ModuleInfo { name: ${printString(module.name)}, kind: ModuleKind::${kind}, declaration: ${id}, ports: ${portTable}, exposed: ${slotTable} },`,
      );
    }
  });
  code.line();
  const arrays = [...design.arrays.values()];
  code.block(`static ARRAYS: [ArrayInfo; ${arrays.length}] = [`, "];", () => {
    for (const { declaration, holder, slot } of arrays) {
      const { name, type, size, scalar } = declaration;
      code.line(
        `ArrayInfo { name: ${printString(name)}, value_type: ${valueType(type)}, size: ${printNumber(BigInt(size))}, scalar: ${scalar}, holder: ${design.byId.get(holder)?.index ?? 0}, slot: ${slot} },`,
      );
    }
  });
  ports.write(code);
  slots.write(code);
  const text = code.toString();
  return ["//! What the simulator knows about its design.", "", ...importLines(text), "", text].join("\n");
}

/** Tables of which equal ones are one. */
class TableList {
  readonly #prefix: string;
  readonly #type: string;
  readonly #names = new Map<string, string>();
  readonly #tables: { readonly name: string; readonly entries: readonly string[] }[] = [];

  constructor(prefix: string, type: string) {
    this.#prefix = prefix;
    this.#type = type;
  }

  /** A reference to the table with these entries. */
  name(entries: readonly string[]): string {
    if (entries.length === 0) return "&[]";
    const key = entries.join();
    const name = this.#names.get(key) ?? `${this.#prefix}_${this.#names.size}`;
    if (!this.#names.has(key)) {
      this.#names.set(key, name);
      this.#tables.push({ name, entries });
    }
    return `&${name}`;
  }

  write(code: CodeWriter): void {
    for (const { name, entries } of this.#tables) {
      code.line();
      code.block(`static ${name}: [${this.#type}; ${entries.length}] = [`, "];", () =>
        code.lines(entries.map((entry) => `${entry},`)),
      );
    }
  }
}

function portInfo(name: string, type: Type, depth: number): string {
  return `PortInfo { name: ${printString(name)}, value_type: ${valueType(type)}, depth: ${printNumber(BigInt(depth))} }`;
}

function externsText({ system }: DesignModel): string {
  const code = new CodeWriter();
  code.line("//! The functions that the embedder of this simulator supplies.").line();
  code.line("/// Bodies of the design's extern functions. An error is a fault of the caller.");
  code.line(
    "/// Values are bit patterns of the width of their type, zeros above; what is returned is cut to its width.",
  );
  const declarations = system.externs.flatMap((declaration) => declaration ?? []);
  const signature = (declaration: (typeof declarations)[number], hidden: string): string => {
    const names = new NameScope(RESERVED_NAMES);
    const parameters = declaration.parameters.map(
      ({ name, type }) => `${hidden}${names.claim(toSnakeCase(name))}: ${rustType(type)}`,
    );
    const results = declaration.results.map(({ type }) => rustType(type));
    const result = results.length === 1 ? (results[0] ?? "()") : `(${results.join(", ")})`;
    return `fn ${toSnakeCase(declaration.name)}(&mut self${parameters.map((parameter) => `, ${parameter}`).join("")}) -> Result<${result}, String>`;
  };
  code.block("pub trait Externs: Send {", "}", () => {
    for (const declaration of declarations) {
      const { file, line } = declaration.loc;
      code
        .line(`/// \`${declaration.name}\`, ${system.files[file] ?? "?"}:${line}.`)
        .line("///")
        .line("/// # Errors")
        .line("/// With the reason, which becomes part of the fault.");
      code.line(`${signature(declaration, "")};`);
    }
  });
  code.line();
  code.line(
    "/// Stands in until [`crate::Simulator::with_externs`] brings the functions; every call is a fault.",
  );
  code.line("pub struct MissingExterns;").line();
  code.block("impl Externs for MissingExterns {", "}", () => {
    for (const declaration of declarations) {
      code.block(`${signature(declaration, "_")} {`, "}", () =>
        code.line('Err("this simulator was built without a body for it".to_string())'),
      );
    }
  });
  return code.toString();
}
