import { loadSync } from "@assassyn/simulator";
import { expect, test } from "vitest";
import { emitWasm, optimize } from "../src/index.js";
import { asyncCall } from "./designs.js";

const missing = (): Promise<unknown> => Promise.reject(new Error("not found"));
const other = (): Promise<unknown> => Promise.resolve({ default: {} });

test("without binaryen the message says how to get it", async () => {
  await expect(optimize(emitWasm(asyncCall(5, 5)).wasm, missing)).rejects.toThrow(
    "`npm install binaryen` adds it",
  );
});

test("a package of another shape is refused", async () => {
  await expect(optimize(emitWasm(asyncCall(5, 5)).wasm, other)).rejects.toThrow("install a newer one");
});

test("the module goes through binaryen and the result runs", async () => {
  const { wasm } = emitWasm(asyncCall(5, 5));
  const calls: string[] = [];
  const binaryen = {
    Features: { All: 7 },
    setOptimizeLevel: (level: number) => calls.push(`level ${level}`),
    setShrinkLevel: (level: number) => calls.push(`shrink ${level}`),
    readBinary: (bytes: Uint8Array) => ({
      setFeatures: (features: number) => calls.push(`features ${features}`),
      optimize: () => calls.push("optimize"),
      emitBinary: () => bytes.slice(),
      dispose: () => calls.push("dispose"),
    }),
  };
  const optimized = await optimize(wasm, () => Promise.resolve({ default: binaryen }));
  expect(calls).toEqual(["level 2", "shrink 0", "features 7", "optimize", "dispose"]);
  expect(loadSync(optimized).run().cycles).toBe(5);
});
