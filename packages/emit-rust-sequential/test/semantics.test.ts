import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { compareAll } from "./harness.js";
import type { Observation } from "./harness.js";
import { FAULTS, SEMANTICS } from "./semantics-designs.js";

testWithRust(
  "waits, downstreams, several writers, finish, FIFOs that grow, late pops, dropped writes, idle",
  { timeout: 1_200_000 },
  (cargo) => {
    const cases = Object.fromEntries(Object.entries(SEMANTICS).map(([name, system]) => [name, { system }]));
    const result: Record<string, Observation | undefined> = compareAll("sequential-semantics", cases, {
      cargo,
    });
    expect(result["waiting"]?.stdout.match(/try/g)).toHaveLength(10);
    expect(result["finishing"]).toMatchObject({ stop: "finish", status: 0, cycles: 4 });
    expect(result["finishing"]?.stdout.endsWith("[middle]\tbefore\n")).toBe(true);
    expect(result["growing"]?.fault).toContain("pop of the empty FIFO");
    expect(result["registers"]?.droppedWrites).toBe(6);
    expect(result["idle"]?.stdout.endsWith("idle threshold of 7\n")).toBe(true);
    expect(result["writers"]?.droppedWrites).toBe(5);
  },
);

testWithRust(
  "faults end the run with the line, the place and the status of the semantics",
  { timeout: 1_200_000 },
  (cargo) => {
    const cases = Object.fromEntries(Object.entries(FAULTS).map(([name, [, system]]) => [name, { system }]));
    const result = compareAll("sequential-faults", cases, { cargo });
    for (const [name, [message]] of Object.entries(FAULTS)) {
      expect({
        name,
        fault: result[name]?.fault.slice(0, message.length + 12),
        status: result[name]?.status,
      }).toEqual({
        name,
        fault: `fault: ${message}, in `,
        status: 1,
      });
    }
  },
);
