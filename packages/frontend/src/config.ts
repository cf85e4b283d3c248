/** `config { … }`: the limits that a design asks for. */
import type { ConfigDeclaration, Expression } from "@assassyn/syntax";
import { constantInteger, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { didYouMean } from "./nearest.js";
import type { LogFormat } from "@assassyn/ir";

const KEYS = ["cycles", "idle", "fifo_limit", "parallel", "threads", "log"];
const LOG_FORMATS: readonly LogFormat[] = ["located", "json", "plain"];

/** Applies a `config` block to the design. */
export function configure(frame: Frame, node: ConfigDeclaration): void {
  const { design } = frame;
  const seen = new Set<string>();
  for (const { name, value } of node.entries) {
    if (seen.has(name.name) || (design.configSpan !== undefined && seen.size === 0)) {
      const labels =
        design.configSpan === undefined ? [] : [{ span: design.configSpan, message: "configured here" }];
      design.report(messages["duplicate-name"], { name: seen.has(name.name) ? name.name : "config" }, name, {
        labels,
      });
      if (!seen.has(name.name)) return;
    }
    seen.add(name.name);
    const count = (low: bigint): number | undefined => countOf(frame, name.name, value, low);
    const { config } = design;
    switch (name.name) {
      case "cycles":
        design.config = { ...config, cycles: count(1n) ?? config.cycles };
        break;
      case "idle":
        design.config = { ...config, idle: count(1n) ?? config.idle };
        break;
      case "fifo_limit":
        design.config = { ...config, fifoLimit: count(1n) ?? config.fifoLimit };
        break;
      case "threads":
        design.config = { ...config, threads: count(0n) ?? config.threads };
        break;
      case "parallel":
        design.config = { ...config, parallel: choiceOf(frame, name.name, value) ?? config.parallel };
        break;
      case "log":
        design.config = { ...config, log: logFormat(frame, value) ?? config.log };
        break;
      default: {
        const help =
          didYouMean(name.name, KEYS) ?? `the keys are ${KEYS.map((key) => `\`${key}\``).join(", ")}`;
        design.report(messages["unknown-config-key"], { name: name.name }, name, { help });
      }
    }
  }
  design.configSpan = node;
}

function countOf(frame: Frame, name: string, node: Expression, low: bigint): number | undefined {
  const value = constantInteger(frame, node);
  if (value === undefined) return undefined;
  if (value >= low && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  frame.design.report(
    messages["bad-config-value"],
    { name, expected: `an integer from ${low} to 2^53 - 1` },
    node,
  );
  return undefined;
}

/** `true` or `false`; undefined after a report. */
function choiceOf(frame: Frame, name: string, node: Expression): boolean | undefined {
  const value = valueOf(constantFrame(frame), node);
  if (value.kind === "error") return undefined;
  const pattern = value.kind === "integer" ? value.value : value.kind === "data" ? value.constant : undefined;
  const isBit = value.kind !== "data" || value.type.bits.width === 1;
  if (isBit && (pattern === 0n || pattern === 1n)) return pattern === 1n;
  frame.design.report(messages["bad-config-value"], { name, expected: "`true` or `false`" }, node);
  return undefined;
}

/** `plain` may be written as a name or as a string. */
function logFormat(frame: Frame, node: Expression): LogFormat | undefined {
  const value =
    node.kind === "name" && frame.scope.lookup(node.name) === undefined
      ? { kind: "string" as const, value: node.name }
      : valueOf(frame, node);
  const found = value.kind === "string" ? LOG_FORMATS.find((format) => format === value.value) : undefined;
  if (found === undefined && value.kind !== "error")
    frame.design.report(
      messages["bad-config-value"],
      { name: "log", expected: "`located`, `json` or `plain`" },
      node,
    );
  return found;
}
