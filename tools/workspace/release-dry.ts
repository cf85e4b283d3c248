/**
 * `npm run release:dry`: packs what a release would publish and lists it; publishes nothing and leaves the checkout as it is.
 * `npm run release:dry -- <folder>` keeps the tarballs there.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import type { PackedPackage } from "./pack-release.js";
import { packRelease } from "./pack-release.js";

/** A size as text, in units of 1000 bytes. */
function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** One line for each tarball and one with the sum, in columns. */
function format(packed: readonly PackedPackage[]): string {
  const total = packed.reduce((sum, { size }) => sum + size, 0);
  const rows = [
    ...packed.map(({ manifest, size, files, tarball }) => [
      manifest.name,
      manifest.version,
      kilobytes(size),
      `${files.length} files`,
      path.basename(tarball),
    ]),
    [`${packed.length} packages`, "", kilobytes(total), "", ""],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const [, , folder, ...rest] = process.argv;
if (rest.length > 0 || folder?.startsWith("-") === true) {
  console.error("usage: npm run release:dry [-- <folder for the tarballs>]");
  process.exitCode = 2;
} else {
  const destination = folder ?? mkdtempSync(path.join(tmpdir(), "assassyn-tarballs-"));
  try {
    mkdirSync(destination, { recursive: true });
    // npm starts scripts in the root of the workspace.
    console.log(format(packRelease(process.cwd(), destination)));
    console.log(
      folder === undefined ? "\nNothing was published or kept." : `\nThe tarballs are in ${folder}.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (folder === undefined) rmSync(destination, { recursive: true, force: true });
  }
}
