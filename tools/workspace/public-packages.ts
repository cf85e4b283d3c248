import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The part of a package.json that the release and the API docs look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly sideEffects?: boolean | readonly string[];
  /** A file, or files by condition; the order of conditions counts. */
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the root, with `/`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * The packages that a release publishes, those in `packages` before those in `plugins`, by name of their folder.
 *
 * @param root the folder of the workspace
 */
export function publicPackages(root: string): WorkspacePackage[] {
  return ["packages", "plugins"]
    .flatMap((group) =>
      readdirSync(path.join(root, group))
        .toSorted()
        .map((name) => `${group}/${name}`),
    )
    .filter((folder) => existsSync(path.join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(path.join(root, folder)) }))
    .filter(({ manifest }) => manifest.private !== true);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}
