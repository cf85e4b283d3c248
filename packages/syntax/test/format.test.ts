import * as fc from "fast-check";
import { expect, test } from "vitest";
import { format, parse } from "../src/index.js";
import { TokenSource } from "../src/token-source.js";
import { Reporter } from "../src/reporter.js";
import { EVERYTHING } from "./everything.js";
import { accept, withoutSpans } from "./support.js";

/** Checks all that is promised of the formatter for one well-formed text, and returns its result. */
function checkFormat(text: string): string {
  const before = accept(text);
  const { text: formatted, diagnostics } = format(text);
  expect(diagnostics).toEqual([]);
  const after = accept(formatted);
  expect(withoutSpans(after.items)).toEqual(withoutSpans(before.items));
  expect(after.comments.map((comment) => comment.text)).toEqual(
    before.comments.map((comment) => comment.text),
  );
  expect(format(formatted).text).toBe(formatted);
  expect(formatted).not.toMatch(/[ \t]$/m);
  expect(formatted).not.toMatch(/\n\n\n/);
  expect(formatted === "" || /[^\n]\n$/.test(formatted)).toBe(true);
  return formatted;
}

test.each([
  ["", ""],
  ["\n\n  \n", ""],
  ["// only\n\n\n\n  // this", "// only\n\n// this\n"],
  ["reg  x:u8=3", "reg x: u8 = 3\n"],
  ["reg x:[u8;4]=[1,2 ,3]", "reg x: [u8; 4] = [1, 2, 3]\n"],
  ["reg x : uint < N+1 >", "reg x: uint<N + 1>\n"],
  ["reg x: uint<uint<8>>=3", "reg x: uint<uint<8>> = 3\n"],
  ["type T=record{a:u8,b:u9}", "type T = record { a: u8, b: u9 }\n"],
  ["type T = record {\na:u8\nb:u9}", "type T = record {\n  a: u8\n  b: u9\n}\n"],
  ["config{a:1,b:2}", "config { a: 1, b: 2 }\n"],
  ["config { }", "config {}\n"],
  ["driver{\n}", "driver {}\n"],
  ["driver{a<=b<c}", "driver { a <= b < c }\n"],
  ["driver {a<=1;b<=2}", "driver { a <= 1; b <= 2 }\n"],
  ["driver {\na<=1;b<=2;}", "driver {\n  a <= 1\n  b <= 2\n}\n"],
  ["driver { when a{x<=1}else{x<=2} }", "driver {\n  when a { x <= 1 } else { x <= 2 }\n}\n"],
  [
    "driver { when a{x<=1}\n\n\nelse{\nx<=2} }",
    "driver {\n  when a {\n    x <= 1\n  } else {\n    x <= 2\n  }\n}\n",
  ],
  ['driver{when c{f(x:3)}  log("x")}', 'driver {\n  when c { f(x: 3) }\n  log("x")\n}\n'],
  ["driver{x<=1;when c{f(x:3)}}", "driver {\n  x <= 1\n  when c { f(x: 3) }\n}\n"],
  ["driver {\n\n\n  a <= 1\n\n\n\n  b <= 2\n\n}", "driver {\n  a <= 1\n\n  b <= 2\n}\n"],
  ["module m[i in 0 .. N](a:u8 depth 4){take a}", "module m[i in 0..N](a: u8 depth 4) { take a }\n"],
  ["fn f<N,T:type>(a:uint<N>)->T{a}", "fn f<N, T: type>(a: uint<N>) -> T { a }\n"],
  ["use d=c<b32,4>(a:x . y)", "use d = c<b32, 4>(a: x.y)\n"],
  ["extern module d(a:u8)->(p:u9)latency 3", "extern module d(a: u8) -> (p: u9) latency 3\n"],
  ["driver {\nlet x=-a- -b*!c[7 : 0]+(d?e:f)\n}", "driver {\n  let x = -a - -b * !c[7:0] + (d ? e : f)\n}\n"],
  ["driver {\nlet x=max<8>(a,b)<c>>2\n}", "driver {\n  let x = max<8>(a, b) < c >> 2\n}\n"],
  ["driver {\nlet x=match a{0|1=>b,_=>c}\n}", "driver {\n  let x = match a { 0 | 1 => b, _ => c }\n}\n"],
  [
    "driver {\nlet x=fold ( i in 0..8,acc=0 )acc+i\n}",
    "driver {\n  let x = fold(i in 0..8, acc = 0) acc + i\n}\n",
  ],
  ['driver {\nlog ( "{}",a )\nassert  a==b ,"no"\n}', 'driver {\n  log("{}", a)\n  assert a == b, "no"\n}\n'],
  [
    "driver {\nlet x=fold(i in 0..8,acc=0)(acc|i)\n}",
    "driver {\n  let x = fold(i in 0..8, acc = 0) (acc | i)\n}\n",
  ],
  ["module m(a:u8 depth(N)){}", "module m(a: u8 depth (N)) {}\n"],
  ["extern module d(a:u8)->(p:u9)latency(N)", "extern module d(a: u8) -> (p: u9) latency (N)\n"],
  ["reg r#in:u8", "reg r#in: u8\n"],
  ["\uFEFFreg x: u8\r\n\r\n\r\nreg y: u8\r\n", "reg x: u8\n\nreg y: u8\n"],
])("%j", (text, formatted) => {
  expect(checkFormat(text)).toBe(formatted);
});

