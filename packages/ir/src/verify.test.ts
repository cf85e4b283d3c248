import { expect, test } from "vitest";
import { parseSystem, verify } from "./index.js";

/** A driver, a stage and a downstream around the given lines. */
function check(parts: {
  driver?: string;
  stage?: string;
  downstream?: string;
  declarations?: string;
}): string[] {
  const text = `ir 1
system test {
  file "test.asyn"
  reg r: [u8; 4]
  extern f(a: u8) -> (c: u8)
  ${parts.declarations ?? ""}
  module stage {
    port p: u8
    port q: u8 depth 2
    exposes x: u8
    ${parts.stage ?? ""}
  }
  driver Driver {
    ${parts.driver ?? ""}
  }
  downstream down {
    exposes y: u8
    ${parts.downstream ?? ""}
  }
}`;
  const { system, diagnostics } = parseSystem(text);
  if (system === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
  return verify(system).map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`);
}

const AT = "(test.asyn:1:1)";

test.each([
  [
    "%0: u8 = 256",
    "ir/result-type: module Driver, %0 (test.asyn:1:1): the constant 256 is not a pattern of 8 bits",
  ],
  ["%0: b8 = !%1\n%1: b8 = 1", `ir/dominance: module Driver, %0 ${AT}: it uses %1, which comes later`],
  ["%0: b8 = !%7", `ir/reference: module Driver, %0 ${AT}: it uses %7, which was deleted or never existed`],
  [
    "%0: b1 = 1\n%1 when %0 {\n%2: b8 = 1\n}\n%3: b8 = !%2",
    `ir/dominance: module Driver, %3 ${AT}: it uses %2, whose region does not enclose this one`,
  ],
  [
    "%0: b1 = 1\n%1: b8 = when %0 {\n%2: b8 = !%1\nyield %2\n} else {\n%3: b8 = 1\nyield %3\n}",
    `ir/dominance: module Driver, %2 ${AT}: it uses %1, whose region does not enclose this one`,
  ],
  ["%0 finish\n%1: b8 = !%0", `ir/no-value: module Driver, %1 ${AT}: it uses %0, which has no result`],
  [
    "%0: b1 = 1\n%1: b1 = when %0 {\n} else {\nyield %0\n}",
    `ir/no-value: module Driver, %1 ${AT}: its then arm has no result`,
  ],
  [
    "%0: b1 = 1\n%1 when %0 {\nyield %0\n}",
    `ir/no-value: module Driver, %1 ${AT}: its then arm has a result, but the operation has none`,
  ],
  ["%0: b1 = 1\nyield %0", `ir/no-value: module Driver ${AT}: only the arms of an \`if\` have a result`],
  ["detached {\n%0 finish\n}", `ir/placement: module Driver, %0 ${AT}: it stands in no region`],
  [
    "%0: u8 = 1\n%1: u4 = 1\n%2: u4 = %0 + %1",
    `ir/result-type: module Driver, %2 ${AT}: its type is u4, but must be u8`,
  ],
  ["%0: u8 = 1\n%1: u8 = %0 & %0", `ir/result-type: module Driver, %1 ${AT}: its type is u8, but must be b8`],
  [
    "%0: u8 = 1\n%1: u9 = %0 * %0",
    `ir/result-type: module Driver, %1 ${AT}: its type is u9, but must be u16`,
  ],
  ["%0: u8 = 1\n%1: b4 = %0[8:5]", `ir/width-mismatch: module Driver, %1 ${AT}: bits 8:5 are outside u8`],
  [
    "%0: u8 = 1\n%1: b3 = %0[7:5]\n%2: b4 = %0[7:5]",
    `ir/result-type: module Driver, %2 ${AT}: its type is b4, but must be b3`,
  ],
  ["%0: b8 = cat()", `ir/result-type: module Driver, %0 ${AT}: it has no operands`],
  [
    "%0: u8 = 1\n%1: b17 = cat(%0, %0)",
    `ir/result-type: module Driver, %1 ${AT}: its type is b17, but must be b16`,
  ],
  [
    "%0: u8 = 1\n%1: u8 = %0 ? %0 : %0",
    `ir/width-mismatch: module Driver, %1 ${AT}: the condition has 8 bits where 1 are needed`,
  ],
  [
    "%0: b1 = 1\n%1: u2 = 1\n%2: b1 = %0 ? %1 : %0",
    `ir/width-mismatch: module Driver, %2 ${AT}: the first arm has 2 bits where 1 are needed`,
  ],
  [
    "%0: b2 = 1\n%1: b2 = select1hot(%0, %0)",
    `ir/width-mismatch: module Driver, %1 ${AT}: it has 1 arms for a selector of 2 bits`,
  ],
  ["%0: u64 = cycle()", `ir/result-type: module Driver, %0 ${AT}: its type is u64, but must be b64`],
  ["%0: b2 = 1\n%1: b8 = r[%0]", `ir/result-type: module Driver, %1 ${AT}: its type is b8, but must be u8`],
  [
    "%0: b2 = 1\n%1 r[%0] <= %0",
    `ir/width-mismatch: module Driver, %1 ${AT}: the written value has 2 bits where 8 are needed`,
  ],
  [
    "%0: b2 = 1\n%1 #9[%0] <= %0",
    `ir/reference: module Driver, %1 ${AT}: register #9 was deleted or never existed`,
  ],
  [
    "%0: b2 = 1\n%1 stage.p.push(%0)",
    `ir/width-mismatch: module Driver, %1 ${AT}: the pushed value has 2 bits where 8 are needed`,
  ],
  [
    "%0: b8 = 1\n%1 stage.#2.push(%0)",
    `ir/reference: module Driver, %1 ${AT}: there is no port #2 of module stage`,
  ],
  ["%0 call Driver", `ir/kind: module Driver, %0 ${AT}: Driver is a driver, and only stages can be called`],
  ["%0 call down", `ir/kind: module Driver, %0 ${AT}: down is a downstream, and only stages can be called`],
  ["%0: u8 = pop(#0)", `ir/kind: module Driver, %0 ${AT}: a driver cannot pop`],
  [
    "%0: b1 = fifo(stage.p).valid",
    `ir/kind: module Driver, %0 ${AT}: only a downstream looks at the FIFO of another module`,
  ],
  [
    "%0: u8 = exposed(stage.x)",
    `ir/kind: module Driver, %0 ${AT}: only a downstream reads values of another module's cycle`,
  ],
  [
    '%0: b8 = 1\n%1 log("{} {}", %0)',
    `ir/log-arguments: module Driver, %1 ${AT}: its format does not use exactly its 1 arguments`,
  ],
  [
    '%0: b8 = 1\n%1 log("{}", %0, %0)',
    `ir/log-arguments: module Driver, %1 ${AT}: its format does not use exactly its 2 arguments`,
  ],
  [
    "%0: b8 = 1\n%1: b9 = extern f(%0)",
    `ir/result-type: module Driver, %1 ${AT}: its type is b9, but the results have 8 bits`,
  ],
  ["%0: b8 = extern f()", `ir/width-mismatch: module Driver, %0 ${AT}: f has 1 parameters, given 0`],
  ["%0: b8 = 1 @3:1:1", "ir/reference: module Driver, %0: its location 3:1:1 is in none of the 1 files"],
])("driver: %j", (driver, message) => {
  expect(check({ driver })).toEqual([message]);
});

