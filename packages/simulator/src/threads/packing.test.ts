import type { ClusterDescription, ThreadsDescription } from "@assassyn/ir";
import { expect, test } from "vitest";
import { estimateThreads, packClusters } from "./packing.js";

const cluster = (work: number, more: Partial<ClusterDescription> = {}): ClusterDescription => ({
  work,
  mail: 0,
  hasExterns: false,
  modules: [],
  parts: [],
  ...more,
});

const threads = (clusters: readonly ClusterDescription[], barriers = 1): ThreadsDescription => ({
  version: 1,
  mailEnd: 0,
  copyBytes: 0,
  stateEnd: 0,
  logStart: 0,
  barriers,
  clusters,
});

test("the heaviest cluster goes first, each to the thread that has least", () => {
  expect(packClusters([cluster(5), cluster(9), cluster(3), cluster(4)], 2)).toEqual([
    [1, 2],
    [0, 3],
  ]);
});

test("functions of the embedder are called on the host's thread, whatever else it has", () => {
  const packs = packClusters([cluster(100), cluster(1, { hasExterns: true }), cluster(50)], 2);
  expect(packs[0]).toContain(1);
  expect(packs.flat().toSorted()).toEqual([0, 1, 2]);
});

test("no thread is left without work where there are enough clusters", () => {
  const packs = packClusters([cluster(0), cluster(0), cluster(0)], 3);
  expect(packs.every((pack) => pack.length === 1)).toBe(true);
});

test("mail counts as work", () => {
  expect(packClusters([cluster(10, { mail: 10 }), cluster(40), cluster(39)], 2)[0]).toEqual([0]);
});

test("threads are worth it when they promise a fifth", () => {
  expect(estimateThreads(threads([cluster(20_000), cluster(20_000)]), 2)).toEqual({
    alone: 40_000,
    together: 20_220,
    isWorthwhile: true,
  });
  expect(estimateThreads(threads([cluster(400), cluster(400)], 2), 2).isWorthwhile).toBe(false);
  expect(estimateThreads(threads([cluster(40_000), cluster(1_000)]), 2).isWorthwhile).toBe(false);
});
