import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { messages } from "../messages.js";
import { cannotWrite, statOutput, temporaryPath } from "./atomic-file.js";

/** One file of an output folder; `path` is relative, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Lists what we wrote, so that a later run knows the folder as its own, and which files it may drop. */
const MANIFEST = ".assassyn-output.json";

/**
 * Writes a folder so that it is there as a whole or not at all: everything goes to a folder beside it, which is then renamed.
 *
 * An earlier output of ours is replaced. What others put there (cargo's `target`, `Cargo.lock`) moves along, and a file whose
 * content stays keeps its time, so that cargo rebuilds only what changed.
 *
 * @param target absolute path
 * @param shownPath how messages call it
 * @throws CommandError if the folder holds other things, or cannot be written; an earlier output is then as it was
 */
export function writeFolderAtomically(target: string, shownPath: string, files: readonly FolderFile[]): void {
  const previous = readManifest(target, shownPath);
  const temporary = temporaryPath(target);
  const backup = `${temporary}.old`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    // Not recursive: a folder that is missing above the output is more likely a typing error.
    mkdirSync(temporary);
    for (const file of files) writeMember(temporary, target, file);
    const manifest = { writtenBy: "assassyn", files: files.map((file) => file.path).sort() };
    writeFileSync(path.join(temporary, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
    if (previous === undefined) {
      renameSync(temporary, target);
      return;
    }
    rmSync(backup, { recursive: true, force: true });
    renameSync(target, backup);
    try {
      renameSync(temporary, target);
    } catch (error) {
      renameSync(backup, target);
      throw error;
    }
    moveForeign(backup, target, new Set([...previous, MANIFEST]), "");
    rmSync(backup, { recursive: true, force: true });
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw cannotWrite(shownPath, error);
  }
}

/**
 * The files that an earlier run wrote into `target`; undefined when there is nothing, or an empty folder.
 *
 * @throws CommandError if `target` is anything else
 */
function readManifest(target: string, shownPath: string): readonly string[] | undefined {
  const refuse = (entry: "output-is-file" | "foreign-folder"): never => {
    throw new CommandError(EXIT.usage, createDiagnostic(messages[entry], { path: shownPath }));
  };
  const stats = statOutput(target, shownPath);
  if (stats === undefined) return undefined;
  if (!stats.isDirectory()) return refuse("output-is-file");
  try {
    if (readdirSync(target).length === 0) {
      // Renaming over an empty folder works only on some systems.
      rmSync(target, { recursive: true });
      return undefined;
    }
    if (!existsSync(path.join(target, MANIFEST))) return refuse("foreign-folder");
    const manifest: unknown = JSON.parse(readFileSync(path.join(target, MANIFEST), "utf8"));
    if (typeof manifest !== "object" || manifest === null || !("files" in manifest)) return [];
    const { files } = manifest;
    return Array.isArray(files) ? files.filter((file) => typeof file === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return refuse("foreign-folder");
    throw cannotWrite(shownPath, error);
  }
}

function writeMember(temporary: string, target: string, file: FolderFile): void {
  const place = path.join(temporary, ...file.path.split("/"));
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, file.content);
  const earlier = path.join(target, ...file.path.split("/"));
  const stats = statSync(earlier, { throwIfNoEntry: false });
  if (stats?.isFile() === true && readFileSync(earlier).equals(Buffer.from(file.content))) {
    utimesSync(place, stats.atimeMs / 1000, stats.mtimeMs / 1000);
  }
}

/** Moves what is not `ours` from the old folder to the new one; in folders that both have, entry by entry. */
function moveForeign(from: string, to: string, ours: ReadonlySet<string>, prefix: string): void {
  for (const name of readdirSync(path.join(from, prefix))) {
    const relative = prefix === "" ? name : `${prefix}/${name}`;
    if (ours.has(relative)) continue;
    const source = path.join(from, relative);
    const destination = path.join(to, relative);
    const present = lstatSync(destination, { throwIfNoEntry: false });
    const isFolder = lstatSync(source).isDirectory();
    const holdsOurs = isFolder && [...ours].some((file) => file.startsWith(`${relative}/`));
    if (isFolder && (holdsOurs || present?.isDirectory() === true)) {
      if (present === undefined && readdirSync(source).every((entry) => ours.has(`${relative}/${entry}`)))
        continue;
      mkdirSync(destination, { recursive: true });
      moveForeign(from, to, ours, relative);
    } else if (present === undefined) {
      renameSync(source, destination);
    }
  }
}

/**
 * Creates a folder that does not exist yet, with these files; all of it appears at once.
 *
 * @throws CommandError if it cannot be written
 */
export function writeNewFolder(target: string, shownPath: string, files: readonly FolderFile[]): void {
  const temporary = temporaryPath(target);
  try {
    for (const file of files) writeMember(temporary, target, file);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw cannotWrite(shownPath, error);
  }
}