test("the same slot cannot be exposed twice, nor in another width", () => {
  expect(check({ stage: "%0: b8 = 1\n%1 expose x = %0\n%2 expose x = %0" })).toEqual([
    `ir/placement: module stage, %2 ${AT}: x is exposed by %1 already`,
  ]);
  expect(check({ stage: "%0: b7 = 1\n%1 expose x = %0" })).toEqual([
    `ir/width-mismatch: module stage, %1 ${AT}: the exposed value has 7 bits where 8 are needed`,
  ]);
});

test("a downstream cannot wait or pop, and cannot use itself", () => {
  expect(
    check({
      downstream:
        "%0: b1 = exposed(stage.x).valid\n%1 wait_until %0\n%2: u8 = pop(#0)\n%3: u8 = exposed(stage.x)",
    }),
  ).toEqual([
    `ir/kind: module down, %1 ${AT}: a downstream cannot wait`,
    `ir/kind: module down, %2 ${AT}: a downstream cannot pop`,
  ]);
  expect(check({ downstream: "%0: b1 = exposed(down.y).valid" })).toEqual([
    "ir/downstream-loop: system: each of these downstreams uses the next: down → down",
  ]);
});

test("declarations are checked", () => {
  expect(
    check({
      declarations:
        "reg r: u8\nreg big: [u8; 2] = [1, 2, 3]\nreg wide: [u4; 2] = [16] fill 99\nreg none: [u8; 0]\nconfig { idle: 0 }\nmodule stage {\n}",
    }),
  ).toEqual([
    "ir/declaration: config: idle is 0, but at least 1 is needed",
    `ir/declaration: register r ${AT}: the name is used twice`,
    `ir/declaration: module stage ${AT}: the name is used twice`,
    `ir/declaration: register big ${AT}: it has 2 elements but 3 initial values`,
    `ir/declaration: register wide ${AT}: initial value 0 does not fit 4 bits`,
    `ir/declaration: register wide ${AT}: its fill does not fit 4 bits`,
    `ir/declaration: register none ${AT}: its size is 0, but at least 1 is needed`,
  ]);
});

test("an operation in two regions is found, and only changed modules are checked when asked", () => {
  const { system } = parseSystem(
    'ir 1\nsystem t {\nfile "t"\ndriver a {\n%0: b1 = 1\n%1 when %0 {\n%2 finish\n}\n}\n}',
  );
  const module = system?.modules[0];
  if (system === undefined || module == null) throw new Error("no module");
  const twice = {
    ...module,
    body: { operations: [...module.body.operations, ...module.body.operations.slice(0, 1)] },
  };
  const broken = { ...system, modules: [twice] };
  expect(verify(broken).map((diagnostic) => diagnostic.message)).toEqual([
    "module a, %0 (t:1:1): it stands in two places",
  ]);
  expect(verify(broken, { modules: [] })).toEqual([]);
});
