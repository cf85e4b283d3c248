import { expect, test } from "vitest";
import type { Chunk } from "./pieces.js";
import { joinChunks } from "./pieces.js";

/** Chunks of 16 lines; chunk i binds `v<i>` and mentions what it is given. */
function body(count: number, uses: (chunk: number) => readonly string[]) {
  const chunks = Array.from({ length: count }, (_, chunk): Chunk => {
    const lines = Array.from({ length: 16 }, (_line, line) =>
      line === 0 ? `let v${chunk} = 0;` : "idle();",
    );
    lines.push(`f(${uses(chunk).join(", ")});`);
    return { bound: chunk + 1, lines };
  });
  const names = chunks.map((_, chunk) => [`v${chunk}`, "u8"] as const);
  return { chunks, pieces: joinChunks(chunks, names) };
}

test("pieces have all lines, and take what they and those behind them mention", () => {
  const { chunks, pieces } = body(40, (chunk) => [
    `v${Math.max(0, chunk - 1)}`,
    chunk === 39 ? "v3" : "x.v5",
  ]);
  expect(pieces.flatMap(({ lines }) => lines)).toEqual(chunks.flatMap(({ lines }) => lines));
  expect(pieces.length).toBeGreaterThan(4);
  for (const [index, { parameters, lines }] of pieces.entries()) {
    expect(lines.length).toBeGreaterThanOrEqual(index === pieces.length - 1 ? 1 : 64);
    const names = parameters.map(({ name }) => name);
    // The one before, and the one that the last chunk mentions; a field of that name is none.
    const first = Number(/v(\d+)/.exec(lines[0] ?? "")?.[1]);
    expect(names).toEqual(index === 0 ? [] : [...new Set([...(first > 3 ? ["v3"] : []), `v${first - 1}`])]);
  }
});

test("where much is handed over, a body is cut late and at the best place", () => {
  // Each chunk binds three values. Chunk 29 is the last that mentions those before it, the last chunk mentions all others.
  const chunks = Array.from({ length: 60 }, (_, chunk): Chunk => {
    const upTo = chunk === 29 ? 90 : chunk === 59 ? 180 : 0;
    const mentioned = Array.from({ length: Math.min(90, upTo) }, (_name, index) => `v${upTo - 90 + index}`);
    return {
      bound: 3 * (chunk + 1),
      lines: [...Array<string>(15).fill("idle();"), `f(${mentioned.join(", ")});`],
    };
  });
  const names = Array.from({ length: 180 }, (_, index) => [`v${index}`, "u8"] as const);
  const [first, second, ...more] = joinChunks(chunks, names);
  expect(first?.lines).toHaveLength(30 * 16);
  expect(second?.parameters).toEqual([]);
  expect(more).toEqual([]);
  // With no place that is good, none of the functions grows beyond bounds.
  const [busy] = chunks.slice(-1);
  if (busy === undefined) throw new Error("no chunk");
  const all = [...chunks, { ...busy, lines: [`f(${names.map(([name]) => name).join(", ")});`] }];
  for (const { lines } of joinChunks(all, names)) expect(lines.length).toBeLessThanOrEqual(768);
});
