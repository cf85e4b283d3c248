import { expect, test } from "vitest";
import {
  accessesOf,
  implicitAccesses,
  isDeferrable,
  locationPrinter,
  moduleIds,
  moduleOf,
  parseSystem,
  walk,
} from "./index.js";
import type { Access, System } from "./index.js";

const TEXT = String.raw`ir 1
system t {
  file "t.asyn"
  reg n: u8
  extern f(a: u8) -> (r: u8)
  module stage {
    port a: u8
    exposes v: u8
    %0: b1 = fifo(stage.a).valid
    %1 wait_until %0
    %2: u8 = fifo(stage.a).peek
    %3: u8 = pop(a)
    %4: u8 = n[%2]
    %5 n[%4] <= %3
    %6 expose v = %3
    %7: b64 = cycle()
    %8: u8 = extern f(%3)
    %9 log("{}", %8)
    %10 when %0 {
      %11 call stage
    }
  }
  testbench Bench {
    %0: u8 = 1
    %1 stage.a.push(%0)
  }
  downstream late {
    %0: b1 = triggered(Bench)
    %1: b1 = exposed(stage.v).valid
    %2: u8 = exposed(stage.v)
  }
}
`;

function parsed(): System {
  const { system, diagnostics } = parseSystem(TEXT);
  if (system === undefined) throw new Error(JSON.stringify(diagnostics));
  return system;
}

test("operations touch what they name", () => {
  const system = parsed();
  const print = locationPrinter(system);
  const show = ({ location, mode }: Access): string => `${mode} ${print(location)}`;
  const lines: string[] = [];
  for (const id of moduleIds(system)) {
    const module = moduleOf(system, id);
    lines.push(`${module.name}: ${implicitAccesses(module, id).map(show).join(", ")}`);
    walk(module, (operation) => {
      const accesses = accessesOf(operation, id).map(show);
      if (accesses.length > 0)
        lines.push(
          `  ${operation.kind}: ${accesses.join(", ")}${isDeferrable(operation) ? ", can wait" : ""}`,
        );
    });
  }
  expect(lines).toEqual([
    "stage: read credit(stage), write credit(stage), write flag(stage)",
    "  fifo-valid: read fifo(stage.a)",
    "  fifo-peek: read fifo(stage.a)",
    "  fifo-pop: write fifo(stage.a)",
    "  array-read: read reg(n)",
    "  array-write: write reg(n), can wait",
    "  expose: write value(stage.v), can wait",
    "  cycle: read stamp",
    "  call: write credit(stage), can wait",
    "Bench: write flag(Bench)",
    "  fifo-push: write fifo(stage.a), can wait",
    "late: read flag(stage), write flag(late)",
    "  triggered: read flag(Bench)",
    "  exposed-valid: read flag(stage), read value(stage.v)",
    "  exposed-get: read flag(stage), read value(stage.v)",
  ]);
});
