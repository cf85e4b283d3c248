import { expect, test } from "vitest";
import { costOf, packOntoWorkers } from "./packing.js";

/** Four clusters of equal work in a ring: the example of the runtime's test. */
const ring = {
  work: [100, 100, 100, 100],
  links: [
    { from: 0, to: 1, messages: 5 },
    { from: 1, to: 2, messages: 1 },
    { from: 2, to: 3, messages: 5 },
    { from: 3, to: 0, messages: 1 },
  ],
  messageCost: 7,
};

test("clusters that talk share a worker", () => {
  expect(packOntoWorkers(ring, 2)).toEqual([0, 0, 1, 1]);
  expect(costOf(ring, 2, [0, 0, 1, 1])).toEqual([214, 2]);
  expect(packOntoWorkers(ring, 1)).toEqual([0, 0, 0, 0]);
});

test("work counts more than talk where it takes longer", () => {
  const problem = { ...ring, work: [100, 100, 900, 100] };
  const workerOf = packOntoWorkers(problem, 2);
  expect(workerOf).toEqual([1, 1, 0, 1]);
  expect(costOf(problem, 2, workerOf)).toEqual([942, 6]);
});

test("no worker is left without work", () => {
  // Everything on one worker would be quicker by the model.
  const links = [
    { from: 0, to: 1, messages: 9 },
    { from: 1, to: 2, messages: 9 },
  ];
  const problem = { work: [1, 1, 0], links, messageCost: 7 };
  expect(packOntoWorkers(problem, 3).toSorted()).toEqual([0, 1, 2]);
  expect(new Set(packOntoWorkers(problem, 2)).size).toBe(2);
});
