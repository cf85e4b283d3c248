/** Broken designs of every kind must end in diagnostics, never in an exception. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { verify } from "@assassyn/ir";
import { elaborateFiles } from "./harness.js";

const DESIGN = `
const N = 3
type Pair = record { hi: u4, lo: u4 }
fn top<W>(a: uint<W>) -> b1 { a[W - 1] }
extern fn ext(a: u8) -> (b: u8, c: u8)
extern module dsp(a: u8) -> (p: u8) latency 2
component cell<T: type, const START>(step: T) { reg count: T = START; downstream tick { count <= count + step } }
system s {
  config { cycles: 10, idle: 5 }
  reg x: u8 = 2
  reg rf: [u8; 4] = [1, 2, 3]
  reg pair: Pair = Pair { hi: 1, lo: 2 }
  module pe[i in 0..N](a: u8, b: u8 depth 2) {
    take a, b
    let c = match a[1:0] { 0 => b, 1 | 2 => rf[b], _ => x / a }
    if i + 1 < N { pe[i + 1](a: c, b: select1hot(c[1:0], a, rf[x])) } else { log("{} {:x}", c, cat(a, b)) }
  }
  driver {
    let one = u8(1)
    let e = ext(x)
    for k in 0..2 { when x[k] && top(x) == 0 { rf[x] <= (e.b as i16 >> k) as u8 } }
    x <= x == 5 ? 0 : x + 1
    when cycle() > 2 { pe[0](a: x, b: pair.hi as u8) } else when x > 1 { dsp(a: x) }
    let total = fold(i in 0..4, acc = u8(0)) acc + rf[i]
    assert total != 99 || dsp.p == 3, "no"
  }
  testbench { at 3 { finish } }
  downstream watch { let v = pe[2].c ?? 0; log("{} {}", v, pe[0].triggered); when fifo(pe[1].a).valid { finish } }
  use cells[k in 0..2] = cell<u8, k>(step: Driver.one)
}
`;

const TOKENS = DESIGN.match(/[A-Za-z_]\w*|\d+|"[^"]*"|\.\.|<=|=>|==|!=|&&|\|\||\?\?|>>|->|\n|\s|./g) ?? [];

test("the design as it is, is right", () => {
  expect(elaborateFiles({ "main.asyn": DESIGN }).diagnostics).toEqual([]);
});

test("a design with tokens exchanged, dropped or doubled gives diagnostics, or a system that verifies", () => {
  const place = fc.nat(TOKENS.length - 1);
  const edits = fc.array(fc.tuple(fc.constantFrom("drop", "double", "exchange", "copy"), place, place), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(edits, (list) => {
      const tokens = [...TOKENS];
      for (const [kind, a, b] of list) {
        const left = tokens[a] ?? "";
        const right = tokens[b] ?? "";
        if (kind === "drop") tokens[a] = "";
        else if (kind === "double") tokens[a] = left + left;
        else if (kind === "copy") tokens[a] = right;
        else {
          tokens[a] = right;
          tokens[b] = left;
        }
      }
      const { system, diagnostics } = elaborateFiles(
        { "main.asyn": tokens.join("") },
        { limits: { statements: 20_000, depth: 40 } },
      );
      const failed = diagnostics.some((each) => each.severity === "error");
      // After a syntax error what is left may still be a design.
      expect(system === undefined ? [failed] : verify(system)).toEqual(system === undefined ? [true] : []);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 120) },
  );
}, 60_000);
