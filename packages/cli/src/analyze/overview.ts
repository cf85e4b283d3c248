/** A few lines about everything: `assassyn analyze` without a flag. */
import type { System } from "@assassyn/ir";
import type { Certificate } from "@assassyn/ownership";
import type { Profile } from "@assassyn/passes";
import { analyzeSharing, readersOf, writersOf } from "@assassyn/passes";
import { grouped } from "../run/summary.js";
import { fold, TABLE_WIDTH } from "../table.js";
import type { Ladder } from "./ladder.js";
import { AS_GIVEN } from "./ladder.js";
import type { RungFigures } from "./locks.js";
import { rungFigures } from "./locks.js";
import { counted, reportPartition, timeText } from "./partition.js";

/** The overview for people. */
export function formatOverview(
  { base, rungs, top }: Ladder,
  certificate: Certificate,
  profile: Profile | undefined,
  title: (text: string) => string,
): string {
  if (top === undefined) return "";
  const lines: readonly (readonly [string, string])[] = [
    ["sharing", sharingText(base)],
    ["locks", locksText({ rungs, top })],
    ["partition", partitionText(top.system, profile)],
    [
      "certificate",
      `${counted(certificate.locations.length, "location")} proven safe${on(top.pass)}, form ${certificate.form}, ` +
        `${counted(certificate.barriers, "barrier")} a cycle`,
    ],
  ];
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  const body = lines
    .map(
      ([name, text]) => name.padEnd(width) + fold(text, TABLE_WIDTH - width).join(`\n${" ".repeat(width)}`),
    )
    .join("\n");
  const flags = lines.map(([name]) => `--${name}`).join(", ");
  return `${title(base.name)}${body}\n\nMore with ${flags}.\n`;
}

/** ` on lock-elision`; nothing for a form that no pass made. */
function on(pass: string): string {
  return pass === AS_GIVEN ? "" : ` on ${pass}`;
}

function sharingText(system: System): string {
  const { locations } = analyzeSharing(system);
  const shared = locations.filter((row) => new Set([...readersOf(row), ...writersOf(row)]).size > 1);
  const contested = locations.filter((row) => row.location.kind === "array" && writersOf(row).length > 1);
  const arrays = contested.length === 0 ? "no array" : counted(contested.length, "array");
  return (
    `${counted(locations.length, "location")}, ${grouped(shared.length)} of them touched by more than one module; ` +
    `${arrays} with more than one writer`
  );
}

/** Acquisitions by bodies, as a number for people. */
function sum({ bodies, ends }: RungFigures): string {
  const sum = Math.round((bodies + ends) * 100) / 100;
  return Number.isInteger(sum) ? grouped(sum) : String(sum);
}

function locksText({ rungs, top }: Required<Pick<Ladder, "rungs" | "top">>): string {
  const [first = top] = rungs;
  const low = rungFigures(first);
  const high = rungFigures(top);
  if (first === top)
    return `${sum(low)} acquisitions a cycle${on(first.pass)}, ${counted(low.locks, "lock")}`;
  return (
    `${sum(low)} acquisitions a cycle on ${first.pass}, ${sum(high)} on ${top.pass}, where ` +
    (high.locks === 0
      ? `no lock of ${grouped(low.locks)} is left`
      : `${counted(high.locks, "lock")} of ${grouped(low.locks)} ${high.locks === 1 ? "is" : "are"} left`)
  );
}

function partitionText(system: System, profile: Profile | undefined): string {
  if ((system.concurrency?.clusters.length ?? 0) === 0)
    return "not cut: the ladder ends before the pass partition";
  const { figures, estimates, best } = reportPartition(system, profile);
  const [sequential] = estimates;
  const chosen = estimates[best - 1];
  const time = timeText(sequential?.nanoseconds ?? 0);
  return (
    `${counted(figures.clusters.length, "cluster")}, imbalance ${figures.imbalance.toFixed(2)}; a cycle takes ${time} on one thread by estimate, ` +
    (best === 1 || chosen === undefined
      ? "which more threads would not shorten"
      : `${timeText(chosen.nanoseconds)} on ${best} (${chosen.speedup.toFixed(2)} times as fast)`)
  );
}
