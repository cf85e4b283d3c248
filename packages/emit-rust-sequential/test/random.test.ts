import { sampleSystems } from "@assassyn/testing";
import { testWithRust } from "@assassyn/workspace/requirements";
import type { Case } from "./harness.js";
import { LAYOUTS, SWITCHED_OFF, compareAll } from "./harness.js";
import { lower } from "./lower.js";

/** More for a long search by hand: `RUST_RANDOM=40 RUST_SEED=7 RUST_CLIPPY=1 npx vitest run packages/emit-rust-sequential`. */
const COUNT = Number(process.env["RUST_RANDOM"] ?? 5);
const SEED = Number(process.env["RUST_SEED"] ?? 1);

/** All optimisations, and a few of the other ways: together the designs have every one. */
function variantsOf(index: number): Case["variants"] {
  const others = Object.entries({ ...LAYOUTS, ...SWITCHED_OFF }).filter(([name]) => name !== "fast");
  return Object.fromEntries([["fast", {}], ...others.filter((_, other) => other % 3 === index % 3)]);
}

testWithRust("random designs equal the interpreter in every layout", { timeout: 3_600_000 }, (cargo) => {
  const cases: Record<string, Case> = {};
  for (const maxWidth of [32, 200]) {
    sampleSystems(COUNT, SEED + maxWidth, { maxWidth }).forEach((system, index) => {
      cases[`w${maxWidth}_${index}`] = { system, lowered: lower(system), variants: variantsOf(index) };
    });
  }
  compareAll("sequential-random", cases, { cargo, clippy: process.env["RUST_CLIPPY"] === "1" });
});
