import { parseSystem } from "@assassyn/ir";
import { expect, test } from "vitest";
import { emitRustSequential } from "../src/index.js";

test("a piece of a long body takes no value of an arm, though its text has the word", () => {
  const filler = Array.from({ length: 80 }, (_, index) => `    %${index + 6} log("line ${index} of x")`);
  const { system, diagnostics } = parseSystem(
    [
      "ir 1",
      "system long {",
      '  file "long.asyn"',
      "  reg cnt: u32",
      "  driver Driver {",
      "    %0: b1 = 0",
      "    %1 kept: u32 = cnt[%0]",
      "    %2: b1 = %1 == %1",
      "    %3 when %2 {",
      "      %4 x: u32 = %1 + %1",
      "      %5 cnt[%0] <= %4",
      "    }",
      ...filler,
      "    %86 cnt[%0] <= %1",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
  expect(diagnostics).toEqual([]);
  if (system === undefined) throw new Error("no system");
  const text = emitRustSequential(system).find(({ path }) => path === "src/modules/driver.rs")?.text ?? "";
  const calls = text.match(/^ *driver_part_\d+\(.*\)$/gm) ?? [];
  expect(calls.length).toBeGreaterThan(1);
  for (const call of calls) expect(call).toMatch(/, kept\)$/);
});
