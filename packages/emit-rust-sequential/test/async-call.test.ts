import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { asyncCall } from "./designs.js";
import { compareAll } from "./harness.js";

testWithRust(
  "async_call equals the interpreter in every layout and is clean",
  { timeout: 600_000 },
  (cargo) => {
    const { async } = compareAll(
      "sequential-async-call",
      { async: { system: asyncCall() } },
      { cargo, clippy: true },
    );
    expect(async?.stdout.split("\n")).toHaveLength(101);
    expect(async?.stdout.split("\n")[3]).toBe("@design.asyn:8  Cycle @5.00: [adder]\tAdder: 3 + 3 = 6");
  },
);
