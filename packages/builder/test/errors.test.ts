import { expect, test } from "vitest";
import type { BuilderErrorCode, DataType, Stage } from "../src/index.js";
import { bits, BuilderError, callerLocation, Design, int, record, uint } from "../src/index.js";

/** A width that TypeScript does not know, so that the builder itself has to find the mistake. */
const computed = (width: number): number => width;

/** Asserts that `action` fails with this code and a message that contains `part`. */
function expectError(action: () => unknown, code: BuilderErrorCode, part: string): void {
  let caught: unknown;
  try {
    action();
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof BuilderError)) throw new Error(`expected ${code}, but got ${String(caught)}`);
  expect({ code: caught.code, message: caught.message }).toEqual({
    code,
    message: expect.stringContaining(part),
  });
}

test("names are words of the language, and differ", () => {
  const design = new Design("names");
  design.reg("a", uint(1));
  expectError(() => new Design("two words"), "bad-name", `"two words" cannot name a system`);
  expectError(() => design.reg("1st", uint(1)), "bad-name", `"1st" cannot name a register`);
  expectError(() => design.reg(["a", 0.5], uint(1)), "bad-name", "0.5 cannot be an index of register a");
  expectError(() => design.array("a", uint(1), 2), "duplicate-name", "there is a register a already");
  design.stage("a");
  expectError(() => design.stage("a"), "duplicate-name", "there is a module a already");
  design.driver();
  expectError(() => design.driver(), "duplicate-name", "there is a module Driver already");
  expectError(() => design.stage("b", { "p q": uint(1) }), "bad-name", `"p q" cannot name a port of b`);
  // Two declarations whose full names are the same.
  design.reg(["x", 1], uint(1));
  expectError(() => design.reg("x_1", uint(1)), "duplicate-name", "there is a register x_1 already");
  design.downstream("d").body((m) => {
    const value = m.constant(uint(1), 1);
    m.expose("v", value);
    expectError(() => m.expose("v", value), "duplicate-name", "there is an exposed value d.v already");
    expectError(() => value.named("-"), "bad-name", `"-" cannot name a value`);
  });
});

test("types have 1 to 65536 bits, arrays and FIFOs at least one element", () => {
  for (const width of [0, -1, 1.5, Number.NaN, 65_537])
    expectError(() => uint(width), "bad-width", `no type has ${width} bits`);
  expect(bits(65_536).width).toBe(65_536);
  expectError(() => record({}), "bad-width", "no type has 0 bits");
  const design = new Design("shapes");
  expectError(() => design.array("a", uint(1), 0), "bad-shape", "array a cannot have 0 elements");
  expectError(
    () => design.array("b", uint(8), 2, { initial: [1, 2, 3] }),
    "bad-shape",
    "array b has 2 elements, but there are 3 initial values",
  );
  expectError(
    () => design.stage("s", { p: { type: uint(1), depth: 0 } }),
    "bad-shape",
    "port s.p cannot have depth 0",
  );
  expectError(() => design.extern("f", {}, {}), "bad-shape", "extern function f has no result");
});

test("literals fit the type that they take", () => {
  const design = new Design("literals");
  expect(design.reg("fits", int(8), -128).type.width).toBe(8);
  expectError(() => design.reg("a", int(8), 128), "literal-range", "128 does not fit i8 (-128 to 127)");
  expectError(() => design.reg("b", uint(8), -1), "literal-range", "-1 does not fit u8 (0 to 255)");
  expectError(
    () => design.array("c", uint(1), 2, { fill: 2 }),
    "literal-range",
    "2 does not fit u1 (0 to 1)",
  );
  const register = design.reg("d", uint(8));
  design.driver().body((m) => {
    expectError(() => register.add(256), "literal-range", "256 does not fit u8");
    expectError(() => register.set(0.5), "literal-range", "0.5 is not a whole number");
    expectError(() => register.set(2 ** 60), "literal-range", "write it as a bigint");
    expectError(() => register.shl(-1), "literal-range", "-1 does not fit u32");
    expectError(() => m.select(true, 1, 2), "literal-untyped", "all arms of a select are literals");
    expectError(
      () => m.match(3, [[0, register]], 1),
      "literal-untyped",
      "nothing gives the literal 3 a type",
    );
  });
});

test("widths that TypeScript does not know are checked too", () => {
  const design = new Design("widths");
  const narrow = design.reg("narrow", uint(computed(8)));
  const wide = design.reg("wide", uint(computed(16)));
  const stage = design.stage("stage", { p: uint(8) });
  design.driver().body((m) => {
    expectError(
      () => narrow.set(wide),
      "width-mismatch",
      "register narrow is u8, but the value is u16; .as(…) keeps",
    );
    expectError(
      () => wide.set(narrow),
      "width-mismatch",
      "register wide is u16, but the value is u8; .as(…) extends",
    );
    expectError(() => stage.call({ p: wide }), "width-mismatch", "port stage.p is u8, but the value is u16");
    expectError(() => m.when(wide, () => {}), "width-mismatch", "the condition of a when is b1");
    expectError(() => m.select(true, narrow, wide), "width-mismatch", "the arms of a select are u8 and u16");
    expectError(() => narrow.field(record({ a: uint(16) }), "a"), "width-mismatch", "the record has 16 bits");
  });
});

