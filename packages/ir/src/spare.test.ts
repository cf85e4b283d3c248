import { expect, test } from "vitest";
import { Spare } from "./spare.js";

test("numbers of a walk are zero, and there are none behind them, whatever the walk before left", () => {
  const spare = new Spare();
  const first = spare.take(2000);
  first.fill(7);
  spare.give(first);
  const second = spare.take(3);
  // Ids behind the size are those of operations that a rewriter adds: nothing is known of them.
  expect([second.length, second[0], second[2], second[3]]).toEqual([3, 0, 0, undefined]);
  const third = spare.take(5);
  third.fill(1);
  expect([...second]).toEqual([0, 0, 0]);
});
