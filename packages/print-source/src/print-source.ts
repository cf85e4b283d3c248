import type { System } from "@assassyn/ir";
import { arrayIds, arrayOf, externId, moduleIds, moduleOf } from "@assassyn/ir";
import { format } from "@assassyn/syntax";
import type { IsGenerated } from "./analysis.js";
import { BodyPrinter } from "./body-printer.js";
import { printConfig, printExtern, printHead, printRegister, scalarArrays } from "./declarations.js";
import { Globals } from "./globals.js";
import { raw } from "./names.js";
import { renderStatements } from "./statement.js";

/** What {@link printSource} may decide. */
export interface PrintSourceOptions {
  /**
   * Whether a name says nothing, so that a value of that name which is used once is folded into its user. Default: no name does.
   * Names that other modules read stay in any case.
   */
  readonly isGenerated?: IsGenerated;
}

/**
 * Readable source of a system: what parsing and elaborating it gives behaves as the system does. Locations are new, constants are folded,
 * and values may be computed where they are used. A name that would mean something else where it stands gets a number.
 *
 * Arrays that come from a memory file name the file as the system does; it is not looked at.
 *
 * @param system verified, as the frontend, an import or any pass leaves it
 * @returns formatted text of one file
 * @throws PrintSourceError for a value exposed inside an arm of a choice, which the language cannot say
 * @example
 * printSource(parseSystem(irText)) // "system counter {\n  reg count: u8\n…"
 */
export function printSource(system: System, options: PrintSourceOptions = {}): string {
  const globals = new Globals(system, options.isGenerated ?? (() => false));
  const scalars = scalarArrays(system);
  const lines: string[] = [];
  const config = printConfig(system.config);
  if (config !== undefined) lines.push(config, "");
  for (const [index, declaration] of system.externs.entries())
    if (declaration !== null) lines.push(printExtern(globals.extern(externId(index)), declaration));
  if (system.externs.length > 0) lines.push("");
  for (const id of arrayIds(system))
    lines.push(printRegister(globals.array(id), arrayOf(system, id), scalars.has(id)));
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    const analysis = globals.analyses.get(id);
    if (analysis === undefined) continue;
    const printer = new BodyPrinter(globals, id, module, analysis, (array) => scalars.has(array));
    const body = renderStatements(printer.print());
    for (const each of printer.functions) lines.push("", ...each.lines);
    lines.push("", `${printHead(globals, id, module)} {`, ...body, "}");
  }
  const head = globals.cycle === "cycle" ? "" : `fn ${globals.cycle}() -> b64 {\ncycle()\n}\n\n`;
  const text = `${head}system ${raw(system.name)} {\n${lines.join("\n")}\n}\n`;
  const formatted = format(text);
  const [problem] = formatted.diagnostics;
  if (problem !== undefined)
    throw new Error(
      `the printed source does not parse: ${problem.message}\n${around(text, problem.span?.start ?? 0)}`,
    );
  return formatted.text;
}

/** The lines around an offset. */
function around(text: string, offset: number): string {
  return text.slice(Math.max(0, text.lastIndexOf("\n", offset - 200)), text.indexOf("\n", offset + 200));
}
