import { message } from "@assassyn/diagnostics";
import { explain } from "./explain.js";

/** Messages about stages, FIFOs, downstreams and registers. */
export const stageMessages = {
  "port-as-value": message<{ name: string }>(
    "error",
    (a) => `port \`${a.name}\` is a FIFO, not a value`,
    explain(
      "`take a` waits for an element and pops it; `a.peek` looks at it; `a.pop()` removes it.",
      'module m(a: u8) { log("{}", a) }',
      'module m(a: u8) { take a; log("{}", a) }',
    ),
  ),
  "not-a-port": message<{ name: string }>(
    "error",
    (a) => `\`${a.name}\` is not a port of this stage`,
    explain("`take` names ports of the stage it stands in, each once.", "take cnt", "take a, b"),
  ),
  "not-a-stage": message<{ name: string; kind: string }>(
    "error",
    (a) => `\`${a.name}\` is a ${a.kind}, and only stages are called`,
    explain(
      "Driver and testbench run every cycle by themselves, downstreams when a module they read was triggered.",
      "call Driver",
      "call adder",
    ),
  ),
  "value-in-stage": message<{ text: string; kind: string }>(
    "error",
    (a) => `\`${a.text}\` can only be read in a downstream, not in a ${a.kind}`,
    explain(
      "Values that another module bound in this cycle, and whether it was triggered, would depend on the order of execution.",
      'driver { log("{}", adder.c) }',
      'downstream watch { log("{}", adder.c ?? 0) }',
    ),
  ),
  "fifo-elsewhere": message<{ text: string; pop?: boolean }>(
    "error",
    (a) =>
      `\`${a.text}\` belongs to another module: ${a.pop === true ? "only its stage can pop it" : "only a downstream can look at it"}`,
    explain(
      "A stage looks at its own FIFOs, `p.valid`, `p.peek`, and pops them. A downstream looks at any: `fifo(m.p).valid`.",
      "driver { when fifo(m.a).valid { … } }",
      "downstream watch { let v = m.c ?? 0; when fifo(m.a).valid { … } }",
    ),
  ),
  "unknown-value": message<{ name: string; module: string }>(
    "error",
    (a) => `module \`${a.module}\` binds no value \`${a.name}\``,
    explain(
      "`m.v` is the value that `let` or `take` binds to `v` in module m.",
      'module m(a: u8) { take a }\ndownstream d { log("{}", m.sum) }',
      'module m(a: u8) { take a; let sum = a + 1 }\ndownstream d { log("{}", m.sum) }',
    ),
  ),
  "ambiguous-value": message<{ name: string; module: string }>(
    "error",
    (a) =>
      `module \`${a.module}\` binds \`${a.name}\` more than once, so \`${a.module}.${a.name}\` is ambiguous`,
    explain(
      "A value that others read has one definition.",
      "when c { let v = 1 } else { let v = 2 }",
      "let v = c ? u8(1) : 2",
    ),
  ),
  "exposed-untyped": message<{ name: string; module: string }>(
    "error",
    (a) => `\`${a.name}\` of module \`${a.module}\` is an untyped constant and cannot be read from here`,
    explain("A value that others read has a type.", "let v = 5", "let v: u8 = 5"),
  ),
  "not-optional": message(
    "error",
    () => "`??` and `.valid` need a value of another module, `m.v`",
    explain(
      "Only a value read from another module can be absent.",
      "let x = cnt ?? 0",
      "let x = adder.c ?? 0",
    ),
  ),
  "downstream-loop": message<{ path: string }>(
    "error",
    (a) => `downstreams use each other in a loop: ${a.path}`,
    explain(
      "Downstreams run in the order of use within one cycle, so that order must exist. A register breaks the loop.",
      "downstream a { let x = b.y ?? 0 … }\ndownstream b { let y = a.x ?? 0 … }",
      "reg y: u8\ndownstream a { let x = y … }\ndownstream b { y <= a.x ?? 0 }",
    ),
  ),
  "downstream-without-value": message<{ name: string }>(
    "error",
    (a) => `downstream \`${a.name}\` reads no value of another module, so it would never run`,
    explain(
      "A downstream runs when a module whose value it names was triggered. `m.triggered` alone does not activate it.",
      "downstream d { when m.triggered { … } }",
      "downstream d { let v = m.v ?? 0 … }",
    ),
  ),
  "written-twice": message<{ name: string }>(
    "error",
    (a) => `\`${a.name}\` is written twice in one cycle`,
    explain(
      "A module writes a register, or an array at whatever index, once a cycle; a second write faults.",
      "x <= 1\nx <= 2",
      "x <= c ? 1 : 2",
    ),
  ),
  "pushed-twice": message<{ name: string }>(
    "error",
    (a) => `FIFO \`${a.name}\` is pushed twice in one cycle`,
    explain(
      "A FIFO takes one element a cycle; a second push faults.",
      "adder(a: 1, b: 2)\nadder(a: 3, b: 4)",
      "when c { adder(a: 1, b: 2) } else { adder(a: 3, b: 4) }",
    ),
  ),
  "popped-twice": message<{ name: string }>(
    "error",
    (a) => `FIFO \`${a.name}\` is popped twice in one cycle`,
    explain(
      "A FIFO gives one element a cycle; a second pop faults.",
      "let x = a.pop()\nlet y = a.pop()",
      "let x = a.pop()",
    ),
  ),
  "two-pushers": message<{ name: string; first: string; second: string }>(
    "warning",
    (a) => `\`${a.first}\` and \`${a.second}\` both push FIFO \`${a.name}\` unconditionally`,
    explain(
      "If both run in one cycle, the second push faults.",
      "driver A { m.a.push(1) }\ndriver B { m.a.push(2) }",
      "driver A { when even { m.a.push(1) } }\ndriver B { when !even { m.a.push(2) } }",
    ),
  ),
  "at-zero": message(
    "warning",
    () => "the first cycle is cycle 1, so what stands here never runs",
    explain(
      "Cycles are counted from 1; what registers hold before is said by their initial values.",
      'testbench { at 0 { log("start") } }',
      'testbench { at 1 { log("start") } }',
    ),
  ),
  "never-called": message<{ name: string }>(
    "warning",
    (a) => `nobody calls stage \`${a.name}\`, so it never runs`,
    explain(
      "A stage runs when it has a credit: each call adds one.",
      "module m(a: u8) { … }\ndriver { m.a.push(1) }",
      "driver { m(a: 1) }",
    ),
  ),
  "never-popped": message<{ name: string; module: string }>(
    "warning",
    (a) => `port \`${a.name}\` of stage \`${a.module}\` is never popped`,
    explain(
      "Elements pile up until the FIFO is full, which is a fault.",
      'module m(a: u8) { log("{}", a.peek) }',
      'module m(a: u8) { take a; log("{}", a) }',
    ),
  ),
  "bad-target": message<{ what: string }>(
    "error",
    (a) => `${a.what} cannot be assigned`,
    explain(
      "`<=` writes a register or an element of an array, whole. `let` names a value; a port is fed with `push`.",
      "x[3:0] <= 5",
      "x <= cat(x[7:4], u4(5))",
    ),
  ),
  "memory-file": message<{ path: string; reason: string }>(
    "error",
    (a) => `memory file "${a.path}": ${a.reason}`,
    explain(
      "A memory file holds hexadecimal words separated by blanks, as $readmemh reads them: `@addr` sets the position, `_` may stand between digits, `//` starts a comment. It must exist, fit the array, and each word must fit an element.",
      'reg rom: [b8; 2] = file("three-words.hex")',
      'reg rom: [b8; 4] = file("three-words.hex")',
    ),
  ),
  "initial-length": message<{ size: number; found: number }>(
    "error",
    (a) => `the register has ${a.size} ${a.size === 1 ? "element" : "elements"}, but ${a.found} are given`,
    explain(
      "A list of initial values is not longer than the array; elements behind it start as zero.",
      "reg x: [u8; 2] = [1, 2, 3]",
      "reg x: [u8; 3] = [1, 2, 3]",
    ),
  ),
  "initial-kind": message<{ expected: string }>(
    "error",
    (a) => `the initial value must be ${a.expected}`,
    explain(
      'A register starts with a constant; an array with a list, `fill(value)` or `file("path")`.',
      "reg rf: [u8; 4] = 1",
      "reg rf: [u8; 4] = fill(1)",
    ),
  ),
};
