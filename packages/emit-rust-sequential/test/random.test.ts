import { sampleSystems } from "@assassyn/testing";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import type { Case } from "./harness.js";
import { compareAll } from "./harness.js";
import { isNarrow, makeOperandsExplicit } from "./lower.js";

/** More for a long search by hand: `RUST_RANDOM=300 RUST_SEED=7 npx vitest run packages/emit-rust-sequential`. */
const COUNT = Number(process.env["RUST_RANDOM"] ?? 5);
const SEED = Number(process.env["RUST_SEED"] ?? 1);

testWithRust("random designs equal the interpreter in every layout", { timeout: 3_600_000 }, (cargo) => {
  const cases: Record<string, Case> = {};
  for (const maxWidth of [32, 64]) {
    sampleSystems(COUNT, SEED + maxWidth, { maxWidth, maxDepth: maxWidth === 32 ? 3 : 2 }).forEach(
      (system, index) => {
        const lowered = makeOperandsExplicit(system);
        if (isNarrow(lowered)) cases[`w${maxWidth}_${index}`] = { system, lowered };
      },
    );
  }
  expect(Object.keys(cases).length).toBeGreaterThan(COUNT / 4);
  compareAll("sequential-random", cases, { cargo, clippy: process.env["RUST_CLIPPY"] === "1" });
});
