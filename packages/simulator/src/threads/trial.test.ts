import { expect, test } from "vitest";
import { Trial } from "./trial.js";

/** Runs a trial for so many milliseconds of these paces; returns when it gave up, if it did, and which ways it tried. */
function tryOut(
  alone: number,
  together: number,
  milliseconds: number,
): { gaveUpAt: number | undefined; ways: string[] } {
  const trial = new Trial();
  const ways: string[] = [];
  for (let time = 0; time < milliseconds;) {
    const attempt = trial.next();
    const way = attempt.together ? "together" : "alone";
    if (ways.at(-1) !== way) ways.push(way);
    const cycles = Math.min(attempt.cycles, 1000);
    const spent = cycles * (attempt.together ? together : alone);
    time += spent;
    if (trial.note(cycles, spent)) return { gaveUpAt: time, ways };
  }
  return { gaveUpAt: undefined, ways };
}

test("threads that are faster are kept", () => {
  expect(tryOut(0.02, 0.011, 5_000)).toEqual({ gaveUpAt: undefined, ways: ["alone", "together"] });
});

test("threads that are slower, or hardly faster, are given up within a fifth of a second of trying them", () => {
  for (const together of [0.04, 0.0195]) {
    const { gaveUpAt, ways } = tryOut(0.02, together, 5_000);
    expect(gaveUpAt).toBeGreaterThan(150);
    expect(gaveUpAt).toBeLessThan(300);
    expect(ways).toEqual(["alone", "together"]);
  }
});

test("a slice lasts about five milliseconds, and at least a cycle", () => {
  const trial = new Trial();
  trial.note(10, 1);
  expect(trial.next().cycles).toBe(50);
  trial.note(1, 50);
  expect(trial.next().cycles).toBe(1);
});

test("threads that become slow later are given up then", () => {
  const trial = new Trial();
  const run = (
    milliseconds: number,
    pace: { readonly alone: number; readonly together: number },
  ): boolean => {
    for (let time = 0; time < milliseconds;) {
      const { together, cycles } = trial.next();
      const spent = Math.min(cycles, 1000) * (together ? pace.together : pace.alone);
      time += spent;
      if (trial.note(Math.min(cycles, 1000), spent)) return true;
    }
    return false;
  };
  expect(run(2_000, { alone: 0.02, together: 0.011 })).toBe(false);
  expect(run(2_000, { alone: 0.02, together: 0.03 })).toBe(true);
});
