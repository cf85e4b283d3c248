// Brings a checkout into the state that `npm test` and `npm run demo` need: Node recent enough, dependencies
// as in package-lock.json, everything built. Uses nothing but Node, since nothing may be installed yet.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The folder that holds the root package.json. */
export const workspaceRoot = fileURLToPath(new URL("../..", import.meta.url));

/** The oldest Node that everything here runs on, as `[major, minor]`; package.json's `engines` says the same. */
const oldestNode = [20, 19];

/**
 * Runs a command in the workspace root with its output on ours.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {NodeJS.ProcessEnv} [environment] added to our own
 * @returns {number} the exit status; 1 if the command could not start or was killed
 */
export function run(command, commandArguments, environment = {}) {
  const result = spawnSync(command, commandArguments, {
    cwd: workspaceRoot,
    env: { ...process.env, ...environment },
    // Nothing here asks a question, and a child that does must not wait for an answer.
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32" && command === "npm",
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/**
 * Runs npm, through the one that started us if there is one.
 *
 * @param {readonly string[]} npmArguments
 * @param {NodeJS.ProcessEnv} [environment] added to our own
 * @returns {number} the exit status
 */
function runNpm(npmArguments, environment = {}) {
  const npm = process.env["npm_execpath"];
  return npm !== undefined && /npm-cli\.[cm]?js$/.test(npm)
    ? run(process.execPath, [npm, ...npmArguments], environment)
    : run("npm", npmArguments, environment);
}

/**
 * Whether node_modules holds what package-lock.json asks for. Compares contents, not times: a checkout of the
 * same lock file must not install again, and one of another must. Optional packages are those of other systems.
 */
export function isInstalled() {
  const installedPath = path.join(workspaceRoot, "node_modules", ".package-lock.json");
  if (!existsSync(installedPath)) return false;
  const wanted = readPackages(path.join(workspaceRoot, "package-lock.json"));
  const installed = readPackages(installedPath);
  return Object.entries(wanted).every(([location, entry]) => {
    if (location === "" || entry.optional || entry.devOptional) return true;
    const present = installed[location];
    return (
      present !== undefined &&
      present.version === entry.version &&
      present.integrity === entry.integrity &&
      (!entry.link || existsSync(path.join(workspaceRoot, location)))
    );
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 *
 * @param {string} lockFile
 * @returns {Record<string, LockEntry>}
 */
function readPackages(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

/**
 * Checks Node, installs if need be, builds.
 *
 * @throws {PreparationError} if a step fails; its output is on the terminal already
 */
export function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    fail(`Node ${oldestNode.join(".")} or newer is needed; this is ${process.versions.node}.`);
  }
  if (!isInstalled()) {
    console.log("Installing dependencies (npm ci) …");
    if (runNpm(["ci", "--no-fund", "--no-audit", "--loglevel=error"]) !== 0)
      fail("npm ci failed, see above.");
  }
  console.log("Building …");
  if (runNpm(["run", "--silent", "build"], nxEnvironment) !== 0) fail("The build failed, see above.");
}

/** @type {NodeJS.ProcessEnv} No background process, no cloud, no questions, no screen drawing. */
const nxEnvironment = { NX_DAEMON: "false", NX_NO_CLOUD: "true", NX_TUI: "false", NX_INTERACTIVE: "false" };

/** A step failed and has said so; there is nothing to add but the message. */
export class PreparationError extends Error {}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  throw new PreparationError(message);
}
