import type {
  ArrayDeclaration,
  LogPiece,
  Operation,
  OpId,
  Pass,
  Rewriter,
  System,
} from "@assassyn/plugin-api";
import {
  arrayIds,
  arrayOf,
  defineCatalogue,
  definePass,
  message,
  moduleIds,
  moduleOf,
  parseFormat,
  rewriteModule,
  suggestNearest,
} from "@assassyn/plugin-api";

/** What the pass reports. */
export const messages = defineCatalogue("log-writes", {
  "unknown-register": message<{ name: string }>(
    "error",
    ({ name }) => `the design has no register "${name}" whose writes could be logged`,
    "The option `registers` of the pass `log-writes` names registers as waveforms do: `cnt`, or `pe_0_1_sum` for the register `sum` of the instance `pe[0, 1]`.",
  ),
});

/**
 * Logs every write of a register, for a look at what a design does without touching its source.
 *
 * ```
 * rf[%4] <= %7      →      rf[%4] <= %7
 *                          log("rf[{}] <= {}", %4, %7)
 * ```
 *
 * The line is printed where the write happens; what it says is seen in the register in the next cycle.
 */
export const logWrites: Pass = definePass({
  name: "log-writes",
  description: "Logs what is written to registers",
  options: {
    registers: {
      type: "string",
      description: "Registers, separated by commas; empty: all",
      default: "",
    },
  },
  run(cx) {
    const wanted = cx.options.registers.split(",").filter((name) => name !== "");
    const known = arrayIds(cx.base).map((id) => arrayOf(cx.base, id).name);
    for (const name of wanted) {
      if (known.includes(name)) continue;
      const nearest = suggestNearest(name, known);
      const help = nearest === undefined ? {} : { help: `did you mean "${nearest}"?` };
      cx.report(messages["unknown-register"], { name }, undefined, help);
    }
    for (const id of moduleIds(cx.base)) {
      const rewritten = rewriteModule(moduleOf(cx.base, id), "log-writes", {
        placed: (operation, _, rewriter) => logWrite(cx.base, wanted, operation, rewriter),
      });
      cx.updateModule(id, rewritten);
    }
  },
});

/** Appends the log behind a write. */
function logWrite(system: System, wanted: readonly string[], operation: Operation, rewriter: Rewriter): void {
  if (operation.kind !== "array-write") return;
  const array = arrayOf(system, operation.array);
  if (wanted.length > 0 && !wanted.includes(array.name)) return;
  const values: OpId[] = array.scalar ? [operation.value] : [operation.index, operation.value];
  rewriter.append({ kind: "log", pieces: piecesFor(array), arguments: values, type: null });
}

/** `cnt <= {}` for a register, `rf[{}] <= {}` for an array. */
function piecesFor({ name, scalar }: ArrayDeclaration): readonly LogPiece[] {
  const parsed = parseFormat(`${name}${scalar ? "" : "[{}]"} <= {}`);
  return parsed.kind === "ok" ? parsed.pieces : [];
}
