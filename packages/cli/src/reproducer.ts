import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LowerResult } from "@assassyn/compiler";
import { EXIT } from "./errors.js";
import { writeFileAtomically } from "./files/atomic-file.js";
import type { Io } from "./io/io.js";

/**
 * Keeps what is needed to see a bug of a pass again, and tells how.
 *
 * @returns the exit status
 */
export function reportPassBug(reproducer: NonNullable<LowerResult["reproducer"]>, io: Io): number {
  const { ir, step, plugin, pipeline, target, facts, passOptions, stack } = reproducer;
  const key = createHash("sha256").update(ir).update(step).digest("hex").slice(0, 10);
  const file = path.join(tmpdir(), `assassyn-reproducer-${key}.ir`);
  const words = [
    ...(target === "ir" ? ["--target ir"] : [`--target ${target}`]),
    `--pipeline ${pipeline.join(",")}`,
    ...(facts.length === 0 ? [] : [`--assume-facts ${facts.join(",")}`]),
    ...Object.entries(passOptions).flatMap(([pass, options]) =>
      Object.entries(options).map(([name, value]) => `--pass-option ${pass}.${name}=${String(value)}`),
    ),
  ];
  writeFileAtomically(file, file, ir);
  io.stderr.write(
    `\nThis is a bug of ${plugin}, not of your design. Please report it with ${file}; this shows it again:\n` +
      `  assassyn compile ${file} ${words.join(" ")}\n`,
  );
  if (stack !== undefined && io.env["ASSASSYN_DEBUG"] !== undefined) io.stderr.write(`${stack}\n`);
  return EXIT.internal;
}
