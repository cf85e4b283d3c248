/** The CPU beside its reference: every instruction that it retires must be the one that the instruction-set simulator executes next. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadExample } from "../example-host.js";
import { compileToWasm } from "../example-targets.js";
import { readImage } from "./iss/image.js";
import { InstructionSimulator } from "./iss/instruction-simulator.js";
import { randomProgram } from "./random-program.js";

const MINUTE = 60_000;

const hex = (word: number): string => word.toString(16).padStart(8, "0");

/** A CPU with a memory image, all retirements logged. */
function compileCpu(image: string) {
  const text = `
    import "cpu.asyn"
    system lockstep {
      config { cycles: 3_000_000, idle: 100 }
      driver Clock { let run = true }
      use cpu = rv32i<"${image}", true, false>(run: Clock.run, device: 0)
    }`;
  return compileToWasm(loadExample({ path: "examples/riscv/lockstep.asyn", text }));
}

/** Receives the lines that the CPU logs and holds each against the simulator. */
function createLockstep(reference: InstructionSimulator) {
  let halt: string | undefined;
  return {
    /** @throws Error at the first line that is not the simulator's next instruction */
    check(line: string): void {
      if (line.startsWith("halt")) {
        halt = line;
        return;
      }
      const count = reference.retired;
      const { pc, instruction, rd, value } = reference.step();
      const expected = `retire pc=${hex(pc)} inst=${hex(instruction)} rd=${rd} value=${hex(value)}`;
      if (line !== expected) throw new Error(`instruction ${count}: expected "${expected}", found "${line}"`);
    },
    /** The line that the CPU logged when it halted. */
    get halt(): string | undefined {
      return halt;
    },
  };
}

test.each([
  { name: "sort", result: "5d3e7fce", retired: 49_630, cycles: 67_808 },
  { name: "matmul", result: "47d79719", retired: 68_369, cycles: 99_365 },
  { name: "sieve", result: "27515cfa", retired: 1_018_181, cycles: 1_483_869 },
])("$name retires what the reference does, $retired instructions", { timeout: MINUTE }, (program) => {
  const { name, result, retired, cycles } = program;
  const image = readImage(readFileSync(new URL(`programs/${name}.hex`, import.meta.url), "utf8"));
  const reference = new InstructionSimulator({ program: image });
  const lockstep = createLockstep(reference);
  const simulation = compileCpu(`programs/${name}.hex`)({ onLog: ({ text }) => lockstep.check(text) });
  const summary = simulation.run();
  expect(summary).toMatchObject({ cycles, stop: { kind: "finish", module: "cpu_writeback" } });
  expect(lockstep.halt).toBe(`halt result=${result} cycles=${cycles} retired=${retired}`);
  expect(reference).toMatchObject({ halted: true, retired, result: Number(simulation.read("cpu_result")) });
  console.log(`${name}: ${retired} instructions in ${cycles} cycles, CPI ${(cycles / retired).toFixed(3)}`);
});

test("random programs full of hazards retire what the reference does", { timeout: MINUTE }, () => {
  const create = compileCpu("programs/sort.hex");
  for (let seed = 0; seed < 100; seed += 1) {
    const program = randomProgram(seed, 300);
    const reference = new InstructionSimulator({ program });
    const lockstep = createLockstep(reference);
    const simulation = create({
      onLog: ({ text }) => lockstep.check(text),
      cycles: 10_000,
    });
    for (const [index, word] of program.entries()) {
      simulation.write("cpu_imem", word, index);
      simulation.write("cpu_dmem", word, index);
    }
    const { stop } = simulation.run();
    expect(stop, `seed ${seed}: ${JSON.stringify(stop)}`).toMatchObject({ kind: "finish" });
    expect(lockstep.halt).toContain(`result=${hex(reference.result ?? 0)} `);
    expect(simulation.readArray("cpu_rf").map(Number)).toEqual(
      Array.from({ length: 32 }, (_, index) => reference.register(index)),
    );
    simulation.dispose();
  }
});
