import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { System } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { asyncCall, pipeline, systolic } from "../../emit-rust-sequential/test/designs.js";
import { FAULTS, SEMANTICS } from "../../emit-rust-sequential/test/semantics-designs.js";
import { emitRustParallel } from "../src/index.js";
import type { Variant } from "./harness.js";
import { compareAll } from "./harness.js";
import { onRung } from "./ladder.js";
import type { Rung } from "./ladder.js";

const RUNGS: readonly Rung[] = ["lock-insertion", "self-signature", "lock-elision"];

const cases = (): Record<string, { readonly system: System }> => {
  const { waiting, downstreams, writers, finishing } = SEMANTICS;
  const systems = {
    async: asyncCall(),
    systolic: systolic(3, 60),
    pipeline: pipeline(4, 60),
    waiting,
    downstreams,
    writers,
    finishing,
  };
  const faults = ["pushers_forward", "absent"].flatMap((name) => {
    const found = FAULTS[name];
    return found === undefined ? [] : [[name, found[1]] as const];
  });
  return Object.fromEntries(
    [...Object.entries(systems), ...faults].map(([name, system]) => [name, { system }]),
  );
};

const variants = (executor: "scope" | "rayon"): Variant[] =>
  RUNGS.map((rung) => ({
    name: `${rung}-${executor}`,
    form: (system) => onRung(system, rung),
    options: { executor },
  }));

testWithRust("threads made for each step print the same", { timeout: 3_600_000 }, (cargo) => {
  compareAll("parallel-scope", cases(), {
    cargo,
    variants: variants("scope"),
    waveforms: false,
    delays: [1],
  });
});

/** True when cargo has the crate, or gets it. */
function hasRayon(cargo: string): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-rayon-"));
  try {
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src/lib.rs"), "");
    const manifest =
      '[package]\nname = "probe"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nrayon = "1.10"\n';
    writeFileSync(path.join(folder, "Cargo.toml"), manifest);
    const options = { cwd: folder, timeout: 60_000 };
    return [["--offline"], []].some((more) => spawnSync(cargo, ["fetch", ...more], options).status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

testWithRust("tasks of a rayon pool print the same", { timeout: 3_600_000 }, (cargo, skip) => {
  if (!hasRayon(cargo)) skip("cargo neither has the crate rayon nor can fetch it");
  compareAll("parallel-rayon", cases(), {
    cargo,
    variants: variants("rayon"),
    waveforms: false,
    delays: [1],
  });
});

test("rayon is a dependency only of crates that use it", () => {
  const system = onRung(asyncCall(), "lock-elision");
  const manifests = (["workers", "scope", "rayon"] as const).map((executor) =>
    emitRustParallel(system, { executor })
      .filter(({ path: file }) => file.endsWith("Cargo.toml"))
      .map(({ text }) => text ?? "")
      .join(""),
  );
  expect(manifests.map((text) => /^rayon = \{/m.test(text))).toEqual([false, false, true]);
});
