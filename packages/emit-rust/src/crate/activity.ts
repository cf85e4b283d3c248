/**
 * Passing over stages without credits, several at once. Each block of neighbours in a large group has a flag; it is set by calls of a member,
 * and kept while a member owes an activation or was triggered, whose flag has to be taken back one cycle later.
 */
import type { ModuleId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import type { DesignModel, GroupModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import type { References } from "./references.js";
import type { Body } from "./sharing.js";

/** Fewest members of a group for which flags pay: in a smaller one that is busy they cost up to a fifth of the time. */
export const FLAGGED_MEMBERS = 2048;
/** Members of a block. */
const BLOCK = 8;

/** A run of rows of one body that lie in one block: its number, the first row, and the one behind the last. */
export type BlockRun = readonly [block: number, from: number, to: number];

/** The group keeps flags. */
export function keepsFlags({ flaggedMembers }: DesignModel, { members }: GroupModel): boolean {
  return (
    flaggedMembers !== undefined &&
    members.length >= Math.max(flaggedMembers, 2) &&
    members[0]?.module.kind === "stage"
  );
}

/** Number of blocks of a group. */
export const blockCount = ({ members }: GroupModel): number => Math.ceil(members.length / BLOCK);

/** The field with the flags for the next cycle, and that with those of this cycle. */
export const flagFields = ({ field }: GroupModel): { readonly next: string; readonly now: string } => ({
  next: `${field}_flags_next`,
  now: `${field}_flags`,
});

/** The block of a module. */
export const blockOf = ({ at }: ModuleModel): number => Math.floor(at / BLOCK);

/** Notes that a stage was called. */
export function writeFlag(
  code: CodeWriter,
  design: DesignModel,
  module: ModuleId,
  references: References,
): void {
  const model = moduleModel(design, module);
  if (!keepsFlags(design, model.group)) return;
  // The index was looked at with the place, so that the one of the block needs no check.
  const index = /\[([^[\]]*)\]$/.exec(references.place(module))?.[1] ?? "0";
  code.line(`state.${flagFields(model.group).next}[${index} / ${BLOCK}] = true;`);
}

/** Cuts rows of a body, given in the order in which they run, into runs of one block each. */
export function blockRuns(body: Body, from: number, to: number): BlockRun[] {
  const runs: [number, number, number][] = [];
  for (let row = from; row < to; row += 1) {
    const member = body.members[row];
    if (member === undefined) continue;
    const block = blockOf(member);
    const last = runs.at(-1);
    if (last?.[0] === block) last[2] = row + 1;
    else runs.push([block, row, row + 1]);
  }
  return runs;
}
