import { SystemBuilder, int, uint } from "@assassyn/ir";
import { createInterpreter } from "@assassyn/interpreter";
import { expect, test } from "vitest";
import { VcdWriter, matchesTracePattern, traceCode, tracePlan, traceReader } from "./trace-plan.js";

function design() {
  const system = new SystemBuilder("demo");
  const count = system.array("cnt", uint(4));
  system.array("rf", int(8), { size: 2 });
  system.array("big", int(8), { size: 65 });
  const stage = system.module("stage", "sink");
  const driver = system.module("driver", "Driver");
  const port = stage.port("a", uint(4));
  stage.pop(port);
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, uint(4));
  driver.write(count, zero, driver.binary("add", value, driver.const(uint(4), 1)));
  driver.when(driver.binary("eq", value, driver.const(uint(4), 1)), () => {
    driver.push(stage.id, port, value);
    driver.call(stage.id);
    driver.expose("v", value);
  });
  return system.build();
}

test("the signals come in the order of the specification, large arrays left out", () => {
  expect(tracePlan(design()).map((signal) => signal.name)).toEqual([
    "cnt",
    "rf[0]",
    "rf[1]",
    "sink.triggered",
    "sink.a.length",
    "sink.a.head",
    "Driver.triggered",
    "Driver.v",
  ]);
  expect(tracePlan(design(), "rf[1], *.v").map((signal) => signal.name)).toEqual(["rf[1]", "Driver.v"]);
});

test("patterns match whole names and prefixes up to a border", () => {
  expect(matchesTracePattern("adder", "adder.a.length")).toBe(true);
  expect(matchesTracePattern("a?der.*", "adder.c")).toBe(true);
  expect(matchesTracePattern("x, *.triggered", "adder.triggered")).toBe(true);
  expect(matchesTracePattern("add", "adder.c")).toBe(false);
  expect(matchesTracePattern("", "cnt")).toBe(false);
});

test("codes count in bijective base 94", () => {
  expect([0, 1, 93, 94, 95, 94 * 95].map(traceCode)).toEqual(["!", '"', "~", "!!", '"!', "!!!"]);
});

test("a trace has a header, the values before the first cycle, and changes only", () => {
  const system = design();
  const simulation = createInterpreter(system);
  const writer = new VcdWriter(system, tracePlan(system, "cnt,sink,Driver.v"));
  const read = traceReader(system, simulation);
  let text = writer.start(0, read);
  for (let cycle = 1; cycle <= 4; cycle += 1) {
    simulation.step();
    text += writer.sample(cycle, read);
  }
  text += writer.finish();
  expect(text).toBe(
    [
      "$version assassyn $end",
      "$timescale 1 ns $end",
      "$comment big has 65 elements and is left out $end",
      "$scope module demo $end",
      "$scope module registers $end",
      "$var reg 4 ! cnt [3:0] $end",
      "$upscope $end",
      "$scope module sink $end",
      '$var wire 1 " triggered $end',
      "$scope module fifos $end",
      "$scope module a $end",
      "$var wire 32 # length [31:0] $end",
      "$var wire 4 $ head [3:0] $end",
      "$upscope $end",
      "$upscope $end",
      "$upscope $end",
      "$scope module Driver $end",
      "$scope module exposed $end",
      "$var wire 4 % v [3:0] $end",
      "$upscope $end",
      "$upscope $end",
      "$upscope $end",
      "$enddefinitions $end",
      "#0",
      "$dumpvars",
      "b0 !",
      '0"',
      "b0 #",
      "bx $",
      "bx %",
      "$end",
      "#1",
      "b1 !",
      "#2",
      "b10 !",
      "b1 #",
      "b1 $",
      "b1 %",
      "#3",
      "b11 !",
      '1"',
      "b0 #",
      "bx $",
      "bx %",
      "#4",
      "b100 !",
      '0"',
      "",
    ].join("\n"),
  );
});
