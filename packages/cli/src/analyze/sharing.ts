/** Who reads and writes each location: `assassyn analyze --sharing`. */
import type { System } from "@assassyn/ir";
import { locationPrinter, moduleOf } from "@assassyn/ir";
import type { SharingPhase, SharingUse } from "@assassyn/passes";
import { analyzeSharing } from "@assassyn/passes";
import { formatTable, paragraph } from "../table.js";

const LEGEND =
  "`adder 2` are two operations in the body of adder, `adder +1` is one access around it, for its credits and flags. " +
  "Stages, driver and testbench run in the first phase of a cycle, downstreams behind them.";

/** Plain data for `--json`. */
export function toJsonSharing(system: System): object {
  const print = locationPrinter(system);
  const uses = (list: readonly SharingUse[]): object[] =>
    list.map(({ module, operations, implicit }) => ({
      module: moduleOf(system, module).name,
      operations,
      implicit,
    }));
  const phase = ({ readers, writers }: SharingPhase): object => ({
    readers: uses(readers),
    writers: uses(writers),
  });
  return {
    locations: analyzeSharing(system).locations.map(({ location, stage, downstream, executor }) => ({
      location: print(location),
      stages: phase(stage),
      downstreams: phase(downstream),
      executor,
    })),
  };
}

/** The table for people. */
export function formatSharingTable(system: System, title: (text: string) => string): string {
  const print = locationPrinter(system);
  const names = (list: readonly SharingUse[]): string =>
    list
      .map(({ module, operations, implicit }) =>
        [
          moduleOf(system, module).name,
          ...(operations > 0 ? [String(operations)] : []),
          ...(implicit > 0 ? [`+${implicit}`] : []),
        ].join(" "),
      )
      .join(", ");
  const phase = (name: string, { readers, writers }: SharingPhase): string[] => {
    const parts = [
      ...(readers.length > 0 ? [`read by ${names(readers)}`] : []),
      ...(writers.length > 0 ? [`written by ${names(writers)}`] : []),
    ];
    return parts.length === 0 ? [] : [`${name}: ${parts.join(", ")}`];
  };
  const rows = analyzeSharing(system).locations.map(({ location, stage, downstream, executor }) => {
    const uses = [...phase("stages", stage), ...phase("downstreams", downstream)];
    return [print(location), executor, uses.length === 0 ? "-" : uses.join("; ")];
  });
  return (
    title("Who touches each location") +
    formatTable(["location", "executor", "modules"], rows) +
    `\n${paragraph(LEGEND)}`
  );
}
