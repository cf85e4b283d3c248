import type { Simulation, SimulationOptions, System } from "@assassyn/ir";
import { idleText, printFault } from "@assassyn/ir";
import type { Printed } from "../src/index.js";

/** What `assassyn run` prints of a simulation. */
export function printRun(
  { files, config }: System,
  create: (options: SimulationOptions) => Simulation,
): Printed {
  let stdout = "";
  const simulation = create({
    onLog: ({ cycle, module, text, loc }) => {
      stdout += `@${files[loc.file]}:${loc.line}  Cycle @${cycle}.00: [${module}]\t${text}\n`;
    },
  });
  const { stop } = simulation.run();
  simulation.dispose();
  if (stop.kind === "idle") stdout += `${idleText(config.idle)}\n`;
  if (stop.kind !== "fault") return { stdout, stderr: "", status: 0 };
  return { stdout, stderr: `${printFault(stop.fault, { files })}\n`, status: 1 };
}
