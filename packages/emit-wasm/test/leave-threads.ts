/** A program of `threads-host.test.ts`: runs a design on threads and ends without a word to them. */
import { SystemBuilder, uint } from "@assassyn/ir";
import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { loadSync } from "@assassyn/simulator";
import { emitWasm } from "../src/index.js";

const system = new SystemBuilder("leave");
system.config = { ...system.config, cycles: 1000 };
for (const name of ["a", "b"]) {
  const register = system.array(name, uint(32));
  const driver = system.module("driver", `${name}_driver`);
  const zero = driver.const(uint(1), 0);
  driver.write(
    register,
    zero,
    driver.binary("xor", driver.read(register, zero, uint(32)), driver.const(uint(32), 1)),
  );
}
const manager = createPassManager({ plugins: [builtinPasses] });
const { plan } = manager.plan({
  pipeline: [
    "explicit-operands",
    "legalize-widths",
    "lock-insertion",
    "atomic-flags",
    "self-signature",
    "partition",
  ],
});
const result = plan === undefined ? undefined : manager.run(system.build(), plan);
if (result?.ok !== true) throw new Error("the passes failed");
const simulation = loadSync(emitWasm(result.system).wasm, { threads: 2 });
const { cycles } = simulation.run();
process.stdout.write(`${simulation.threads} threads, cycle ${cycles}\n`);
