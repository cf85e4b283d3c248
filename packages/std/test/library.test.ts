/**
 * Each design beside this file exercises one file of the library and logs what it sees; here the same is computed
 * in plain JavaScript, in another way where there is one.
 */
import { expect, test } from "vitest";
import { runDesign } from "./run-design.js";

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const binary = (value: number, width: number): string => value.toString(2).padStart(width, "0");
const fromBinary = (text: string): number => Number.parseInt(text, 2);
const clamp = (low: number, value: number, high: number): number => Math.min(Math.max(value, low), high);
/** The number that six bits mean in two's complement. */
const signed = (x: number): number => (x < 32 ? x : x - 64);
/** lcg32 of std/counter.asyn. */
const congruent = (state: number): number => (Math.imul(state, 1664525) + 1013904223) >>> 0;
/** The lines of one module, each split at its blanks. */
const linesOf = (log: readonly { module: string; text: string }[], module: string): string[][] =>
  log.filter((line) => line.module === module).map(({ text }) => text.split(" "));
const bits = (value: number, high: number, low: number): number =>
  (value >>> low) & (2 ** (high - low + 1) - 1);

test("std/math.asyn computes what its comments say, for all pairs of 6-bit numbers", () => {
  const expected = range(4096).map((n) => {
    const [a, b] = [n >> 6, n & 63];
    const [c, d] = [signed(a), signed(b)];
    const digits = binary(a, 6);
    const amount = b % 6;
    return [
      Math.min(a, b),
      Math.max(a, b),
      Math.min(c, d),
      Math.max(c, d),
      Math.abs(c),
      Math.abs(a - b),
      Math.min(a + b, 63),
      Math.max(a - b, 0),
      clamp(-32, c + d, 31),
      digits.replaceAll("0", "").length,
      digits.replaceAll("0", "").length % 2,
      digits.includes("1") ? digits.indexOf("1") : 6,
      digits.includes("1") ? 5 - digits.lastIndexOf("1") : 6,
      fromBinary([...digits].toReversed().join("")),
      fromBinary(digits.slice(amount) + digits.slice(0, amount)),
      fromBinary(digits.slice(6 - amount) + digits.slice(0, 6 - amount)),
    ].join(" ");
  });
  expect(runDesign("math").log.map(({ text }) => text)).toEqual(expected);
});

test("std/arbiter.asyn grants in order of priority, and in turn", () => {
  const { log } = runDesign("arbiter");
  let remembered = 0;
  const grants: string[] = [];
  /** The bit of the first requester at or behind `start`, walking round. */
  const firstFrom = (requests: number, start: number): number => {
    const found = range(5).find((step) => (requests >> ((start + step) % 5)) & 1);
    return found === undefined ? 0 : 1 << ((start + found) % 5);
  };
  const expected = range(192).map((n) => {
    const requests = n & 31;
    const last = n < 32 ? 0 : 1 << ((n >> 5) - 1);
    const lowest = firstFrom(requests, 0);
    const line = [
      requests,
      last,
      lowest,
      firstFrom(requests, n >> 5),
      lowest && Math.log2(lowest),
      remembered,
    ];
    const grant = firstFrom(requests, remembered === 0 ? 0 : Math.log2(remembered) + 1);
    grants.push(String(grant));
    if (grant !== 0) remembered = grant;
    return line.join(" ");
  });
  expect(linesOf(log, "Ask").map((words) => words.join(" "))).toEqual(expected);
  // `finish` in the last cycle hides the line of the downstream.
  expect(linesOf(log, "grants").flat()).toEqual(grants.slice(0, -1));
});

test("std/counter.asyn counts, codes, and goes through all states of the shift register", () => {
  const { log } = runDesign("counter");
  const state = { congruent: 1, seven: 0, eight: 0 };
  const wraps: string[] = [];
  const expected = range(64).map((n) => {
    const line = [
      n ^ (n >> 1),
      n,
      state.congruent,
      n === 41 ? 0 : (n + 1) % 64,
      state.seven,
      state.eight,
      n % 10,
      n % 2,
    ];
    const enabled = (n & 5) !== 0;
    wraps.push(`${Number(enabled && state.seven === 6)} ${Number(enabled && state.eight === 7)}`);
    state.congruent = congruent(state.congruent);
    if (enabled) Object.assign(state, { seven: (state.seven + 1) % 7, eight: (state.eight + 1) % 8 });
    return line.join(" ");
  });
  const lines = linesOf(log, "Count").map((words) => words.join(" "));
  expect(lines).toEqual([...expected, "period 65535"]);
  expect(linesOf(log, "wraps").map((words) => words.join(" "))).toEqual(wraps);
});

test("std/fsm.asyn changes state and counts the cycles in it", () => {
  const round = [...range(5).map((age) => `2 ${age}`), ...range(3).map((age) => `1 ${age}`), "3 0"];
  expect(runDesign("fsm").log.map(({ text }) => text)).toEqual(range(30).map((n) => round[n % 9]));
});

