import { expect, test } from "vitest";
import { compare } from "./compare.js";
import { asyncCall } from "./designs.js";

test("async_call equals the interpreter, whatever the slicing", () => {
  for (const step of [1, 3, 1000]) {
    const { lines, stop } = compare(asyncCall(200, 100), { step });
    expect(lines).toHaveLength(100);
    expect(lines[3]).toBe("5 [adder] 1 Adder: 3 + 3 = 6");
    expect(stop).toEqual({ kind: "limit" });
  }
});