test("a whole file", async () => {
  await expect(checkFormat(EVERYTHING)).toMatchFileSnapshot("everything.expect.asyn");
});

test("long lines break at the outermost brackets, and before the loosest operators but -, which ends its line", () => {
  const long = "a_name_of_some_length_that_is_long";
  expect(
    checkFormat(`driver {
  adder(a: ${long}, b: f(${long}, 1), c: ${long})
  let x = ${long} * 2 + ${long} - ${long} * 3 + 1
  when ${long} == 1 && ${long} == 2 || ${long} == 3 { x <= 1 }
  let y = ${long} ? ${long} : ${long} ?? 1
  take ${long}, ${long}, ${long}
}`),
  ).toBe(`driver {
  adder(
    a: ${long},
    b: f(${long}, 1),
    c: ${long}
  )
  let x = ${long} * 2
    + ${long} -
    ${long} * 3
    + 1
  when ${long} == 1 && ${long} == 2
    || ${long} == 3 {
    x <= 1
  }
  let y = ${long}
    ? ${long}
    : ${long} ?? 1
  take ${long},
    ${long},
    ${long}
}
`);
});

test("no line that can be broken is longer than a hundred columns", () => {
  const text = checkFormat(
    EVERYTHING.replaceAll(
      /\b(?:cnt|west|north|acc|row|col|data|addr|lane|gt)\b/g,
      "$&_with_a_rather_long_name",
    ),
  );
  const tooLong = text.split("\n").filter((line) => line.replace(/\s*\/\/.*/, "").length > 100);
  expect(tooLong).toEqual([]);
});

test("comments stay at the things they belong to", () => {
  expect(
    checkFormat(`driver { // the driver
// above a
a <= f( // open
x, // first
   // own line
y // last
) // behind


    // before the end
}  // end
// after`),
  ).toBe(`driver {                                // the driver
  // above a
  a <= f(                               // open
    x,                                  // first
    // own line
    y                                   // last
  )                                     // behind

  // before the end
}                                       // end
// after
`);
});

test("comments of adjacent lines begin in one column: 40, or further on for longer code, but not for code that ends behind column 55", () => {
  const long = "a_rather_long_name_of_a_register";
  expect(
    checkFormat(`driver { // the driver
  x <= 1 // one

  x <= 22 // another run
  ${long} <= 4000 // moves it
  x <= 1

  ${long} <= 1234567890123456789 // ends in column 57
  x <= 3 // is not moved by it
}`),
  ).toBe(`driver {                                // the driver
  x <= 1                                // one

  x <= 22                                       // another run
  ${long} <= 4000      // moves it
  x <= 1

  ${long} <= 1234567890123456789 // ends in column 57
  x <= 3                                // is not moved by it
}
`);
});

test("`=`, `<=` and `=>` of adjacent lines are aligned where the author began to, unless a line gets too long", () => {
  expect(
    checkFormat(`const A   = 1
const LONG = 2
const MIDDLE = 3 // three
const BEHIND_A_COMMENT = 4

const B  = 1
const C = 2 // not widened: both are as long
const DD = 3
driver {
  a   <= 1
  bc <= 2
  let d =  3
  let e   = match f {
    0  => 1
    1 | 2 => 3, _ => 4
  }
  when a { f  <= 1 }
  let g  = 1
  let ${"h".repeat(93)} = g
}`),
  ).toBe(`const A                = 1
const LONG             = 2
const MIDDLE           = 3              // three
const BEHIND_A_COMMENT = 4

const B  = 1
const C  = 2                            // not widened: both are as long
const DD = 3
driver {
  a  <= 1
  bc <= 2
  let d = 3
  let e = match f {
    0     => 1
    1 | 2 => 3,
    _     => 4
  }
  when a { f <= 1 }
  let g = 1
  let ${"h".repeat(93)} = g
}
`);
});

