/** The entry: a parsed design into the IR. */
import type { Diagnostic } from "@assassyn/diagnostics";
import type { System } from "@assassyn/ir";
import type { SourceUnit } from "@assassyn/syntax";
import { checkOrder, checkUses } from "./checks.js";
import type { ElaborationLimits, FrontendHost } from "./design.js";
import { DEFAULT_LIMITS, Design, ElaborationAbort } from "./design.js";
import { openFile } from "./files.js";
import { declareItems } from "./items.js";
import { runSteps } from "./elaborator.js";
import { evaluateExpression, readAsValue } from "./evaluate.js";
import { lowerStatements } from "./statements.js";
import type { Elaborator } from "./elaborator.js";
import { lowerModule, reportLoop } from "./lower-module.js";
import { frontendMessages as messages } from "./messages.js";

const ELABORATOR: Elaborator = {
  evaluate: evaluateExpression,
  readEntity: readAsValue,
  lowerStatements,
  lowerModule,
  reportLoop,
  declareItems,
  openFile,
};

/** What {@link elaborate} works on. */
export interface ElaborateInput {
  /** The file that is compiled, parsed. */
  readonly root: SourceUnit;
  /** Sources, imports and memory files. */
  readonly host: FrontendHost;
  /** Bounds on what the design may expand to. */
  readonly limits?: Partial<ElaborationLimits>;
  /** False to check a file of shared declarations, which need not have a system. Default true. */
  readonly requireSystem?: boolean;
}

/** The outcome of {@link elaborate}. */
export interface Elaboration {
  /** The design; absent when an error was reported, or there is no system. */
  readonly system?: System;
  /** Errors and warnings of this package, in the order of their discovery. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves names and types, evaluates everything compile-time, and lowers a design to the IR. Never throws for a bad design.
 *
 * @example
 * const { unit } = parse(text, 0);
 * const { system, diagnostics } = elaborate({ root: unit, host });
 */
export function elaborate(input: ElaborateInput): Elaboration {
  const design = new Design(ELABORATOR, input.host, { ...DEFAULT_LIMITS, ...input.limits });
  try {
    const { steps } = openFile(design, input.root, "file");
    if (design.system === undefined && input.requireSystem !== false) {
      design.report(
        messages["no-system"],
        {},
        { file: input.root.file, start: input.root.start, end: input.root.start },
      );
    }
    runSteps(steps ?? []);
    for (const module of design.modules) lowerModule(design, module);
  } catch (error) {
    if (error instanceof ElaborationAbort) return { diagnostics: design.diagnostics };
    // The stack is as deep as the design nests; how deep it may be only the engine knows.
    if (!(error instanceof RangeError) || !/call stack/i.test(error.message)) throw error;
    design.report(messages["too-deep"], {}, design.current ?? input.root);
    return { diagnostics: design.diagnostics };
  }
  if (design.system !== undefined && design.modules.length === 0 && !design.hasErrors && !design.incomplete) {
    design.report(messages["empty-system"], { name: design.system.name.name }, design.system.name);
  }
  if (design.hasErrors || design.incomplete || design.system === undefined)
    return { diagnostics: design.diagnostics };
  const system: System = {
    name: design.system.name.name,
    files: input.host.files.map((file) => file.path),
    config: design.config,
    arrays: design.arrays,
    externs: design.externs,
    modules: design.modules.map((module) => module.finish()),
  };
  checkOrder(design, system);
  checkUses(design);
  return design.hasErrors ? { diagnostics: design.diagnostics } : { system, diagnostics: design.diagnostics };
}