test("std/fifo.asyn: a queue keeps order and count", () => {
  const { log } = runDesign("fifo");
  const queue: number[] = [];
  let random = 7;
  const seen = { full: false, empty: false, both: false };
  const expected = range(400).map(() => {
    const pop = bits(random, 30, 30) === 1 && queue.length > 0;
    const push = bits(random, 31, 31) === 1 && (pop || queue.length < 5);
    const value = bits(random, 29, 22);
    const line = [Number(push), value, Number(pop), queue.length, queue[0] ?? 0].join(" ");
    if (queue.length === 5) seen.full = true;
    if (queue.length === 0) seen.empty = true;
    if (queue.length === 5 && push && pop) seen.both = true;
    if (pop) queue.shift();
    if (push) queue.push(value);
    random = congruent(random);
    return line;
  });
  expect(linesOf(log, "Drive").map((words) => words.join(" "))).toEqual(expected);
  expect(seen).toEqual({ full: true, empty: true, both: true });
});

test("std/fifo.asyn: credits bound what is under way, a skid buffer loses and repeats nothing", () => {
  const { log } = runDesign("fifo");
  const items = linesOf(log, "consumer");
  expect(items.map(([, item]) => Number(item))).toEqual(range(items.length));
  expect(items.length).toBeGreaterThan(100);
  expect(new Set(items.map(([, , , allowance]) => allowance))).toEqual(new Set(["0", "1", "2"]));
  const numbers = linesOf(log, "sink").map(([, number]) => Number(number));
  expect(numbers).toEqual(range(numbers.length));
  expect(numbers.length).toBeGreaterThan(100);
});

test("std/memory.asyn: SRAM reads what was there before the write of the same cycle", () => {
  const { log } = runDesign("memory");
  const fixed = { words: [0x11, 0x22, 0x33, 0x44, 0, 0, 0x77, 0x88], dout: 0 };
  const empty = { words: range(8).map(() => 0), dout: 0 };
  let random = 99;
  const expected = range(600).map(() => {
    const [write, read] = [bits(random, 31, 31), bits(random, 30, 30)];
    const address = bits(random, 29, 27);
    const word = bits(random, 26, 11);
    const line = ["port", write, read, address, word, fixed.dout, empty.dout].join(" ");
    for (const memory of [fixed, empty]) {
      if (read === 1) memory.dout = memory.words[address] ?? 0;
      if (write === 1) memory.words[address] = word;
    }
    random = congruent(random);
    return line;
  });
  expect(linesOf(log, "Drive").map((words) => words.join(" "))).toEqual(expected);
});

test("std/memory.asyn: DRAM answers each request with the right word, and not before its latency", () => {
  const { log } = runDesign("memory");
  const contents = range(64).map(() => 0);
  const requests = log
    .filter(({ module }) => module === "Requests")
    .map(({ cycle, text }) => {
      const [, write, address = 0, data] = text.split(" ").map(Number);
      // Banks serve their requests in order, so an access sees all earlier ones of its address.
      if (write === 1) contents[address] = data ?? 0;
      return { cycle, address, bank: (address >> 2) & 3, row: address >> 4, word: contents[address] };
    });
  const answers = log.filter(({ module }) => module === "answers");
  expect(answers.length).toBe(150);
  const open: (number | undefined)[] = [];
  const free = [0, 0, 0, 0];
  for (const [tag, { cycle, bank, row, word }] of requests.entries()) {
    const answer = answers.find(({ text }) => text.startsWith(`answer ${tag} `));
    expect(answer?.text).toBe(`answer ${tag} ${word}`);
    // A request is issued one cycle after the call, and starts in its bank one cycle later.
    const start = Math.max(cycle + 2, (free[bank] ?? 0) + 2);
    const latency = open[bank] === row ? 2 : 7;
    expect(answer?.cycle).toBeGreaterThanOrEqual(start + latency);
    open[bank] = row;
    free[bank] = answer?.cycle ?? 0;
  }
  const cycles = answers.map(({ cycle }) => cycle);
  expect(new Set(cycles).size).toBe(cycles.length);
});

test("std/memory.asyn: the ordered DRAM answers reads in turn, each with what the last write before it left", () => {
  const { log } = runDesign("memory");
  const lines = log.filter(({ module }) => module === "Ordered");
  const contents = range(64).map(() => 0);
  const model = { hit: 3, miss: 8, issue: 0, answer: 0, free: [0, 0, 0, 0], open: [-1, -1, -1, -1] };
  const expected: string[] = [];
  // A cycle logs its read before its write, and a read is issued before the write of its cycle.
  for (const { cycle, text } of lines) {
    const [what, ...numbers] = text.split(" ");
    const [address = 0, data = 0] = numbers.map(Number);
    if (what === "answer") continue;
    const bank = (address >> 2) & 3;
    const row = address >> 4;
    // One cycle to the queue, one to its head.
    const start = Math.max(cycle + 2, model.issue + 1, model.free[bank] ?? 0);
    const hit = model.open[bank] === row;
    model.issue = start;
    if (!hit) model.free[bank] = start + model.miss - model.hit + 1;
    model.open[bank] = row;
    if (what === "write") {
      contents[address] = data;
      continue;
    }
    model.answer = Math.max(start + (hit ? model.hit : model.miss), model.answer + 1);
    expected.push(`${model.answer} answer ${address} ${contents[address]}`);
  }
  const answers = lines.filter(({ text }) => text.startsWith("answer"));
  expect(expected.length).toBe(100);
  expect(answers.map(({ cycle, text }) => `${cycle} ${text}`)).toEqual(expected);
});
