/**
 * Packs what the next release publishes: the public packages as changesets versions them, built from nothing. All of it happens in a
 * copy, so neither the versions of the checkout nor what is in its `dist` folders matters or changes.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import type { WorkspacePackage } from "./public-packages.js";
import { publicPackages } from "./public-packages.js";
import { raisePeers } from "./raise-peers.js";

/** A package as it goes to a registry. */
export interface PackedPackage extends WorkspacePackage {
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Size of the tarball in bytes. */
  readonly size: number;
  /** What is in the tarball, relative to the package. */
  readonly files: readonly string[];
}

/**
 * Packs the public packages with the versions that `changeset version` gives them.
 *
 * @param root the folder of the workspace; it is only read, and may have changes that are not committed
 * @param destination an existing folder for the tarballs
 * @throws Error with the output of the command that failed
 */
export function packRelease(root: string, destination: string): PackedPackage[] {
  // The real path: a tool that compares paths must not meet a symbolic link.
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), "assassyn-release-")));
  try {
    copyCheckout(root, copy);
    run(copy, process.execPath, ["node_modules/@changesets/cli/bin.js", "version"]);
    raisePeers(copy);
    const packages = publicPackages(copy);
    build(root, copy, packages);
    return pack(copy, packages, path.resolve(destination));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Copies what git would: no build output. Packages of the workspace are linked to the copy, all others to what is installed. */
function copyCheckout(root: string, copy: string): void {
  const listed = run(root, "git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  for (const file of listed.split("\0")) {
    // Git lists files that are gone from the disk, too.
    if (file !== "" && existsSync(path.join(root, file))) {
      cpSync(path.join(root, file), path.join(copy, file), { verbatimSymlinks: true });
    }
  }
  const own = "@assassyn";
  const installed = path.join(root, "node_modules");
  const links = path.join(copy, "node_modules");
  mkdirSync(path.join(links, own), { recursive: true });
  for (const name of readdirSync(installed).filter((one) => one !== own)) {
    symlinkSync(path.join(installed, name), path.join(links, name));
  }
  for (const name of readdirSync(path.join(installed, own))) {
    symlinkSync(readlinkSync(path.join(installed, own, name)), path.join(links, own, name));
  }
}

/** Does what the `build` scripts do, but compiles all packages in one go, which is many times faster. */
function build(root: string, copy: string, packages: readonly WorkspacePackage[]): void {
  const compile = "tsc -p tsconfig.json";
  run(copy, process.execPath, [
    "node_modules/typescript/bin/tsc",
    "-b",
    ...packages.map(({ folder }) => folder),
  ]);
  const environment = { GIT_DIR: run(root, "git", ["rev-parse", "--absolute-git-dir"]).trim() };
  for (const { folder, manifest } of packages) {
    const [first, ...steps] = (manifest.scripts?.["build"] ?? "").split(" && ");
    if (first !== compile) throw new Error(`${folder}/package.json: "build" must begin with "${compile}"`);
    for (const step of steps) run(path.join(copy, folder), "sh", ["-c", step], environment);
  }
}

/** The part of `npm pack --json` that is used. */
interface NpmPackEntry {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

function pack(copy: string, packages: readonly WorkspacePackage[], destination: string): PackedPackage[] {
  const output = run(copy, "npm", [
    "pack",
    "--json",
    "--loglevel=error",
    "--ignore-scripts",
    `--pack-destination=${destination}`,
    ...packages.map(({ folder }) => `--workspace=${folder}`),
  ]);
  const entries: readonly NpmPackEntry[] = JSON.parse(output);
  return packages.map(({ folder, manifest }) => {
    const entry = entries.find(({ name }) => name === manifest.name);
    if (entry === undefined) throw new Error(`npm pack left out ${manifest.name}`);
    const { size, files, filename } = entry;
    const names = files.map((file) => file.path);
    return { folder, manifest, size, files: names, tarball: path.join(destination, filename) };
  });
}

/** Runs a command to its end and returns its standard output. @throws Error with all of its output if it fails */
function run(
  cwd: string,
  command: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  try {
    return execFileSync(command, argv, {
      cwd,
      env: { ...process.env, ...environment },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const output =
      error instanceof Error && "stdout" in error && "stderr" in error
        ? `${error.stdout}${error.stderr}`
        : "";
    throw new Error(`${[command, ...argv].join(" ")} failed: ${String(error)}\n${output}`, { cause: error });
  }
}
