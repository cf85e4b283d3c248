import { expect, test } from "vitest";
import {
  isEnabled,
  OPTIMIZATIONS,
  optimizationNames,
  optimizationSwitches,
  switchedOff,
} from "./optimizations.js";

test("an optimisation is on unless it is named", () => {
  expect(isEnabled({}, "inlining")).toBe(true);
  expect(isEnabled({ without: ["inlining"] }, "inlining")).toBe(false);
  expect(isEnabled({ without: ["inlining"] }, "shared-bodies")).toBe(true);
});

test("switches are declared on, and say what they switch", () => {
  expect(optimizationSwitches("inlining")).toEqual({
    inlining: { type: "boolean", description: OPTIMIZATIONS.inlining, default: true },
  });
  expect(switchedOff({ inlining: false, "shared-bodies": true, other: false })).toEqual(["inlining"]);
  expect(switchedOff(Object.fromEntries(optimizationNames.map((name) => [name, false])))).toEqual(
    optimizationNames,
  );
});
