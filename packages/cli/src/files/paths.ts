import { statSync } from "node:fs";
import path from "node:path";

/** A path with `/` and without a leading `./`, as messages show it. */
export function tidyPath(shown: string): string {
  const normal = path.normalize(shown).replaceAll("\\", "/");
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** A path of the file system as the user would type it in `cwd`: relative below it and up to two folders above, else absolute. */
export function showPath(absolute: string, cwd: string): string {
  const relative = tidyPath(path.relative(cwd, absolute) || ".");
  return relative.startsWith("../../../") || path.isAbsolute(relative) ? tidyPath(absolute) : relative;
}

/** Whether there is a file, or something like one, that can be read. Whatever keeps us from knowing counts as no. */
export function isFile(file: string): boolean {
  try {
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}
