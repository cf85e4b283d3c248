import { parseSystem } from "@assassyn/plugin-api";
import type { System } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { analyzeSharing, countOf, formatSharing, readersOf, writersOf } from "../index.js";

const TEXT = `ir 1
system t {
  file "t.asyn"
  reg n: u8
  reg idle: u8
  module adder {
    port a: u8
    exposes sum: u8
    %0: b1 = fifo(adder.a).valid
    %1 wait_until %0
    %2: u8 = pop(a)
    %3: u8 = n[%2]
    %4: b1 = %2 < %3
    %5 when %4 {
      %6: u8 = n[%3]
      %7 n[%6] <= %3
    }
    %8 expose sum = %3
    %9: b64 = cycle()
  }
  driver Driver {
    %0: u8 = 1
    %1 adder.a.push(%0)
    %2 call adder
  }
  downstream show {
    %0: b1 = exposed(adder.sum).valid
    %1: u8 = exposed(adder.sum)
    %2: b1 = triggered(Driver)
    %3 n[%1] <= %1
  }
}
`;

function parsed(): System {
  const { system } = parseSystem(TEXT);
  if (system === undefined) throw new Error("bad text");
  return system;
}

test("the table says who reads and writes what, in which phase", () => {
  expect(`\n${formatSharing(parsed())}`).toBe(`
location          stages read  stages write        downstreams read  downstreams write  executor
reg(n)            adder 2      adder 1             -                 show 1             commits
reg(idle)         -            -                   -                 -                  nothing
fifo(adder.a)     adder 1      adder 1, Driver 1   -                 -                  commits
credit(adder)     adder +1     adder +1, Driver 1  -                 -                  commits
flag(adder)       -            adder +1            show 2 +1         -                  resets
flag(Driver)      -            Driver +1           show 1            -                  resets
flag(show)        -            -                   -                 show +1            resets
value(adder.sum)  -            adder 1             show 2            -                  resets
stamp             adder 1      -                   -                 -                  advances
`);
});

test("the rows are plain data, with both phases at hand", () => {
  const system = parsed();
  const [row] = analyzeSharing(system).locations;
  if (row === undefined) throw new Error("no row");
  expect(row).toEqual({
    location: { kind: "array", array: 0 },
    stage: {
      readers: [{ module: 0, operations: 2, implicit: 0 }],
      writers: [{ module: 0, operations: 1, implicit: 0 }],
    },
    downstream: { readers: [], writers: [{ module: 2, operations: 1, implicit: 0 }] },
    executor: "commits",
  });
  expect([readersOf(row), writersOf(row), countOf(row, "writers")]).toEqual([[0], [0, 2], 2]);
});

test("one and the same system is analysed once", () => {
  const system = parsed();
  expect(analyzeSharing(system)).toBe(analyzeSharing(system));
  expect(analyzeSharing({ ...system })).not.toBe(analyzeSharing(system));
});