test("indices that are known are in range", () => {
  const design = new Design("indices");
  const array = design.array("a", uint(8), 4);
  const register = design.reg("r", uint(8));
  expectError(() => array.at(4), "index-range", "a has elements 0 to 3, but no 4");
  expectError(() => array.at(-1), "index-range", "but no -1");
  design.driver().body((m) => {
    expectError(() => register.bit(8), "index-range", "u8 has no bit 8");
    expectError(() => register.slice(8, 0), "index-range", "u8 has no bits 8:0");
    expectError(() => register.slice(2, 3), "index-range", "u8 has no bits 2:3");
    expectError(() => m.cat(), "bad-width", "no value has 0 bits");
  });
});

test("values are used in their module, while their region is open", () => {
  const design = new Design("places");
  const register = design.reg("r", uint(8));
  expectError(() => register.add(1), "outside-module", "add outside of the body of a module");
  expectError(() => register.set(1), "outside-module", "a write of r outside of the body of a module");
  const stage = design.stage("s", { p: uint(8) });
  expectError(() => stage.call({ p: 1 }), "outside-module", "a call of s outside of the body of a module");
  const leaked = design.driver().body((m) => {
    let inner = m.constant(uint(8), 0);
    m.when(register.eq(1), () => {
      inner = register.add(1);
    });
    expectError(() => register.set(inner), "ended-value", "behind the `when` or arm in which it was made");
    expectError(() => stage.ports.p.pop(), "wrong-module", "Driver cannot pop s.p: only its stage can");
    expectError(() => stage.ports.p.valid(), "wrong-module", "Driver cannot ask for the valid of s.p");
    return { m, value: register.add(1) };
  });
  expectError(() => leaked.value.add(1), "outside-module", "a value of Driver is used outside");
  stage.body((m) => {
    expectError(() => register.set(leaked.value), "foreign-value", "a value of Driver is used in s");
    expectError(() => leaked.value.add(1), "foreign-value", "a value of Driver is used in s");
    expectError(() => leaked.m.log("x"), "outside-module", "the body of Driver is finished");
    expectError(() => design.downstream("d").body(() => {}), "outside-module", "inside the body of s");
    const exposed = m.expose("v", m.take().p);
    expectError(() => exposed.get(), "wrong-module", "s is a stage and cannot read s.v in the same cycle");
  });
  const other = new Design("other");
  const foreign = other.reg("r", uint(8));
  other.driver().body(() => {
    expectError(
      () => foreign.add(register),
      "foreign-value",
      "register r belongs to design places, not to other",
    );
  });
});

test("calls give exactly the ports, also in JavaScript", () => {
  const design = new Design("calls");
  const typed = design.stage("s", { a: uint(8), b: uint(8) });
  const stage: Stage<Readonly<Record<string, DataType>>> = typed;
  const root = design.extern("f", { of: uint(8) }, { whole: uint(4) });
  design.driver().body(() => {
    expectError(() => stage.call({ a: 1 }), "call-arguments", "the call of s misses b");
    expectError(() => stage.call({}), "call-arguments", "the call of s misses a, b");
    expectError(() => stage.call({ a: 1, b: 2, c: 3 }), "call-arguments", "s has no c; it takes a, b");
    // @ts-expect-error -- the parameter is missing
    expectError(() => root.call({}), "call-arguments", "the call of extern function f misses of");
  });
});

test("format strings fit their arguments, arms cover everything once", () => {
  const design = new Design("texts");
  const r = design.reg("r", uint(1));
  design.driver().body((m) => {
    expectError(() => m.log("{", 1), "format", "is never closed");
    expectError(() => m.log("{} {}", r), "format", "takes 2 arguments, but 1 is given");
    expectError(() => m.match(r, [[0, r]]), "arms", "does not cover all values");
    expectError(
      () =>
        m.match(
          r,
          [
            [0, r],
            [0, r],
          ],
          r,
        ),
      "arms",
      "two arms for 0",
    );
    expectError(() => m.match(r, [[[0, 1], r]], r), "arms", "its last arm is never chosen");
    expectError(() => m.select1hot(r, [r, r]), "arms", "2 arms for a selector of 1 bits");
    expectError(() => m.all(), "arms", "m.all has no operands");
  });
  design
    .testbench()
    .body((m) => expectError(() => m.at(0, () => {}), "literal-range", "cycle 0 does not exist"));
});

test("a module has one body", () => {
  const design = new Design("bodies");
  const stage = design.stage("s");
  design.stage("t");
  stage.body(() => {});
  expectError(() => stage.body(() => {}), "body", "s has a body already");
  expectError(() => design.build(), "body", "no body was given to t");
});

test("what only the whole shows is found at the end", () => {
  expectError(() => new Design("empty").build(), "invalid-design", "design empty has no modules");
  const limits = new Design("limits", { cycles: 0 });
  limits.driver().body(() => {});
  expectError(() => limits.build(), "invalid-design", "cycles is 0, but at least 1 is needed");
  const lonely = new Design("lonely");
  lonely.downstream("d").body(() => {});
  expectError(() => lonely.build(), "invalid-design", "downstream d reads no exposed value");
  const loop = new Design("loop");
  const [a, b] = [loop.downstream("a"), loop.downstream("b")];
  const { v } = a.body((m) => ({ v: m.expose("v", m.triggered(b)) }));
  b.body(() => void v.get());
  expectError(() => loop.build(), "invalid-design", "each of these downstreams uses the next: b → a → b");
});

test("a message begins with the place in the generator, where it is known", () => {
  const design = new Design("located", { locate: callerLocation(import.meta.url) });
  expectError(() => design.reg("r", uint(1), 2), "literal-range", "errors.test.ts:");
});
