import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readImage } from "../iss/image.js";
import { InstructionSimulator } from "../iss/instruction-simulator.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Runs `programs/<name>.hex` to its halt. */
function run(name: string): { result: number; retired: number } {
  const simulator = new InstructionSimulator({
    program: readImage(readFileSync(`${folder}${name}.hex`, "utf8")),
  });
  return { result: simulator.run(), retired: simulator.retired };
}

// The same computations as in the C sources, done here in another way, so that the results are independent.

function nextRandom(state: number): number {
  return (Math.imul(state, 1664525) + 1013904223) >>> 0;
}

function checksum(values: readonly number[]): number {
  return values.reduce((sum, value) => (((sum << 5) | (sum >>> 27)) + value) >>> 0, 0);
}

test("sort gives the checksum of the sorted numbers", () => {
  let state = 12345;
  const numbers = Array.from({ length: 512 }, () => (state = nextRandom(state)) >> 16);
  const expected = checksum(numbers.sort((a, b) => a - b));
  expect(expected).toBe(0x5d3e7fce);
  expect(run("sort")).toEqual({ result: expected, retired: 49_630 });
});

test("matmul gives the checksum of the product", () => {
  let state = 2024;
  const pairs = Array.from({ length: 100 }, () => {
    state = nextRandom(state);
    return { a: state >>> 24, b: (state >>> 16) & 0xff };
  });
  const element = (matrix: "a" | "b", row: number, column: number) =>
    pairs[10 * row + column]?.[matrix] ?? Number.NaN;
  const product = pairs.map((_, index) => {
    const [row, column] = [Math.floor(index / 10), index % 10];
    return pairs.slice(0, 10).reduce((sum, _, k) => sum + element("a", row, k) * element("b", k, column), 0);
  });
  const expected = checksum(product);
  expect(expected).toBe(0x47d79719);
  expect(run("matmul")).toEqual({ result: expected, retired: 68_369 });
});

test("sieve gives the checksum of the primes below 64000", () => {
  const primes: number[] = [];
  for (let candidate = 2; candidate < 64_000; candidate++) {
    const divisor = primes.find((prime) => prime * prime > candidate || candidate % prime === 0);
    if (divisor === undefined || divisor * divisor > candidate) primes.push(candidate);
  }
  const expected = checksum(primes);
  expect(expected).toBe(0x27515cfa);
  expect(run("sieve")).toEqual({ result: expected, retired: 1_018_181 });
});

const compiler = spawnSync("riscv64-unknown-elf-gcc", ["-dumpversion"], { encoding: "utf8" });

test.skipIf(compiler.stdout?.trim() !== "12.2.0")(
  "the images are what the sources compile to",
  () => {
    const make = spawnSync("make", ["--no-print-directory", "check"], { cwd: folder, encoding: "utf8" });
    expect(make.stderr).toBe("");
    expect(make.stdout).toContain("images are up to date");
  },
  60_000,
);
