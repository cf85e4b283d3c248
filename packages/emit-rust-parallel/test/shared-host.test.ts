import { spawnSync } from "node:child_process";
import { SystemBuilder, uint } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { asyncCall } from "../../emit-rust-sequential/test/designs.js";
import { HOST, expectedOfHost, hosted } from "../../emit-rust-sequential/test/host-design.js";
import { emitRustParallel } from "../src/index.js";
import { execute } from "./harness.js";
import { SHARED_RUNGS, onRung } from "./ladder.js";

/** The same embedder, on two threads. */
const PARALLEL_HOST = HOST.replace(
  "    simulator.set_log",
  `    simulator.set_parallel(&assassyn_runtime::parallel::ParallelOptions {
        threads: assassyn_runtime::parallel::Threads::Count(2),
        ..Default::default()
    });
    simulator.set_log`,
);

testWithRust(
  "an embedder runs extern functions and shows, changes and restores state on every shared rung",
  { timeout: 1_200_000 },
  (cargo) => {
    const system = hosted();
    const crates = SHARED_RUNGS.map((rung) => {
      const files = emitRustParallel(onRung(system, rung)).map((file) =>
        file.path === "src/main.rs" ? { ...file, text: PARALLEL_HOST } : file,
      );
      return [rung, files] as const;
    });
    const binaries = buildRustDesigns("parallel-host", new Map(crates), { cargo, clippy: true });
    const expected = expectedOfHost(system);
    for (const rung of SHARED_RUNGS) {
      const { stdout, status } = spawnSync(binaries.get(rung) ?? "", { encoding: "utf8" });
      // The index of an operation counts the brackets of locks.
      const lines = stdout.trimEnd().replace(/operation: \d+/, "operation: 3");
      expect({ rung, status, lines: lines.split("\n") }).toEqual({ rung, status: 0, lines: expected });
    }
  },
);

testWithRust(
  "--stats counts locks and activations, and says on how many threads and why",
  { timeout: 1_200_000 },
  (cargo) => {
    const crates = SHARED_RUNGS.map((rung) => [rung, emitRustParallel(onRung(asyncCall(), rung))] as const);
    const binaries = buildRustDesigns("parallel-statistics", new Map(crates), { cargo });
    const figures = SHARED_RUNGS.map((rung) => {
      const result = spawnSync(binaries.get(rung) ?? "", ["--threads", "2", "--stats"], { encoding: "utf8" });
      const { threads, lockAcquisitions, activations }: Record<string, unknown> = JSON.parse(result.stderr);
      return { rung, threads, lockAcquisitions, activations };
    });
    const activations = { adder: 100, Driver: 200 };
    // Batches take as many here as single operations do: no body touches one location twice.
    expect(figures).toEqual([
      { rung: "lock-insertion", threads: 1, lockAcquisitions: 2400, activations },
      { rung: "atomic-flags", threads: 1, lockAcquisitions: 1600, activations },
      { rung: "self-signature", threads: 2, lockAcquisitions: 1600, activations },
      { rung: "lock-batching", threads: 2, lockAcquisitions: 1600, activations },
      { rung: "lock-elision", threads: 2, lockAcquisitions: 0, activations },
    ]);
  },
);

testWithRust("more threads than cores or modules only take longer", { timeout: 600_000 }, (cargo) => {
  const crates = new Map([["async", emitRustParallel(onRung(asyncCall(), "lock-elision"))]]);
  const binary = buildRustDesigns("parallel-crowded", crates, { cargo }).get("async") ?? "";
  const [one, many, automatic] = ["1", "64", "auto"].map((threads) =>
    execute(binary, true, ["--threads", threads]),
  );
  expect(many).toEqual({ ...one, threads: 2 });
  expect({ ...automatic, threads: 1 }).toEqual(one);
});

test("functions take the state by the receiver of the rung", () => {
  const signatures = SHARED_RUNGS.map((rung) => {
    const files = emitRustParallel(onRung(asyncCall(), rung));
    const text = files.find(({ path }) => path === "src/modules/driver.rs")?.text ?? "";
    return /^pub fn driver\(.*$/m.exec(text)?.[0].replace(/^pub fn driver\(_?state: (.*?), .*$/, "$1");
  });
  expect(signatures).toEqual(["&mut State", "&mut State", "&State", "&State", "&State"]);
});

test("the starting plan's structures are there on the first rung, and none of them on the last", () => {
  const texts = [SHARED_RUNGS[0], "lock-elision" as const].map((rung) =>
    emitRustParallel(onRung(asyncCall(), rung))
      .filter(({ path }) => path.startsWith("src/"))
      .map(({ text }) => text ?? "")
      .join("\n"),
  );
  const plan = [
    /MutexCell<SharedArray<\[u32; 1\], u32, 1>>/,
    /MutexCell<SharedFifo<u32>>/,
    /MutexCell<EventQueue>/,
    /MutexCell<bool>/,
  ];
  expect(plan.map((pattern) => pattern.test(texts[0] ?? ""))).toEqual([true, true, true, true]);
  expect(texts[1]).not.toMatch(/MutexCell|RwLockCell|EventQueue/);
});

test("an access that nothing protects is refused by name", () => {
  const system = new SystemBuilder("bare");
  const register = system.array("r", uint(8));
  const driver = system.module("driver", "Driver");
  driver.write(register, driver.const(uint(1), 0), driver.const(uint(8), 1));
  expect(() => emitRustParallel(system.build())).toThrow(/run the pipeline rust-parallel first/);
  const locked = onRung(system.build(), "lock-insertion");
  const { concurrency } = locked;
  if (concurrency === undefined) throw new Error("no parallel form");
  const locks = concurrency.locks.map((lock) => (lock?.location.kind === "array" ? null : lock));
  const broken = { ...locked, concurrency: { ...concurrency, locks } };
  expect(() => emitRustParallel(broken)).toThrow(
    "the array r of system bare is neither locked, nor atomic, nor owned by a module; run the pass lock-insertion first",
  );
});
