import { SystemBuilder, int, printSystem } from "@assassyn/ir";
import { definePass, definePlugin } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { expectDiagnostics } from "./expect-diagnostics.js";
import { createPassTester } from "./pass-tester.js";

/** Sets the cycle limit. */
const limitCycles = definePass({
  name: "limit-cycles",
  description: "Sets the cycle limit",
  options: { to: { type: "integer", description: "the limit", default: 5 } },
  run(cx) {
    cx.draft.config.cycles = cx.options.to;
  },
});

const tester = createPassTester({ plugins: [definePlugin({ name: "test", passes: [limitCycles] })] });

function designText(): string {
  const system = new SystemBuilder("s");
  const register = system.array("r", int(8));
  const driver = system.module("driver", "d");
  driver.write(register, driver.const(int(8), 0), driver.const(int(8), 7));
  return printSystem(system.build());
}

test("the first line says which passes run, with their options", () => {
  expect(tester.expectIr(`// RUN: limit-cycles\n${designText()}`)).toContain("cycles: 5,");
  expect(tester.expectIr(`// RUN: limit-cycles to=9\n${designText()}`)).toContain("cycles: 9,");
});

test("passes can be given instead", () => {
  expect(tester.expectIr(designText(), ["limit-cycles"])).toContain("cycles: 5,");
});

test("a text that is no IR, an unknown pass, a missing line are reported", () => {
  expect(tester.run("// RUN: limit-cycles\nnothing").diagnostics[0]?.code).toBe("ir/text-header");
  expect(() => tester.expectIr(designText(), ["limit-cycle"])).toThrow("limit-cycle");
  expect(() => tester.run(designText())).toThrow("RUN");
});

test("diagnostics of the text match inline", () => {
  expectDiagnostics("// RUN: limit-cycles\nnothing //~ ir/text-header", (source) => tester.diagnose(source));
});
