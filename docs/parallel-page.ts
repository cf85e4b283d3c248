/** Writes the part of parallel.md that follows from the passes: what each rung of the ladder does to the design at the head of the page. */
import { createManager } from "@assassyn/compiler";
import { rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import type { System } from "@assassyn/ir";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";
import { diffSystems } from "@assassyn/pass-manager";
import { compileText } from "./compile-text.js";

/** A rung, with the system before and behind it. */
export interface Climbed {
  readonly pass: string;
  readonly before: System;
  readonly after: System;
}

/** Climbs the ladder with a design. @throws Error if the design or a pass is wrong */
export function climbLadder(source: string): Climbed[] {
  const { system, diagnostics } = compileText(source);
  if (system === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const manager = createManager({ plugins: [lockBatchingPlugin], emitters: [rustParallelEmitter] });
  const { plan } = manager.plan({ target: "rust-parallel" });
  if (plan === undefined) throw new Error("the target has no plan");
  const result: Climbed[] = [];
  const run = manager.run(system, plan, {
    instruments: {
      observe: ({ pass }, before, after) => {
        if (after.concurrency !== undefined) result.push({ pass: pass.name, before, after });
      },
    },
  });
  if (!run.ok) throw new Error(run.diagnostics.map(({ message }) => message).join("; "));
  return result;
}

/** The rungs as Markdown: of each, what it changes at the head of the system and in one module. */
export function generateRungs(source: string, module: string): string {
  return climbLadder(source)
    .map(({ pass, before, after }) => {
      const hunks = diffSystems(before, after)
        .split(/^(?=@@ )/m)
        .filter((hunk) => !hunk.startsWith("@@ ") || hunk.startsWith(`@@ ${module}`))
        .join("")
        // Places, makers and gaps are for other questions than these.
        .replaceAll(/ @\d+:\d+:\d+/g, "")
        .replaceAll(/ by (lock-insertion|partition)$/gm, "")
        .replaceAll(/^[ +-] *(deleted lock|arena \d+)\n/gm, "")
        .trimEnd();
      return `**${pass}**\n\n\`\`\`diff\n${hunks}\n\`\`\`\n`;
    })
    .join("\n");
}
