import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Rotates 32 bits left by five. */
const rotate = (value: bigint): bigint => BigInt.asUintN(32, (value << 5n) | (value >> 27n));

/** What the programs compute, in another way: in big numbers and by one. */
function checksumOf(length: number, rounds: number): bigint {
  let seed = 2_463_534_242n;
  let checksum = 0n;
  for (let round = 0; round < rounds; round += 1) {
    let sum = 0n;
    for (let index = 0n; index < length; index += 1n) {
      let value = seed ^ (index * 65_537n);
      value = BigInt.asUintN(32, value ^ (value << 13n));
      value ^= value >> 17n;
      value = BigInt.asUintN(32, value ^ (value << 5n));
      sum += value * (value >> 24n);
    }
    checksum = BigInt.asUintN(32, rotate(checksum) + sum);
    seed = BigInt.asUintN(32, sum) | 1n;
  }
  return checksum;
}

test.each([
  { source: "dot.c", design: "manycore.asyn" },
  { source: "dot-long.c", design: "long.asyn" },
])("$source and $design expect the checksum of the dot products", ({ source, design }) => {
  const text = readFileSync(folder + source, "utf8");
  const define = (name: string): string => new RegExp(`#define ${name} (\\w+)`).exec(text)?.[1] ?? "";
  const expected = checksumOf(Number(define("LENGTH")), Number(define("ROUNDS")));
  expect(define("EXPECTED")).toBe(`0x${expected.toString(16).padStart(8, "0")}u`);
  const constant = /^const EXPECTED = (\w+)$/m.exec(readFileSync(`${folder}../${design}`, "utf8"))?.[1];
  expect(BigInt(constant?.replaceAll("_", "") ?? 0)).toBe(expected);
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
