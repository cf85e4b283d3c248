/**
 * Our plugins take the plugin API from whoever loads them, at least in the version that they were released with: `>=1.2.0`. Which versions of
 * the contract go together is said by `assassyn.apiVersion`, not by the range. Changesets leaves a range alone that still fits, so this raises it
 * behind `changeset version`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { publicPackages } from "./public-packages.js";

/**
 * Rewrites the package.json of every public package that has public packages as peers.
 *
 * @param root the folder of the workspace
 */
export function raisePeers(root: string): void {
  const packages = publicPackages(root);
  for (const { folder, manifest } of packages) {
    const file = path.join(root, folder, "package.json");
    let text = readFileSync(file, "utf8");
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      const peer = packages.find((one) => one.manifest.name === name)?.manifest.version;
      if (peer !== undefined) text = text.replace(`"${name}": "${range}"`, `"${name}": ">=${peer}"`);
    }
    writeFileSync(file, text);
  }
}
