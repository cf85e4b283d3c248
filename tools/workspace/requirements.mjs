// What some tests need beyond Node: how to find it, how to ask for it, how to install it.
//
// Run directly, `node tools/workspace/requirements.mjs --missing-debian-packages` prints the Debian packages
// of everything that is missing, one a line; `.ci/run` installs them.

import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {"rust" | "chromium" | "valgrind" | "riscvGcc" | "graphviz" | "python"} RequirementName
 *
 * @typedef {object} Requirement
 * @property {string} label how messages call it
 * @property {string} variable set to 1, this environment variable turns "skipped" into "failed"
 * @property {string | undefined} pathVariable names an executable to take instead of searching
 * @property {readonly string[]} commands executables to try, the first that answers `--version` is taken
 * @property {string} [versionFlag] what it answers instead of `--version`
 * @property {string} skips what is skipped without it
 * @property {readonly string[]} debianPackages what provides it on Debian
 */

/** @type {Readonly<Record<RequirementName, Requirement>>} */
export const requirements = {
  rust: {
    label: "cargo",
    variable: "ASSASSYN_REQUIRE_RUST",
    pathVariable: "CARGO",
    commands: ["cargo"],
    skips: "tests that build and run generated Rust",
    debianPackages: ["cargo", "rust-clippy"],
  },
  chromium: {
    label: "chromium",
    variable: "ASSASSYN_REQUIRE_CHROMIUM",
    pathVariable: "CHROMIUM",
    commands: ["chromium", "chromium-browser", "google-chrome"],
    skips: "tests that run simulations in a browser",
    debianPackages: ["chromium"],
  },
  valgrind: {
    label: "valgrind",
    variable: "ASSASSYN_REQUIRE_VALGRIND",
    pathVariable: undefined,
    commands: ["valgrind"],
    skips: "tests that count instructions with valgrind",
    debianPackages: ["valgrind"],
  },
  riscvGcc: {
    label: "riscv64-unknown-elf-gcc",
    variable: "ASSASSYN_REQUIRE_RISCV_GCC",
    pathVariable: undefined,
    commands: ["riscv64-unknown-elf-gcc"],
    skips: "tests that rebuild the RISC-V programs from C",
    debianPackages: ["gcc-riscv64-unknown-elf"],
  },
  graphviz: {
    label: "dot",
    variable: "ASSASSYN_REQUIRE_GRAPHVIZ",
    pathVariable: undefined,
    commands: ["dot"],
    versionFlag: "-V",
    skips: "tests that lay out graphs with Graphviz",
    debianPackages: ["graphviz"],
  },
  python: {
    label: "python3",
    variable: "ASSASSYN_REQUIRE_PYTHON",
    pathVariable: "PYTHON",
    commands: ["python3"],
    skips: "tests of the exporter for the Python front end",
    debianPackages: ["python3"],
  },
};

/** @type {readonly RequirementName[]} */
export const requirementNames = ["rust", "chromium", "valgrind", "riscvGcc", "graphviz", "python"];

/** @type {Map<RequirementName, string | undefined>} */
const found = new Map();

/**
 * The command that provides a requirement, or `undefined` when nothing does. An executable counts only if
 * `--version` succeeds: a rustup without a toolchain has a `cargo` that does not work.
 *
 * @param {RequirementName} name
 * @returns {string | undefined}
 */
export function findRequirement(name) {
  if (!found.has(name)) {
    const { commands, pathVariable, versionFlag = "--version" } = requirements[name];
    const chosen = pathVariable === undefined ? undefined : process.env[pathVariable];
    const candidates = chosen ? [chosen] : commands;
    found.set(
      name,
      candidates.find((command) => spawnSync(command, [versionFlag], { stdio: "ignore" }).status === 0),
    );
  }
  return found.get(name);
}

/**
 * Whether the environment insists on a requirement: its variable is set, and not to `0`.
 *
 * @param {RequirementName} name
 * @returns {boolean}
 */
export function isRequired(name) {
  const value = process.env[requirements[name].variable];
  return value !== undefined && value !== "" && value !== "0";
}

/**
 * What is missing here and whether that is a failure, one line each.
 *
 * @returns {{ readonly line: string, readonly failed: boolean }[]}
 */
export function describeMissing() {
  return requirementNames
    .filter((name) => findRequirement(name) === undefined)
    .map((name) => {
      const { label, skips, variable } = requirements[name];
      const failed = isRequired(name);
      return {
        failed,
        line: failed
          ? `FAILED: ${label} not found, and ${variable} insists on it (for ${skips})`
          : `SKIPPED: ${label} not found: ${skips} (${variable}=1 makes this a failure)`,
      };
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === "--missing-debian-packages") {
  for (const name of requirementNames) {
    if (findRequirement(name) === undefined) {
      for (const debianPackage of requirements[name].debianPackages) console.log(debianPackage);
    }
  }
}
