/** What TypeScript finds: the compiler checks these files, so an error that is expected and does not come fails `npm run typecheck`. */
import { expect, expectTypeOf, test } from "vitest";
import type { Exposed, Register, Value } from "../src/index.js";
import { bits, BuilderError, Design, int, record, uint } from "../src/index.js";

/** Runs what TypeScript refuses; the builder refuses it too. */
function refused(action: () => void): void {
  expect(action).toThrow(BuilderError);
}

test("a call gives every port, no other, and values that fit", () => {
  const design = new Design("calls");
  const stage = design.stage("stage", { a: int(32), b: { type: uint(8), depth: 2 } });
  const a = design.reg("a", int(32));
  const b = design.reg("b", uint(8));
  design.driver().body((m) => {
    stage.call({ a, b });
    stage.call({ b: 1, a: b.as(uint(32)) });
    // @ts-expect-error -- port b is missing
    refused(() => stage.call({ a }));
    // @ts-expect-error -- there is no port c
    refused(() => stage.call({ a, b, c: 1 }));
    // @ts-expect-error -- 8 bits for a port of 32
    refused(() => stage.call({ a: b, b }));
    // @ts-expect-error -- a stage is no value
    refused(() => stage.call({ a: stage, b }));
    // @ts-expect-error -- text is no value
    refused(() => stage.call({ a: "1", b }));
    // @ts-expect-error -- there is no port c
    expect(stage.ports.c).toBeUndefined();
    // @ts-expect-error -- 32 bits for a port of 8
    refused(() => stage.ports.b.push(a));
    // @ts-expect-error -- only a testbench has `at`
    expect(m.at).toBeUndefined();
    // @ts-expect-error -- a driver has no ports to take
    expect(m.take).toBeUndefined();
  });
  stage.body((m) => {
    const taken = m.take("b");
    expectTypeOf(taken).toEqualTypeOf<{ readonly b: Value<"u", 8> }>();
    // @ts-expect-error -- a was not taken
    expect(taken.a).toBeUndefined();
    // @ts-expect-error -- there is no port c
    refused(() => m.take("c"));
  });
});

test("registers and conditions have widths", () => {
  const design = new Design("widths");
  const wide = design.reg("wide", int(32));
  const narrow = design.reg("narrow", uint(8));
  const table = design.array("table", uint(8), 4);
  expectTypeOf(wide).toEqualTypeOf<Register<"i", 32>>();
  design.driver().body((m) => {
    // A class converts silently, as in the language; a width does not.
    narrow.set(narrow.and(3));
    wide.set(wide.bitcast(bits(32)));
    table.at(narrow).set(narrow);
    // @ts-expect-error -- 8 bits for a register of 32
    refused(() => wide.set(narrow));
    // @ts-expect-error -- 32 bits for elements of 8
    refused(() => table.at(0).set(wide));
    // @ts-expect-error -- an array has no value without an index
    refused(() => wide.set(table));
    // @ts-expect-error -- a condition has one bit
    refused(() => m.when(wide, () => {}));
    // @ts-expect-error -- a condition has one bit
    refused(() => m.assert(narrow, "no"));
    // @ts-expect-error -- the arms have 32 and 8 bits
    refused(() => m.select(narrow.eq(1), wide, narrow));
    m.when(
      m.all(wide.gt(0), narrow.bit(3), () => table.at(narrow).eq(0)),
      () => wide.set(0),
    );
    expectTypeOf(wide.add(1)).toEqualTypeOf<Value<"i", 32>>();
    expectTypeOf(wide.xor(wide)).toEqualTypeOf<Value<"b", 32>>();
    expectTypeOf(wide.mul(narrow)).toEqualTypeOf<Value<"i">>();
    expectTypeOf(wide.lt(narrow)).toEqualTypeOf<Value<"b", 1>>();
    expectTypeOf(narrow.as(int(16))).toEqualTypeOf<Value<"i", 16>>();
    expectTypeOf(m.select(true, 0, narrow)).toEqualTypeOf<Value<"u", 8>>();
    expectTypeOf(m.select(true, () => narrow.read(), 0)).toEqualTypeOf<Value<"u", 8>>();
    expectTypeOf(m.match(wide, [[0, narrow]], 1)).toEqualTypeOf<Value<"u", 8>>();
  });
});

test("widths that are computed go with all others", () => {
  const width: number = 8;
  const design = new Design("computed");
  const computed = design.reg("computed", uint(width));
  const fixed = design.reg("fixed", uint(8));
  design.driver().body(() => {
    fixed.set(computed);
    computed.set(fixed.mul(1).as(uint(width)));
  });
  expect(design.build().arrays).toHaveLength(2);
});

test("records, extern functions and exposed values keep the types of their parts", () => {
  const packet = record({ kind: bits(2), length: int(6) });
  const design = new Design("parts");
  const divide = design.extern("divide", { a: uint(8) }, { quotient: uint(8), rest: uint(4) });
  const stage = design.stage("stage", { packet });
  const exposed = stage.body((m) => {
    const taken = m.take().packet;
    expectTypeOf(taken.field(packet, "length")).toEqualTypeOf<Value<"i", 6>>();
    // @ts-expect-error -- there is no field size
    refused(() => taken.field(packet, "size"));
    // @ts-expect-error -- the field length is missing
    refused(() => m.pack(packet, { kind: 1 }));
    const results = divide.call({ a: 1 });
    expectTypeOf(results).toEqualTypeOf<{ readonly quotient: Value<"u", 8>; readonly rest: Value<"u", 4> }>();
    return { rest: m.expose("rest", results.rest) };
  });
  expectTypeOf(exposed.rest).toEqualTypeOf<Exposed<"u", 4>>();
  design.downstream("down").body((m) => {
    expectTypeOf(exposed.rest.or(0)).toEqualTypeOf<Value<"u", 4>>();
    // @ts-expect-error -- a downstream never waits
    expect(m.waitUntil).toBeUndefined();
  });
});
