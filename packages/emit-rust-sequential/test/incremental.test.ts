import type { System } from "@assassyn/ir";
import { SystemBuilder, uint } from "@assassyn/ir";
import { expect, test } from "vitest";
import { emitRustSequential } from "../src/index.js";

/** Three stages in a row, each with a register and a log; `edit` adds a line and a statement to one of them. */
function stages(edit: "first" | "second" | undefined): System {
  const system = new SystemBuilder("row");
  let line = 1;
  const parts = ["first", "second", "third"].map((name, index) => {
    const start = line;
    const stage = system.module("stage", name, { loc: { file: 0, line: start, column: 1 } });
    const port = stage.port("a", uint(32));
    line += name === edit ? 5 : 4;
    return { stage, port, name, start, total: system.array(`sum_${name}`, uint(32 - index)) };
  });
  const driver = system.module("driver", "Driver", { loc: { file: 0, line, column: 1 } });
  parts.forEach(({ stage, port, name, start, total }, index) => {
    const at = (offset: number) => (stage.loc = { file: 0, line: start + offset, column: 3 });
    const width = 32 - index;
    at(1);
    const value = stage.slice(stage.pop(port), width - 1, 0);
    const zero = stage.const(uint(1), 0);
    let sum = stage.binary(
      "add",
      stage.read(total, zero, uint(width)),
      stage.cast("bitcast", value, uint(width)),
    );
    if (name === edit) {
      at(2);
      sum = stage.binary("xor", sum, stage.cast("bitcast", value, uint(width)));
      sum = stage.cast("bitcast", sum, uint(width));
    }
    at(name === edit ? 3 : 2);
    stage.write(total, zero, sum);
    stage.log("sum {}", [sum]);
    const next = parts[index + 1];
    if (next === undefined) return;
    stage.push(next.stage.id, next.port, stage.cast("zext", sum, uint(32)));
    stage.call(next.stage.id);
  });
  const [first] = parts;
  if (first !== undefined) {
    driver.push(first.stage.id, first.port, driver.const(uint(32), 7));
    driver.call(first.stage.id);
  }
  return system.build();
}

function changedFiles(before: System, after: System): string[] {
  const old = new Map(emitRustSequential(before).map(({ path, text }) => [path, text]));
  return emitRustSequential(after).flatMap(({ path, text }) => (old.get(path) === text ? [] : [path]));
}

test("a line more in one module changes its own file and the one with all places", () => {
  expect(changedFiles(stages(undefined), stages("first"))).toEqual(["src/modules/first.rs", "src/sites.rs"]);
  expect(changedFiles(stages(undefined), stages("second"))).toEqual([
    "src/modules/second.rs",
    "src/sites.rs",
  ]);
});
