import { getSystemErrorMap } from "node:util";

/** The code of a system error, e.g. `ENOENT`, or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether `error` is a system error with this code. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return errorCode(error) === code;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than this process may write (`ulimit -f`)",
  EMFILE: "this process may not open more files (`ulimit -n`)",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic links lead in a circle",
  EPIPE: "the reader has gone",
  ENOTEMPTY: "the folder is not empty",
  EBUSY: "it is in use",
  EBADF: "it is closed",
};

/** What went wrong, in words, for an error of the file system; never a stack trace. */
export function describeSystemError(error: unknown): string {
  const code = errorCode(error);
  const known = code === undefined ? undefined : REASONS[code];
  if (known !== undefined) return known;
  for (const [name, text] of getSystemErrorMap().values()) if (name === code) return text;
  return error instanceof Error ? error.message : String(error);
}
