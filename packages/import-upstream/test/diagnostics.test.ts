import { expect, test } from "vitest";
import { driverOf, dumpOf, importText, marked } from "./support.js";

const driver = (...lines: readonly string[]): string[] =>
  marked(importText(driverOf(lines, ["r = [u8; 2]"])));
const ONE = "// meta cond (1:b1)";

test.each([
  ["a missing word", ["x = r[(0:u1)", "y = r[(1:u1)]"], ["import/unexpected-token"]],
  [
    "two mistakes",
    ["x = = r", "y = r[(1:u1)]", "z ="],
    ["import/unexpected-token =", "import/unexpected-token"],
  ],
  ["a character", ["x = r[(0:u1)] @"], ["import/invalid-character @"]],
  ["a type", ["x = zext (1:u8) to u0"], ["import/invalid-type u0"]],
  ["an unknown value", ["y = x + (1:u8)"], ["import/unknown-name x"]],
  ["an unknown array", ["y = q[(0:u1)]"], ["import/unknown-name q"]],
  ["an unknown port", [`Driver.a.push((1:u8)) // handle = h ${ONE}`], ["import/unknown-name Driver.a"]],
  ["a bind that is a value", ["b = Driver.bind([])", "x = b + (1:u8)"], ["import/not-a-value b"]],
  [
    "a value of a condition behind it",
    ["c = (1:b1) & (1:b1)", "if c { // PUSH_CONDITION", "x = r[(0:u1)]", "} // POP_CONDITION", "y = x + x"],
    ["import/not-visible x"],
  ],
  ["a value before its definition", ["y = x + (1:u8)", "x = r[(0:u1)]"], ["import/not-visible x"]],
  ["a wide condition", ["x = r[(0:u1)]", "side effect intrinsic.assert({'x'})"], ["import/width-mismatch x"]],
  ["a call of the driver", ["b = Driver.bind([])", `async_call b ${ONE}`], ["import/wrong-place b"]],
  ["a format", [`log('{:q}', (1:u8)) ${ONE}`], ["import/invalid-format '{:q}'"]],
  ["too few arguments", [`log('{} {}', (1:u8)) ${ONE}`], ["import/invalid-format '{} {}'"]],
  ["an escape", [`log('\\q') ${ONE}`], ["import/invalid-string '\\q'"]],
  ["a slice backwards", ["x = r[(0:u1)]", "y = x[(3:u2):(1:u2)]"], ["import/slice-order (3:u2):(1:u2)"]],
])("%s", (_, lines, expected) => {
  expect(driver(...lines)).toEqual(expected);
});

test("names of arrays, modules and ports are unique", () => {
  const text = dumpOf(
    "  r = [u8; 2];",
    "  r = [u8; 2];",
    "  A = module A {",
    "    p: Port<u8>",
    "    p: Port<u8>",
    "  } {",
    "  }",
    "  A = module A {",
    "  }",
  );
  expect(marked(importText(text))).toEqual([
    "import/duplicate-name r",
    "import/duplicate-name p",
    "import/duplicate-name A",
  ]);
});

test("a stage cannot read what another one computes in the same cycle", () => {
  const text = dumpOf(
    "  A = module A {",
    "    x = (1:u8) + (2:u8)",
    "  }",
    "  Driver = module Driver {",
    `    log('{}', x) ${ONE}`,
    "  }",
  );
  expect(marked(importText(text))).toEqual(["import/stage-reads-value x"]);
});

const withTwoOwners = (comment: string): string =>
  dumpOf(
    "  A = module A {",
    "    x = (1:u8) + (2:u8)",
    "  }",
    "  Driver = module Driver {",
    "    x = (3:u8) + (4:u8)",
    "  }",
    comment,
    "  #[downstream]",
    "  D = module D {",
    `    log('{}', x) ${ONE}`,
    "  }",
  );

test("a value of several modules is found by the comments, or ambiguous", () => {
  expect(marked(importText(withTwoOwners("")))).toEqual(["import/ambiguous-value x"]);
  const found = importText(withTwoOwners("  // External: x = (3:u8) + (4:u8)"));
  expect(marked(found)).toEqual([]);
  expect(found.design?.moduleByName.get("D")?.foreign.get("x")?.module).toBe(1);
});

const downstream = (name: string, other: string): string =>
  `  #[downstream]\n  ${name} = module ${name} {\n    ${name}v = ${other}v + (1:u8)\n  }`;

test("downstreams that use each other in a loop are refused", () => {
  expect(marked(importText(dumpOf(downstream("A", "B"), downstream("B", "A"))))).toContain(
    "import/downstream-loop A",
  );
});

test("what the front end lets pass is warned about", () => {
  const lines = ["x = r[(300:u8)]", "y = x[(4:u3):(9:u4)]", `r[(0:u1)] <= (1:u16) /* Driver */ ${ONE}`];
  const metadata = { sim_threshold: 1, arrays: { r: { init: [300] } } };
  expect(marked(importText(driverOf(lines, ["r = [u8; 2]"]), metadata), "warning")).toEqual([
    "import/constant-range (300:u8)",
    "import/slice-range (4:u3):(9:u4)",
    "import/width-adjusted (1:u16)",
    'import/constant-range {"init":[300]}',
  ]);
});
