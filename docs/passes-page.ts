/** Writes the part of passes.md that follows from the passes themselves. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { renderText } from "@assassyn/diagnostics";
import { rustEmitter } from "@assassyn/emit-rust-sequential";
import { wasmEmitter } from "@assassyn/emit-wasm";
import { parseSystem, verify } from "@assassyn/ir";
import { createManager } from "@assassyn/compiler";
import lockBatchingPlugin from "@assassyn/plugin-lock-batching";
import type { PassDescription } from "@assassyn/pass-manager";
import { describeContributions, describeOption, diffSystems, NO_TARGET } from "@assassyn/pass-manager";

const manager = createManager({ plugins: [lockBatchingPlugin], emitters: [wasmEmitter, rustEmitter] });
/** An example for each pass, as IR text. */
const folder = new URL("passes/", import.meta.url);

/** Passes, pipelines, analyses and facts as Markdown; each pass with what it does to the example in `docs/passes/`. */
export function generatePasses(): string {
  const { passes, pipelines, analyses, facts } = describeContributions(manager.registry);
  const rows = facts.map(({ name, description }) => `| \`${name}\` | ${description} |`);
  return [
    ...passes.flatMap(passSection),
    "### Pipelines",
    "",
    ...pipelines.map(
      ({ name, description, steps }) =>
        `- \`${name}\`: ${description}: ${steps.map((step) => `\`${step}\``).join(", ")}.`,
    ),
    "",
    "### Analyses",
    "",
    ...analyses.map(({ name, description }) => `- \`${name}\`: ${description}.`),
    "",
    "### Facts",
    "",
    "| fact | what holds |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The examples that belong to no pass. */
export function orphanExamples(): string[] {
  return readdirSync(folder).filter((name) => !manager.registry.passes.has(name.replace(/\.ir$/, "")));
}

function passSection(pass: PassDescription): string[] {
  const facts = (["requires", "provides", "invalidates", "after", "before"] as const).flatMap((key) =>
    pass[key].length === 0 ? [] : [`${key} ${pass[key].map((name) => `\`${name}\``).join(", ")}`],
  );
  const options = Object.entries(pass.options).map(
    ([name, spec]) => `- \`${name}\`: ${spec.description} (${describeOption(spec)})`,
  );
  return [
    `### ${pass.name}`,
    "",
    `${[pass.description, ...facts].join("; ")}.`,
    "",
    ...(options.length === 0 ? [] : [...options, ""]),
    ...example(pass),
    "",
  ];
}

/** What the pass changes in its example, or what it says about it. */
function example({ name, requires, targets }: PassDescription): string[] {
  const file = new URL(`${name}.ir`, folder);
  if (!existsSync(file)) throw new Error(`the pass ${name} needs an example, docs/passes/${name}.ir`);
  const { system, diagnostics } = parseSystem(readFileSync(file, "utf8"));
  if (system === undefined)
    throw new Error(`docs/passes/${name}.ir: ${diagnostics.map(({ message }) => message).join("; ")}`);
  // Where a pass may run without a target, its example needs none.
  const [target] = targets.includes(NO_TARGET) ? [] : targets;
  const ends = target === undefined ? [] : (manager.registry.emitters.get(target)?.value.requires ?? []);
  const planned = manager.plan({
    pipeline: [name],
    facts: [...new Set([...requires, ...ends])],
    ...(target === undefined ? {} : { target }),
  });
  if (planned.plan === undefined)
    throw new Error(`${name}: ${planned.diagnostics.map(({ message }) => message).join("; ")}`);
  // A pass that refuses designs shows one, and the verifier may refuse it too.
  const broken = verify(system);
  const run = manager.run(system, planned.plan, { verifyEach: broken.length === 0 });
  if (run.diagnostics.length > 0) return ["```text", renderText(run.diagnostics, []).trimEnd(), "```"];
  if (broken.length > 0)
    throw new Error(`docs/passes/${name}.ir: ${broken.map(({ message }) => message).join("; ")}`);
  const diff = diffSystems(system, run.system);
  if (diff === "") throw new Error(`${name} does nothing to docs/passes/${name}.ir`);
  return ["```diff", diff.trimEnd(), "```"];
}