test("in parentheses and square brackets the author's line breaks stay, and rows that are too long are filled", () => {
  const long = "a_name_of_some_length_that_is_long";
  expect(
    checkFormat(`reg m: [u8; 4] = [
  1, 2, // first row
  3, 4
]
driver {
  log("{} {} {}", a,
         b, ${long}, ${long}, ${long})
  f(
  a, b)
  load(a, step: Step {
    a: 1
  })
  load(${long}, ${long}, ${long}: Step {
    a: 1
  })
  ${long}[0, 1](a: ${long}, b: ${long}, c: 1)
}`),
  ).toBe(`reg m: [u8; 4] = [
  1, 2,                                 // first row
  3, 4
]
driver {
  log("{} {} {}", a,
    b, ${long}, ${long},
    ${long})
  f(
    a, b
  )
  load(a, step: Step {
    a: 1
  })
  load(
    ${long},
    ${long},
    ${long}: Step {
      a: 1
    }
  )
  ${long}[0, 1](
    a: ${long},
    b: ${long},
    c: 1
  )
}
`);
});

test("bodies that were on one line stay there if they fit and hold no more than one other block", () => {
  const long = "a_name_of_some_length_that_is_long";
  expect(
    checkFormat(`driver {
  when a { x <= 1; y <= 2 }
  if A { when b { finish } }
  if A { x <= 1; when b { finish } }
  when a { when b { x <= 1 } else { x <= 2 } }
  when a { log("{} {}", ${long}, ${long}) } // not counted
  when a { log("{} {} {}", ${long}, ${long}, 1) }
}`),
  ).toBe(`driver {
  when a { x <= 1; y <= 2 }
  if A { when b { finish } }
  if A {
    x <= 1
    when b { finish }
  }
  when a {
    when b { x <= 1 } else { x <= 2 }
  }
  when a { log("{} {}", ${long}, ${long}) } // not counted
  when a {
    log("{} {} {}", ${long}, ${long}, 1)
  }
}
`);
});

test("a file with errors is not formatted", () => {
  const text = "reg  x: u8\nlet y = 3\n";
  const result = format(text);
  expect(result.text).toBe(text);
  expect(result.diagnostics.map(({ code }) => code)).toEqual(["syntax/statement-outside-body"]);
});

test("blanks, line breaks and comments anywhere: formatting keeps tree and comments and does nothing twice", () => {
  const source = new TokenSource(EVERYTHING, 0, new Reporter());
  const places = new Set<number>();
  for (let piece = source.next(); piece !== undefined; piece = source.next()) {
    for (const token of piece)
      if (token.image !== "\n") places.add(token.startOffset).add(token.startOffset + token.image.length);
  }
  const insertion = fc.record({
    at: fc.constantFrom(...places),
    text: fc.constantFrom(
      "\n",
      "\n\n\n",
      "  ",
      ";",
      " // behind\n",
      "\n// own\n",
      "\n\n// own\n\n",
      "\n// a\n\n// b\n",
      " //x\n//y\n",
      "   ",
      " // behind\n\n",
    ),
  });
  let checked = 0;
  fc.assert(
    fc.property(fc.array(insertion, { minLength: 1, maxLength: 3 }), fc.boolean(), (insertions, long) => {
      let text = EVERYTHING;
      for (const { at, text: inserted } of insertions.toSorted((a, b) => b.at - a.at))
        text = text.slice(0, at) + inserted + text.slice(at);
      if (long) text = text.replaceAll(/\b(?:cnt|west|north|acc)\b/g, "$&_with_a_rather_long_name");
      if (parse(text, 0).diagnostics.length > 0) return;
      checked += 1;
      checkFormat(text);
    }),
    { numRuns: 80 },
  );
  expect(checked).toBeGreaterThan(15);
});

test("one-line bodies of several statements, with and without ends of lines between them", () => {
  const simple = fc.constantFrom(
    'log("x")',
    "f(x: 3)",
    "x <= !x",
    "let a = match b { 0 => 1, _ => 2 }",
    "take a, b",
  );
  const { statements } = fc.letrec<{ statement: string; statements: string }>((tie) => ({
    statement: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      simple,
      tie("statements").map((body) => `when c { ${body} }`),
      fc.tuple(tie("statements"), tie("statements")).map(([a, b]) => `if A {${a}} else {${b}}`),
    ),
    statements: fc
      .array(fc.tuple(tie("statement"), fc.constantFrom(";", " ; ", " ", "  ", "\n", " // c\n", ";\n\n")), {
        maxLength: 3,
      })
      .map((pieces) => pieces.flat().join("")),
  }));
  let checked = 0;
  fc.assert(
    fc.property(statements, (body) => {
      const text = `driver { ${body} }`;
      // Only a block may be followed by a statement on its line.
      if (parse(text, 0).diagnostics.length > 0) return;
      checked += 1;
      checkFormat(text);
    }),
    { numRuns: 500 },
  );
  expect(checked).toBeGreaterThan(100);
});

test("the deepest nesting that parses can be formatted", () => {
  checkFormat(
    `driver {\nlet x = ${"(".repeat(120)}1${")".repeat(120)}\n${"when a {".repeat(120)}${"}".repeat(120)}\n}`,
  );
});
