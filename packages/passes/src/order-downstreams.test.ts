import { createPassManager } from "@assassyn/pass-manager";
import { parseSystem } from "@assassyn/plugin-api";
import { expect, test } from "vitest";
import { builtinPasses } from "./index.js";

test("a loop of downstreams is printed whole, at the first of them", () => {
  const text = `ir 1
system t {
  file "t.asyn"
  downstream a @0:1:3 {
    exposes x: b1
    %0: b1 = triggered(c)
  }
  downstream b @0:2:3 {
    exposes y: b1
    %0: b1 = exposed(a.x).valid
  }
  downstream c @0:3:3 {
    %0: b1 = exposed(b.y).valid
  }
}
`;
  const { system } = parseSystem(text);
  const manager = createPassManager({ plugins: [builtinPasses] });
  const { plan } = manager.plan({ pipeline: ["order-downstreams"] });
  if (system === undefined || plan === undefined) throw new Error("nothing to run");
  const sources = [{ path: "t.asyn", text: "  a\n  b\n  c\n" }];
  // The verifier would find the loop before the pass.
  const { ok, diagnostics } = manager.run(system, plan, { verifyEach: false, sources });
  expect(ok).toBe(false);
  expect(diagnostics).toMatchObject([
    {
      code: "passes/downstream-loop",
      message: "downstreams use each other's values in a loop: b → c → a → b",
      span: { file: 0, start: 6, end: 7 },
    },
  ]);
});
