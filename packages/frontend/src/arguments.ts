/** Arguments and ports that calls name. */
import type { Span } from "@assassyn/diagnostics";
import type { Argument, Expression } from "@assassyn/syntax";
import type { Entity, FifoEntity, MemberEntity, PortEntity } from "./entities.js";
import { describe } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";

/** Arguments without names; undefined after a report. */
export function positional(
  frame: Frame,
  given: readonly Argument[],
  count: number | undefined,
  what: string,
  span: Span,
): Expression[] | undefined {
  if (count !== undefined && given.length !== count) {
    const expected = `${count} ${count === 1 ? "argument" : "arguments"}`;
    frame.design.report(messages["argument-count"], { what, expected, found: given.length }, span);
    return undefined;
  }
  for (const { name } of given) {
    if (name === undefined) continue;
    frame.design.report(messages["unknown-argument"], { name: name.name, what }, name);
    return undefined;
  }
  return given.map((argument) => argument.value);
}

/** The port that `a`, `m.a` or `fifo(m.a)` means; undefined after a report. */
export function portOf(frame: Frame, entity: Entity, span: Span): PortEntity | FifoEntity | undefined {
  if (entity.kind === "port" || entity.kind === "fifo") return entity;
  if (entity.kind === "member") return memberPort(frame, entity);
  frame.design.report(messages["not-callable"], { what: `\`${frame.design.textOf(span)}\`` }, span, {
    help: `\`pop\` and \`push\` belong to ports, and ${describe(entity)} is none`,
  });
  return undefined;
}

function memberPort(frame: Frame, member: MemberEntity): FifoEntity | undefined {
  const index = member.module.portIndex(member.name);
  if (index >= 0) return { kind: "fifo", module: member.module, index };
  const help = didYouMean(
    member.name,
    member.module.ports.map((port) => port.name),
  );
  frame.design.report(
    messages["unknown-member"],
    { name: member.name, owner: describe({ kind: "module", module: member.module }) },
    member.span,
    help === undefined ? {} : { help },
  );
  return undefined;
}
