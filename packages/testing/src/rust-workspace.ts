/** Builds generated Rust crates for tests: all of a suite in one cargo workspace, with one target folder for all suites. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/** A file of a crate, as emitters return it. */
export interface CrateFile {
  /** Relative to the crate's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** How to build. */
export interface RustBuildOptions {
  /** Where sources and the target folder are kept between runs; default `node_modules/.cache/assassyn-rust` above the working directory. */
  readonly cacheFolder?: string;
  /** `checked` (default): unoptimised, which builds four times as fast, with overflow checks and debug assertions, so that nothing relies on wrapping. `release`: as users build. `counted`: the same in one unit and never incremental, so that equal sources make equal code wherever they stand. */
  readonly profile?: "checked" | "release" | "counted";
  /** The cargo to run; default `$CARGO` or `cargo`. */
  readonly cargo?: string;
  /** Also run `cargo clippy` and fail on any warning. */
  readonly clippy?: boolean;
}

/**
 * Builds crates and returns the path of each binary by name. Crates that did not change since the last run are not built again.
 * The folder `runtime/` must be equal in all of them and is built once.
 *
 * @param suite name of the group; its sources live in a folder of that name, so two groups that run at the same time need two names
 * @throws Error with cargo's output if a crate does not build.
 * @example
 * const binaries = buildRustDesigns("adder-suite", new Map([["adder", emitRustSequential(system)]]));
 * spawnSync(binaries.get("adder") ?? "", ["--quiet"]);
 */
export function buildRustDesigns(
  suite: string,
  designs: ReadonlyMap<string, readonly CrateFile[]>,
  options: RustBuildOptions = {},
): Map<string, string> {
  const cache = options.cacheFolder ?? defaultCacheFolder();
  const workspace = path.join(cache, suite);
  // Binaries of all suites share one target folder, so their names must differ.
  const prefix = "t" + createHash("sha256").update(suite).digest("hex").slice(0, 8);
  const wanted = new Map<string, string>();
  const binaries = new Map<string, string>();
  const target = path.join(cache, "target");
  const profile = options.profile ?? "checked";
  for (const [name, files] of designs) {
    const packageName = `${prefix}_${name.replace(/[^A-Za-z0-9]+/g, "_")}`;
    for (const file of files) {
      if (file.path.startsWith("runtime/")) wanted.set(file.path, file.text);
      else
        wanted.set(
          `${name}/${file.path}`,
          file.path === "Cargo.toml" ? adaptManifest(file.text, packageName) : file.text,
        );
    }
    binaries.set(name, path.join(target, profile, packageName));
  }
  wanted.set("Cargo.toml", workspaceManifest([...designs.keys()]));
  const cargo = options.cargo ?? process.env["CARGO"] ?? "cargo";
  withLock(`${workspace}.lock`, () => {
    synchronize(workspace, wanted);
    runCargo(cargo, ["build", "--profile", profile], workspace, target);
    if (options.clippy !== true) return;
    const clippy = ["clippy", "--profile", profile, "--all-targets", "--", "-D", "warnings"];
    runCargo(cargo, clippy, workspace, target);
  });
  return binaries;
}

/** Runs `action` while no other process runs one under the same lock. A lock whose owner is gone is taken over. */
function withLock(file: string, action: () => void): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch {
      if (!isAlive(readOwner(file))) rmSync(file, { force: true });
      else Atomics.wait(sleeper, 0, 0, 100);
    }
  }
  try {
    action();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Undefined when the lock has just been released. */
function readOwner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(owner: number | undefined): boolean {
  if (owner === undefined || owner === process.pid) return owner !== undefined;
  try {
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}

/** The nearest `node_modules` above the working directory. */
function defaultCacheFolder(): string {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "node_modules")))
      return path.join(folder, "node_modules", ".cache", "assassyn-rust");
    if (path.dirname(folder) === folder) return path.join(process.cwd(), "target", "assassyn-rust");
  }
}

/** The same crate as a member: a name that is unique, the shared runtime, no workspace or profile of its own. */
function adaptManifest(text: string, packageName: string): string {
  const crate = /^name = "(.*)"$/m.exec(text)?.[1] ?? "";
  return text
    .replace(/^name = ".*"$/m, `name = "${packageName}"`)
    .replace('path = "runtime"', 'path = "../runtime"')
    .replace(/\[profile\.release\][^[]*/, "")
    .replace("[workspace]\n", `[lib]\nname = "${crate}"\n`);
}

function workspaceManifest(members: readonly string[]): string {
  return `[workspace]
resolver = "2"
members = [${["runtime", ...members].map((member) => JSON.stringify(member)).join(", ")}]

[profile.checked]
inherits = "dev"
opt-level = 0
debug = 0
incremental = false

[profile.release]
opt-level = 3
incremental = true
codegen-units = 16

[profile.counted]
inherits = "release"
incremental = false
codegen-units = 1
`;
}

/** Writes what changed and removes what is no longer wanted, so that cargo sees only real changes. */
function synchronize(folder: string, wanted: ReadonlyMap<string, string>): void {
  for (const [file, text] of wanted) {
    const target = path.join(folder, file);
    if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const removeStale = (relative: string): void => {
    for (const entry of readdirSync(path.join(folder, relative))) {
      const file = relative === "" ? entry : `${relative}/${entry}`;
      const absolute = path.join(folder, file);
      if (statSync(absolute).isDirectory()) removeStale(file);
      else if (!wanted.has(file) && file !== "Cargo.lock") rmSync(absolute);
    }
  };
  removeStale("");
}

function runCargo(cargo: string, command: readonly string[], folder: string, target: string): void {
  const [subcommand = "", ...rest] = command;
  const result = spawnSync(cargo, [subcommand, "--offline", "--quiet", ...rest], {
    cwd: folder,
    env: { ...process.env, CARGO_TARGET_DIR: target },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (result.error !== undefined) throw new Error(`cannot run ${cargo}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error(`${cargo} ${subcommand} failed in ${folder}\n${result.stderr.slice(0, 20_000)}`);
  }
}
