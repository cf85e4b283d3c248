import { createPassTester } from "@assassyn/testing";
import { expect, test } from "vitest";
import plugin from "../src/index.js";

const tester = createPassTester({ plugins: [plugin] });

const text = `ir 1
system s {
  file "s.asyn"
  reg n: u8
  reg rf: [u8; 4]

  driver Driver {
    %0: u1 = 0
    %1: u8 = n[%0]
    %2 n[%0] <= %1
    %3: b1 = %1 == %1
    %4 when %3 {
      %5: u2 = 3
      %6 rf[%5] <= %1
    }
  }
}
`;

/** The logs behind the pass, with what stands before each. */
const logs = (...pass: string[]) =>
  tester
    .expectIr(text, pass)
    .split("\n")
    .flatMap((line, index, lines) =>
      line.includes("log(") ? [[lines[index - 1]?.trim(), line.trim()]] : [],
    );

test("a log stands behind every write, also in conditions", () => {
  expect(logs("log-writes")).toEqual([
    ["%2 n[%0] <= %1", expect.stringContaining('log("n <= {}", %1)')],
    ["%6 rf[%5] <= %1", expect.stringContaining('log("rf[{}] <= {}", %5, %1)')],
  ]);
});

test("the option chooses registers", () => {
  expect(logs("log-writes", "registers=rf").map(([write]) => write)).toEqual(["%6 rf[%5] <= %1"]);
  expect(logs("log-writes", "registers=rf,n")).toHaveLength(2);
});

test("a register that does not exist is an error with the nearest name", () => {
  const { diagnostics } = tester.run(text, ["log-writes", "registers=rg"]);
  expect(diagnostics.map(({ code, message, help }) => ({ code, message, help }))).toEqual([
    {
      code: "log-writes/unknown-register",
      message: 'the design has no register "rg" whose writes could be logged',
      help: 'did you mean "rf"?',
    },
  ]);
});
