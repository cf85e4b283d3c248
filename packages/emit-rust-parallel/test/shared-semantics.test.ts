import type { ModuleBuilder, OpId, System } from "@assassyn/ir";
import { BOOL, SystemBuilder, bits, int, uint } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { longBody, pipeline, systolic } from "../../emit-rust-sequential/test/designs.js";
import { FAULTS, SEMANTICS } from "../../emit-rust-sequential/test/semantics-designs.js";
import { compareAll } from "./harness.js";
import type { Variant } from "./harness.js";
import { SHARED_RUNGS, onRung, runPasses } from "./ladder.js";
import type { Rung } from "./ladder.js";

const rung = (name: Rung): Variant => ({ name, form: (system) => onRung(system, name) });
const passes = (name: string, ...list: readonly string[]): Variant => ({
  name,
  form: (system) => runPasses(system, ["explicit-operands", "legalize-widths", ...list]),
});

/** Subsets of the ladder that are legal, though nobody needs them. */
const SUBSETS: readonly Variant[] = [
  passes("batched-credits", "lock-insertion", "self-signature", "lock-batching"),
  passes("elided-unbatched", "lock-insertion", "atomic-flags", "self-signature", "lock-elision"),
  passes("exclusive-batched", "lock-insertion", "lock-batching"),
  passes("exclusive-elided", "lock-insertion", "atomic-flags", "lock-batching", "lock-elision"),
];

const cases = (systems: Readonly<Record<string, System>>): Record<string, { readonly system: System }> =>
  Object.fromEntries(Object.entries(systems).map(([name, system]) => [name, { system }]));

testWithRust(
  "waits, downstreams, several writers, finish, FIFOs, dropped writes, idle on every rung",
  { timeout: 3_600_000 },
  (cargo) => {
    const variants = SHARED_RUNGS.map(rung);
    compareAll("parallel-semantics", cases(SEMANTICS), { cargo, variants, delays: [5] });
  },
);

testWithRust("subsets of the ladder that are legal", { timeout: 3_600_000 }, (cargo) => {
  const { waiting, downstreams, writers, finishing, late, registers } = SEMANTICS;
  const systems = { waiting, downstreams, writers, finishing, late, registers, pipeline: pipeline(3, 60) };
  compareAll("parallel-subsets", cases(systems), { cargo, variants: SUBSETS });
});

testWithRust("faults end the run as on one thread", { timeout: 3_600_000 }, (cargo) => {
  const systems = Object.fromEntries(Object.entries(FAULTS).map(([name, [, system]]) => [name, system]));
  const variants = [rung("lock-insertion"), rung("lock-batching"), rung("lock-elision")];
  const result = compareAll("parallel-faults", cases(systems), { cargo, variants, waveforms: false });
  for (const [name, [message]] of Object.entries(FAULTS))
    expect({ name, fault: result[name]?.fault.slice(0, message.length + 12) }).toEqual({
      name,
      fault: `fault: ${message}, in `,
    });
});

testWithRust(
  "instances share structs and bodies, long bodies are cut, and clippy is content",
  { timeout: 3_600_000 },
  (cargo) => {
    const systems = { systolic: systolic(), pipeline: pipeline(), long_body: longBody() };
    const variants = [rung("lock-insertion"), rung("lock-batching"), rung("lock-elision")];
    compareAll("parallel-instances", cases(systems), { cargo, variants, clippy: true });
  },
);

const atCycle = (builder: ModuleBuilder, cycle: number): OpId =>
  builder.binary("eq", builder.cycle(), builder.const(bits(64), cycle));

function build(fill: (system: SystemBuilder) => void): System {
  const system = new SystemBuilder("test");
  system.config = { ...system.config, cycles: 20 };
  fill(system);
  return system.build();
}

/** Drivers that push into one FIFO in cycle 4, each with what it does behind the push. */
const pushing = (...behind: readonly ((driver: ModuleBuilder) => void)[]): System =>
  build((system) => {
    const consumer = system.module("stage", "consumer");
    const port = consumer.port("p", int(8));
    behind.forEach((more, index) => {
      const driver = system.module("driver", `d${index}`);
      driver.log("before");
      driver.when(atCycle(driver, 4), () => {
        driver.push(consumer.id, port, driver.const(int(8), index));
        driver.log("pushed");
        more(driver);
      });
      driver.log("after");
    });
  });

const nothing = (): void => {};
const fail = (driver: ModuleBuilder): void => {
  driver.assert(driver.const(BOOL, 0), "on purpose");
};

/** Stops of several modules in one cycle. */
const CONFLICTS: Readonly<Record<string, readonly [outcome: string, system: System]>> = {
  three_pushers: [
    "fault: two pushes into the FIFO consumer.p in one cycle, by d0 and d1, in d1",
    pushing(nothing, nothing, nothing),
  ],
  // The push has the smaller key, although the body that made it ends with a fault of its own.
  push_before_fault: [
    "fault: two pushes into the FIFO consumer.p in one cycle, by d0 and d1, in d1",
    pushing(nothing, fail),
  ],
  fault_before_push: ["fault: assertion failed: on purpose, in d0", pushing(fail, nothing)],
  finish_before_conflict: [
    "",
    pushing(
      (driver) => {
        driver.finish();
      },
      nothing,
      fail,
    ),
  ],
  finish_in_several: [
    "",
    build((system) => {
      for (const name of ["a", "b", "c"]) {
        const driver = system.module("driver", name);
        driver.log("{}", [driver.slice(driver.cycle(), 7, 0)]);
        driver.when(atCycle(driver, name === "b" ? 3 : 4), () => driver.finish());
        driver.log("behind");
      }
    }),
  ],
  faults_in_several: [
    "fault: second write of r in one cycle, in b",
    build((system) => {
      const register = system.array("r", uint(8));
      for (const name of ["a", "b", "c"]) {
        const driver = system.module("driver", name);
        const zero = driver.const(uint(1), 0);
        driver.write(register, zero, driver.const(uint(8), 1));
        driver.when(atCycle(driver, name === "a" ? 6 : 5), () =>
          driver.write(register, zero, driver.const(uint(8), 2)),
        );
        driver.log("{}", [driver.read(register, zero, uint(8))]);
      }
    }),
  ],
};

testWithRust("the smallest key decides, whatever thread comes first", { timeout: 3_600_000 }, (cargo) => {
  const systems = Object.fromEntries(Object.entries(CONFLICTS).map(([name, [, system]]) => [name, system]));
  const variants = [
    rung("lock-insertion"),
    rung("self-signature"),
    rung("lock-batching"),
    rung("lock-elision"),
  ];
  const delays = Array.from({ length: 8 }, (_, seed) => seed + 1);
  const result = compareAll("parallel-conflicts", cases(systems), { cargo, variants, delays });
  for (const [name, [outcome]] of Object.entries(CONFLICTS))
    expect({ name, fault: result[name]?.fault.slice(0, outcome.length) }).toEqual({ name, fault: outcome });
});
