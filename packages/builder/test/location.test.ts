import { createInterpreter } from "@assassyn/interpreter";
import type { Loc, System } from "@assassyn/ir";
import { expect, test } from "vitest";
import type { DesignOptions, WaitingBody } from "../src/index.js";
import { callerLocation, Design } from "../src/index.js";
import { locateBelow } from "./location-helper.js";

/** Where the log of a small design stands. */
function logLocation(
  options: DesignOptions,
  fill: (m: WaitingBody) => void = (m) => m.log("here"),
): { system: System; loc: Loc } {
  const design = new Design("small", { ...options, cycles: 1 });
  design.driver().body(fill);
  const system = design.build();
  const places: Loc[] = [];
  createInterpreter(system, { onLog: ({ loc }) => places.push(loc) }).run();
  const [loc] = places;
  if (loc === undefined) throw new Error("nothing was logged");
  return { system, loc };
}

/** The line on which it is called. */
function lineOfCaller(): number {
  const line = new Error("here").stack?.split("\n")[2]?.match(/:(\d+):\d+\)?$/)?.[1];
  return Number(line);
}

test("without a locator everything stands on the first line of a file named like the design", () => {
  const { system, loc } = logLocation({});
  expect(system.files).toEqual(["small"]);
  expect(loc).toEqual({ file: 0, line: 1, column: 1 });
});

test("a locator of your own says where", () => {
  const { system, loc } = logLocation({ locate: () => ({ file: "table.csv", line: 7, column: 2 }) });
  expect(system.files).toEqual(["table.csv"]);
  expect(loc).toEqual({ file: 0, line: 7, column: 2 });
});

test("the line of the generator that wrote an operation, without folders", () => {
  let line = 0;
  const { system, loc } = logLocation({ locate: callerLocation(import.meta.url) }, (m) => {
    line = lineOfCaller();
    m.log("one line below");
  });
  expect(system.files).toEqual(["location.test.ts"]);
  expect(loc.line).toBe(line + 1);
});

test.each([3, 30, 90])("%i frames of helpers in other files are skipped", (levels) => {
  const line = lineOfCaller();
  expect(locateBelow(levels, callerLocation(import.meta.url))?.line).toBe(line + 1);
});

test("a file that is not on the stack gives no place; another name can be shown", () => {
  const { system } = logLocation({ locate: callerLocation("file:///elsewhere/location.test.ts") });
  expect(system.files).toEqual(["small"]);
  const renamed = logLocation({ locate: callerLocation(import.meta.url, "generator") });
  expect(renamed.system.files).toEqual(["generator"]);
});

test("the limit of stack traces stays as it was", () => {
  const before: unknown = Reflect.get(Error, "stackTraceLimit");
  callerLocation(import.meta.url)();
  expect(Reflect.get(Error, "stackTraceLimit")).toBe(before);
});
