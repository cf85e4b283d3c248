import { createPassManager } from "@assassyn/pass-manager";
import { builtinPasses } from "@assassyn/passes";
import { parseSystem } from "@assassyn/plugin-api";
import { createPassTester, fuzz, goldenSuite, interpreterTarget, printFailure } from "@assassyn/testing";
import { lowerFor, passesTarget } from "@assassyn/testing/targets";
import { expect, test } from "vitest";
import plugin, { locksBatched } from "../src/index.js";

const plugins = [plugin];
const tester = createPassTester({ plugins });

goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".ir",
  goldens: [".expect.ir", ".expect.txt"],
  run: ({ text }) => {
    const { ir, diagnostics } = tester.run(text);
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}\n`).join("");
    return { ".expect.ir": ir, ".expect.txt": messages === "" ? undefined : messages };
  },
});

test("batching what is batched already changes nothing", () => {
  const { plan } = createPassManager({ plugins: [builtinPasses, plugin] }).plan({
    pipeline: ["lock-insertion", "lock-batching", "lock-batching"],
  });
  expect(plan?.steps.map((step) => step.id)).toEqual(["lock-insertion", "lock-batching", "lock-batching#2"]);
  const once = tester.expectIr(DESIGN, ["lock-insertion", "lock-batching"]);
  expect(tester.expectIr(DESIGN, ["lock-insertion", "lock-batching", "lock-batching"])).toBe(once);
  expect(once).toContain("commits n");
});

test("the fact finds a bracket that could be batched", () => {
  const { system } = parseSystem(tester.expectIr(DESIGN, ["lock-insertion"]));
  if (system === undefined) throw new Error("no system");
  expect(locksBatched.check?.(system)).toMatchObject([
    {
      code: "lock-batching/not-batched",
      message:
        '`%5 acquire write n` of "Driver" is there for effects alone, which can wait for the end of the body',
    },
  ]);
  const batched = parseSystem(tester.expectIr(DESIGN, ["lock-insertion", "lock-batching"])).system;
  expect(batched === undefined ? undefined : locksBatched.check?.(batched)).toEqual([]);
});

test("random designs do the same behind it", { timeout: 60_000 }, () => {
  const failures = fuzz({
    seed: 5,
    count: 60,
    reference: interpreterTarget,
    targets: [
      ["lock-insertion", "lock-batching"],
      ["lock-insertion", "atomic-flags", "self-signature", "lock-batching", "lock-elision"],
      ["default", "lock-insertion", "lock-batching", "lock-elision", "self-signature"],
    ].map((pipeline) => passesTarget(pipeline.join(","), lowerFor({ plugins, pipeline }))),
  });
  expect(failures.map(printFailure)).toEqual([]);
});

const DESIGN = `ir 1
system t {
  file "t.asyn"
  reg n: u8
  driver Driver {
    %0: u1 = 0
    %1: u8 = n[%0]
    %2 n[%0] <= %1
  }
}
`;
