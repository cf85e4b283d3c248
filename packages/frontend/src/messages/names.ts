import { message } from "@assassyn/diagnostics";
import { explain } from "./explain.js";

/** Messages about names, declarations, imports and what may stand where. */
export const nameMessages = {
  "unknown-name": message<{ name: string }>(
    "error",
    (a) => `unknown name \`${a.name}\``,
    explain(
      "Nothing with this name is declared here, in an enclosing scope or in an imported file.",
      'log("{}", cout)',
      'log("{}", count)',
    ),
  ),
  "unknown-type": message<{ name: string }>(
    "error",
    (a) => `unknown type \`${a.name}\``,
    explain(
      "A type is `u8`, `i32`, `b16` of any width, `uint<N>`, `int<N>`, `bits<N>`, `bool`, a record, or a name declared with `type`.",
      "reg x: byte",
      "type byte = u8\nreg x: byte",
    ),
  ),
  "unknown-member": message<{ name: string; owner: string }>(
    "error",
    (a) => `${a.owner} has no member \`${a.name}\``,
    explain(
      "Behind the dot stands a field of a record, a value, port or register of a module, or a part of a component instance.",
      "packet.hii",
      "packet.hi",
    ),
  ),
  "duplicate-name": message<{ name: string }>(
    "error",
    (a) => `\`${a.name}\` is declared twice`,
    explain(
      "A name stands for one thing in a scope. Statements may shadow an outer name with `let`; declarations may not repeat one.",
      "reg x: u8\nreg x: u16",
      "reg x: u8\nreg y: u16",
    ),
  ),
  "name-collision": message<{ name: string; what: string }>(
    "error",
    (a) => `two ${a.what} are called \`${a.name}\` after elaboration`,
    explain(
      "Instances and parts get flat names: `pe[0, 1]` is `pe_0_1`, part `port` of instance `dcache` is `dcache_port`, register `acc` of module `pe` is `pe_acc`. Two of them came out equal.",
      "reg m_acc: u8\nmodule m() { reg acc: u8 }",
      "reg total: u8\nmodule m() { reg acc: u8 }",
    ),
  ),
  "constant-loop": message<{ path: string }>(
    "error",
    (a) => `the definition depends on itself: ${a.path}`,
    explain(
      "A constant, a type or a component instance needs its own value to be computed.",
      "const A = B + 1\nconst B = A",
      "const A = 1\nconst B = A + 1",
    ),
  ),
  "not-a-value": message<{ what: string }>(
    "error",
    (a) => `${a.what} is not a value`,
    explain(
      "An operand must be a number. Modules, components, functions and types are not.",
      "let x = adder + 1",
      "let x = cnt + 1",
    ),
  ),
  "not-a-type": message<{ what: string }>(
    "error",
    (a) => `${a.what} is not a type`,
    explain("A type was expected here.", "reg x: cnt", "reg x: u8"),
  ),
  "not-callable": message<{ what: string }>(
    "error",
    (a) => `${a.what} cannot be called`,
    explain(
      "Parentheses follow a stage (`adder(a: x)`), a function, a type (`u8(3)`), or `pop` and `push` of a port.",
      "cnt(1)",
      "adder(a: cnt)",
    ),
  ),
  misplaced: message<{ what: string; where: string }>(
    "error",
    (a) => `${a.what} cannot stand ${a.where}`,
    explain(
      "Each declaration and statement has its places: `config` in a system; `take`, `pop` in a stage; `at` in a testbench; a module not inside a function.",
      "driver { at 3 { finish } }",
      "testbench { at 3 { finish } }",
    ),
  ),
  "no-system": message(
    "error",
    () => "the file declares no system",
    explain(
      "The file that is compiled holds the design: one `system`. Other files are brought in by `import`.",
      "reg x: u8",
      "system counter { reg x: u8 driver { x <= x + 1 } }",
    ),
  ),
  "empty-system": message<{ name: string }>(
    "error",
    (a) => `nothing runs in system \`${a.name}\``,
    explain(
      "A system needs a module: a `driver` or a `testbench` begins, stages and downstreams follow.",
      "system counter { reg x: u8 }",
      "system counter { reg x: u8 driver { x <= x + 1 } }",
    ),
  ),
  "second-system": message<{ name: string }>(
    "error",
    (a) => `a second system, \`${a.name}\``,
    explain(
      "A file has at most one system.",
      "system a { driver { } }\nsystem b { driver { } }",
      "system a { driver { } }",
    ),
  ),
  "import-failed": message<{ path: string; reason: string }>(
    "error",
    (a) => `cannot import "${a.path}": ${a.reason}`,
    explain(
      "The path of an import is relative to the file it stands in; paths that begin with `std/` name the standard library.",
      'import "memory.asyn"',
      'import "std/memory.asyn"',
    ),
  ),
  "unknown-config-key": message<{ name: string }>(
    "error",
    (a) => `unknown configuration key \`${a.name}\``,
    explain(
      "The keys are `cycles`, `idle`, `fifo_limit`, `parallel`, `threads` and `log`.",
      "config { cycle: 200 }",
      "config { cycles: 200 }",
    ),
  ),
  "bad-config-value": message<{ name: string; expected: string }>(
    "error",
    (a) => `\`${a.name}\` must be ${a.expected}`,
    explain(
      "Counts are constants, `parallel` is `true` or `false`, `log` is `located`, `json` or `plain`.",
      "config { cycles: 0 }",
      "config { cycles: 200 }",
    ),
  ),
  "generic-count": message<{ what: string; expected: number; found: number }>(
    "error",
    (a) =>
      `${a.what} takes ${a.expected} generic ${a.expected === 1 ? "argument" : "arguments"}, found ${a.found}`,
    explain(
      "Between `<` and `>` stands one argument for each generic parameter.",
      "use m = sram<b32>(…)",
      'use m = sram<b32, 1024, "m.hex">(…)',
    ),
  ),
  "argument-count": message<{ what: string; expected: string; found: number }>(
    "error",
    (a) => `${a.what} takes ${a.expected}, found ${a.found}`,
    explain("A call gives one argument for each parameter.", "clog2(4, 5)", "clog2(4)"),
  ),
  "unknown-argument": message<{ name: string; what: string }>(
    "error",
    (a) => `${a.what} has no parameter \`${a.name}\``,
    explain(
      "The name in front of the colon is that of a port, parameter or input.",
      "adder(x: 1, b: 2)",
      "adder(a: 1, b: 2)",
    ),
  ),
  "missing-argument": message<{ names: string; what: string }>(
    "error",
    (a) => `${a.what} misses ${a.names}`,
    explain(
      "A call gives every port, parameter or input a value, and a record literal every field. One port alone is fed with `m.a.push(x)`, a credit alone with `call m`.",
      "adder(a: 1)",
      "adder(a: 1, b: 2)",
    ),
  ),
  "repeated-argument": message<{ name: string }>(
    "error",
    (a) => `\`${a.name}\` is given twice`,
    explain("Each port, parameter, input and field is given once.", "adder(a: 1, a: 2)", "adder(a: 1, b: 2)"),
  ),
  "unnamed-argument": message<{ what: string }>(
    "error",
    (a) => `an argument of ${a.what} needs a name`,
    explain("Arguments of stages and components are named.", "adder(1, 2)", "adder(a: 1, b: 2)"),
  ),
  "cannot-infer": message<{ name: string; what: string }>(
    "error",
    (a) => `cannot infer \`${a.name}\` of ${a.what}`,
    explain(
      "A generic parameter of a function is found from the argument whose type mentions it directly, as in `a: uint<N>` or `a: T`; a literal has no type.",
      "fn twice<N>(a: uint<N>) -> uint<N> { a + a }\nlet x = twice(3)",
      "let x = twice(u8(3))",
    ),
  ),
  "recursion-limit": message<{ what: string; limit: number }>(
    "error",
    (a) => `${a.what} nests deeper than ${a.limit} levels`,
    explain(
      "Functions are inlined and components expanded at compile time, so recursion must end by a compile-time `if`.",
      "fn f(x: u8) -> u8 { f(x) }",
      "fn f<N>(x: bits<N>) -> b1 {\n  if N == 1 { x } else { x[0] ^ f(x[N - 1:1]) }\n}",
    ),
  ),
  "too-deep": message(
    "error",
    () => "the design nests too deeply here",
    explain(
      "Expressions, blocks or chains of downstreams nest so deeply that the compiler gives up. Name parts with `let`; declare a downstream behind the downstreams it reads.",
      "(((((((((… x …)))))))))",
      "let y = x",
    ),
  ),
  "statement-limit": message<{ limit: number }>(
    "error",
    (a) => `the design elaborates to more than ${a.limit} statements`,
    explain(
      "Loops, index ranges, functions and components expand at compile time; together they made too many statements. A declaration counts as 40.",
      "for i in 0..100000000 { … }",
      "for i in 0..1000 { … }",
    ),
  ),
};
