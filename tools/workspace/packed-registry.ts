/**
 * A registry on this machine, for tests that install the packages of this workspace as a user would: those are packed as for a release,
 * and what they depend on comes from node_modules. Nothing leaves the machine.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { packRelease } from "./pack-release.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A registry that runs. */
export interface PackedRegistry {
  /** Environment for `npm` and `npx` with which they use this registry and an empty cache of their own. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder outside the workspace for the test to work in. */
  readonly folder: string;
  /** Stops it and removes its files. */
  close(): void;
}

/** The part of a package.json that matters here; the rest is handed on. */
interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** One version of a package and where its files are: a tarball, or an installed folder. */
interface Source {
  readonly manifest: Manifest;
  readonly file: string;
}

/**
 * Starts the registry.
 *
 * @param packed a folder with tarballs of all public packages; without it, they are built and packed from this checkout
 * @throws Error with the output of the command that failed
 */
export async function startPackedRegistry(packed?: string): Promise<PackedRegistry> {
  // The real path: a tool that compares paths must not meet a symbolic link.
  const work = realpathSync(mkdtempSync(path.join(tmpdir(), "assassyn-packed-")));
  const tarballs = packed ?? path.join(work, "tarballs");
  const folder = path.join(work, "project");
  mkdirSync(folder);
  if (packed === undefined) {
    mkdirSync(tarballs);
    packRelease(root, tarballs);
  }
  const sources = installedPackages();
  for (const name of readdirSync(tarballs)) add(sources, readTarball(path.join(tarballs, name)));
  const server = createServer((request, response) => {
    const url = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const match = /^\/(?<name>(?:@[^/]+\/)?[^/]+)(?:\/-\/(?<version>.+)\.tgz)?$/.exec(url)?.groups;
    const versions = sources.get(match?.["name"] ?? "");
    const source = versions?.get(match?.["version"] ?? "");
    if (versions === undefined) response.writeHead(404).end("{}");
    else if (source !== undefined) sendTarball(source.file, response);
    else response.end(JSON.stringify(describe(versions, `http://${request.headers.host ?? ""}`)));
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  return {
    folder,
    env: {
      ...cleanEnvironment(),
      npm_config_registry: `http://127.0.0.1:${address.port}/`,
      npm_config_cache: path.join(work, "cache"),
      npm_config_userconfig: path.join(work, "npmrc"),
      npm_config_ignore_scripts: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
    },
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** The environment without what `npm test` and Vitest leave in it, which would reach the commands of the test. */
function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(?:npm_|vitest|node_env$|node_options$|init_cwd$)/i.test(name)
        ? []
        : [[name, value]],
    ),
  );
}

function readManifest(folder: string): Manifest | undefined {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const manifest: Partial<Manifest> = JSON.parse(readFileSync(file, "utf8"));
  const { name, version } = manifest;
  return name === undefined || version === undefined ? undefined : { ...manifest, name, version };
}

function add(sources: Map<string, Map<string, Source>>, source: Source): void {
  const { name, version } = source.manifest;
  const versions = sources.get(name) ?? new Map<string, Source>();
  sources.set(name, versions.set(version, source));
}

/** Everything below node_modules that is no link into the workspace. */
function installedPackages(): Map<string, Map<string, Source>> {
  const sources = new Map<string, Map<string, Source>>();
  const visit = (modules: string): void => {
    for (const entry of readdirSync(modules, { withFileTypes: true })) {
      const folder = path.join(modules, entry.name);
      if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
      if (entry.name.startsWith("@")) {
        visit(folder);
        continue;
      }
      const manifest = readManifest(folder);
      if (manifest !== undefined) add(sources, { manifest, file: folder });
      const nested = path.join(folder, "node_modules");
      if (existsSync(nested)) visit(nested);
    }
  };
  visit(path.join(root, "node_modules"));
  return sources;
}

function readTarball(file: string): Source {
  const manifest: Manifest = JSON.parse(
    execFileSync("tar", ["-xOzf", file, "package/package.json"], { encoding: "utf8" }),
  );
  return { manifest, file };
}

/** What a registry says about a package. */
function describe(versions: ReadonlyMap<string, Source>, host: string): object {
  const [latest = ""] = [...versions.keys()].toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const entries = [...versions.values()].map(({ manifest }) => [
    manifest.version,
    { ...manifest, dist: { tarball: `${host}/${manifest.name}/-/${manifest.version}.tgz` } },
  ]);
  const [first] = versions.values();
  return { name: first?.manifest.name, "dist-tags": { latest }, versions: Object.fromEntries(entries) };
}

/** A file as it is; a folder packed on the way, not compressed: it goes no further than this machine. */
function sendTarball(file: string, response: ServerResponse): void {
  if (statSync(file).isFile()) {
    createReadStream(file).pipe(response);
    return;
  }
  const tar = spawn("tar", ["-cf", "-", "--exclude=./node_modules", "-C", file, "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  tar.stdout.pipe(response);
}
