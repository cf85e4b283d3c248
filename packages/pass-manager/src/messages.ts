import { defineCatalogue, message } from "@assassyn/diagnostics";

/** Every message of the pass manager. */
export const passManagerMessages = defineCatalogue("pass-manager", {
  "unknown-pass": message<{ name: string; what: string }>(
    "error",
    (a) => `there is no ${a.what} named "${a.name}"`,
    "`assassyn passes` lists every pass and pipeline, with the plugin that contributes it.",
  ),
  "name-clash": message<{ what: string; name: string; first: string; second: string }>(
    "error",
    (a) => `the ${a.what} "${a.name}" is contributed by both "${a.first}" and "${a.second}"`,
    "Names of passes, checks, analyses, targets, pipelines and facts are unique among all plugins. Leave one of the plugins out.",
  ),
  "api-version": message<{ plugin: string; found: number; supported: number }>(
    "error",
    (a) =>
      `the plugin "${a.plugin}" was made for version ${a.found} of the plugin contract; this is version ${a.supported}`,
    "Update the plugin or the toolchain.",
  ),
  "unknown-target": message<{ name: string; known: readonly string[] }>(
    "error",
    (a) => `there is no target "${a.name}"; known: ${a.known.join(", ")}`,
    "Targets are contributed by emitters. `assassyn passes` lists them.",
  ),
  "wrong-target": message<{ pass: string; target: string; targets: readonly string[] }>(
    "error",
    (a) => `the pass "${a.pass}" is for the target ${a.targets.join(" or ")}, not for ${a.target}`,
    "Name another target, or leave the target out: then the pass selects its own.",
  ),
  "pipeline-loop": message<{ name: string }>(
    "error",
    (a) => `the pipeline "${a.name}" contains itself`,
    "An entry of a pipeline may name another pipeline, but no loop may arise.",
  ),
  "wrong-option": message<{ pass: string; reason: string }>(
    "error",
    (a) => `pass "${a.pass}": ${a.reason}`,
    "`assassyn passes` lists the options of each pass with their ranges.",
  ),
  "missing-fact": message<{ step: string; fact: string; why: string; advice: string }>(
    "error",
    (a) => `"${a.step}" requires "${a.fact}", ${a.why}; ${a.advice}`,
    "The order of passes is checked, never changed. Each pass says what must hold before it (facts) and what it provides or invalidates.",
  ),
  order: message<{ step: string; relation: "after" | "before"; other: string }>(
    "error",
    (a) => `"${a.step}" must come ${a.relation} "${a.other}"`,
    "The pass says so itself; the order of an explicit pipeline is taken as it is written.",
  ),
  "already-there": message<{ pass: string; position: string }>(
    "note",
    (a) => `the pass "${a.pass}" is in the pipeline already (${a.position}); it was not added again`,
    "To run it a second time, write the whole pipeline with `--pipeline`.",
  ),
  "no-rung": message<{ rung: string; target: string }>(
    "error",
    (a) => `the pipeline of the target ${a.target} has no step "${a.rung}" to end at`,
    "`--rung` ends the pipeline of a target behind one of its passes. `assassyn plan` shows the steps.",
  ),
  "rung-of-pipeline": message(
    "error",
    () => "`--rung` ends the pipeline of a target, and `--pipeline` takes its place",
    "A pipeline that is written out runs exactly as written: leave out what stands behind the last step that you want.",
  ),
  "no-place": message<{ pass: string; reason: string }>(
    "error",
    (a) => `there is no place in the pipeline for "${a.pass}": ${a.reason}`,
    "The pass's own conditions (requires, after, before) hold nowhere in this pipeline.",
  ),
  "nothing-to-skip": message<{ step: string }>(
    "error",
    (a) => `the pipeline has no step "${a.step}" to skip`,
    "Steps are named as in `assassyn plan`; `x#2` is the second step of the pass x.",
  ),
  "unknown-step": message<{ name: string; instrument: string }>(
    "error",
    (a) => `${a.instrument}: the pipeline has no step "${a.name}"`,
    "Steps are named as in `assassyn plan`: `x` means every step of the pass x, `x#2` the second. The step to stop after is one step.",
  ),
  "invalid-input": message<{ count: number }>(
    "error",
    (a) =>
      `the system is not well-formed before the first pass: ${a.count} ${a.count === 1 ? "rule is" : "rules are"} violated`,
    "What came from the source, a file or a plugin breaks the rules of the IR; the messages that follow name them.",
  ),
  "pass-broke-ir": message<{ step: string; plugin: string; reason: string }>(
    "error",
    (a) => `the pass "${a.step}" of "${a.plugin}" left a broken system: ${a.reason}`,
    "This is a bug of the pass. Please report it to the plugin's authors, with the reproducer.",
  ),
  "fact-does-not-hold": message<{ step: string; plugin: string; fact: string; reason: string }>(
    "error",
    (a) => `behind the pass "${a.step}" of "${a.plugin}" the fact "${a.fact}" should hold, but: ${a.reason}`,
    "This is a bug of the pass: it says that it provides or preserves the fact. Please report it, with the reproducer.",
  ),
  "pass-crashed": message<{ step: string; plugin: string; reason: string }>(
    "error",
    (a) => `the pass "${a.step}" of "${a.plugin}" crashed: ${a.reason}`,
    "This is a bug of the pass, not of the design. Please report it to the plugin's authors, with the reproducer.",
  ),
  "analysis-crashed": message<{ analysis: string; plugin: string; user: string; reason: string }>(
    "error",
    (a) => `the analysis "${a.analysis}" of "${a.plugin}", asked for by ${a.user}, crashed: ${a.reason}`,
    "This is a bug of the analysis, not of the design, nor of the pass or check that asked for it. Please report it to the plugin's authors.",
  ),
  "check-crashed": message<{ check: string; plugin: string; reason: string }>(
    "error",
    (a) => `the check "${a.check}" of "${a.plugin}" crashed: ${a.reason}`,
    "This is a bug of the check, not of the design. Please report it to the plugin's authors.",
  ),
});
