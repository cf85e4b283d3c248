import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { asyncCall } from "../../emit-rust-sequential/test/designs.js";
import { compareAll } from "./harness.js";
import { SHARED_RUNGS, onRung } from "./ladder.js";

const VARIANTS = SHARED_RUNGS.map((rung) => ({
  name: rung,
  form: (system: Parameters<typeof onRung>[0]) => onRung(system, rung),
}));

testWithRust(
  "async_call equals the interpreter on every rung and is clean",
  { timeout: 600_000 },
  (cargo) => {
    const { async } = compareAll(
      "parallel-async-call",
      { async: { system: asyncCall() } },
      { cargo, variants: VARIANTS, clippy: true, delays: [1, 2] },
    );
    expect(async?.stdout.split("\n")).toHaveLength(101);
  },
);
