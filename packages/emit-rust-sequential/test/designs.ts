import type { System } from "@assassyn/ir";
import { SystemBuilder, bits, int, uint } from "@assassyn/ir";

/** The first design of the language's tutorial: a driver calls an adder in each of its first `calls` cycles. */
export function asyncCall(calls = 100, cycles = 200): System {
  const system = new SystemBuilder("async_call");
  system.config = { ...system.config, cycles, idle: 50 };
  const count = system.array("cnt", int(32));
  const adder = system.module("stage", "adder", { loc: { file: 0, line: 5, column: 1 } });
  const driver = system.module("driver", "Driver", { loc: { file: 0, line: 11, column: 1 } });
  const a = adder.port("a", int(32));
  const b = adder.port("b", int(32));
  adder.loc = { file: 0, line: 6, column: 3 };
  adder.wait(adder.binary("and", adder.fifoValid(adder.id, a), adder.fifoValid(adder.id, b)));
  const x = adder.pop(a);
  adder.rename(x, "a");
  const y = adder.pop(b);
  adder.rename(y, "b");
  adder.loc = { file: 0, line: 7, column: 3 };
  const sum = adder.binary("add", x, y);
  adder.rename(sum, "c");
  adder.loc = { file: 0, line: 8, column: 3 };
  adder.log("Adder: {} + {} = {}", [x, y, sum]);
  driver.loc = { file: 0, line: 12, column: 3 };
  const zero = driver.const(uint(1), 0);
  const value = driver.read(count, zero, int(32));
  driver.rename(value, "cnt");
  driver.write(count, zero, driver.binary("add", value, driver.const(int(32), 1)));
  driver.loc = { file: 0, line: 13, column: 3 };
  driver.when(driver.binary("lt", value, driver.const(int(32), calls)), () => {
    driver.push(adder.id, a, value);
    driver.push(adder.id, b, value);
    driver.call(adder.id);
  });
  return system.build();
}

/** A square array of multiply-and-add stages, fed from two sides; `size * size + 1` modules. */
export function systolic(size = 4, cycles = 40): System {
  const system = new SystemBuilder("systolic");
  system.config = { ...system.config, cycles };
  const cells = Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    const module = system.module("stage", `pe_${row}_${column}`, { source: "pe" });
    const accumulator = system.array(`pe_${row}_${column}_acc`, int(32));
    return {
      row,
      column,
      module,
      west: module.port("west", int(8)),
      north: module.port("north", int(8)),
      accumulator,
    };
  });
  for (const { row, column, module, west, north, accumulator } of cells) {
    const ready = module.binary("and", module.fifoValid(module.id, west), module.fifoValid(module.id, north));
    module.wait(ready);
    const a = module.pop(west);
    const b = module.pop(north);
    const zero = module.const(uint(1), 0);
    const wide = [a, b].map((operand) => module.cast("sext", operand, int(32)));
    const product = module.append({
      kind: "binary",
      operator: "mul",
      left: wide[0] ?? a,
      right: wide[1] ?? b,
      type: int(32),
      loc: module.loc,
    });
    const sum = module.binary("add", module.read(accumulator, zero, int(32)), product);
    module.write(accumulator, zero, sum);
    const east = column + 1 < size ? cells[row * size + column + 1] : undefined;
    const south = row + 1 < size ? cells[(row + 1) * size + column] : undefined;
    if (east !== undefined) module.push(east.module.id, east.west, a);
    if (south !== undefined) {
      module.push(south.module.id, south.north, b);
      module.call(south.module.id);
    }
    if (row === 0 && east !== undefined) module.call(east.module.id);
    if (row === size - 1 && column === size - 1) module.log("sum {}", [sum]);
  }
  const driver = system.module("driver", "Driver");
  const value = driver.cast("bitcast", driver.slice(driver.cycle(), 7, 0), int(8));
  for (const { row, column, module, west, north } of cells) {
    if (column === 0) driver.push(module.id, west, value);
    if (row === 0) driver.push(module.id, north, value);
    if (row === 0 && column === 0) driver.call(module.id);
  }
  return system.build();
}

/** A design that does little but log: `lines` lines a cycle. */
export function logging(lines = 10, cycles = 200_000): System {
  const system = new SystemBuilder("logging");
  system.config = { ...system.config, cycles };
  const driver = system.module("driver", "Driver");
  const cycle = driver.cycle();
  for (let line = 0; line < lines; line += 1) {
    driver.log("value {} of {:x}", [
      driver.binary("add", driver.slice(cycle, 31, 0), driver.const(uint(32), line)),
      driver.slice(cycle, 15, 0),
    ]);
  }
  return system.build();
}

/** `depth` stages in a row that each add to a value and pass it on. */
export function pipeline(depth = 5, cycles = 1000): System {
  const system = new SystemBuilder("pipeline");
  system.config = { ...system.config, cycles };
  const stages = Array.from({ length: depth }, (_, index) => {
    const module = system.module("stage", `stage_${index}`);
    return { module, port: module.port("value", int(32)) };
  });
  const driver = system.module("driver", "Driver");
  const total = system.array("total", int(32));
  stages.forEach(({ module, port }, index) => {
    const next = stages[index + 1];
    const value = module.binary("add", module.pop(port), module.const(int(32), index));
    const zero = module.const(uint(1), 0);
    if (next === undefined) {
      module.write(total, zero, module.binary("add", module.read(total, zero, int(32)), value));
      return;
    }
    module.push(next.module.id, next.port, value);
    module.call(next.module.id);
  });
  const [first] = stages;
  if (first !== undefined) {
    driver.push(
      first.module.id,
      first.port,
      driver.cast("bitcast", driver.slice(driver.cycle(), 31, 0), int(32)),
    );
    driver.call(first.module.id);
  }
  return system.build();
}

/** One driver with a body of `statements` additions, multiplications and choices over a state of its own, far longer than one function should be. */
export function longBody(statements = 600, cycles = 20): System {
  const system = new SystemBuilder("long_body");
  system.config = { ...system.config, cycles };
  const state = system.array("state", uint(32), { size: 8, initial: [1n, 2n, 3n, 4n] });
  const driver = system.module("driver", "Driver");
  const values = [
    driver.slice(driver.cycle(), 31, 0),
    driver.read(state, driver.const(uint(3), 1), uint(32)),
  ];
  const pick = (index: number) => values[(index * 7) % values.length] ?? driver.const(uint(32), 0);
  for (let index = 0; index < statements; index += 1) {
    const left = driver.cast("bitcast", pick(index), uint(32));
    const right = driver.cast("bitcast", pick(index + 3), uint(32));
    const sum = driver.binary(index % 3 === 0 ? "xor" : "add", left, right);
    driver.rename(sum, `x${index}`);
    values.push(sum);
    if (index % 50 === 10) {
      driver.when(driver.slice(sum, 3, 3), () => driver.log("{} {}", [sum, pick(index - 5)]));
      values.push(
        driver.choose(
          driver.slice(sum, 0, 0),
          () => driver.unary("not", sum),
          () => driver.cast("bitcast", left, uint(32)),
        ),
      );
    }
    if (index === statements - 20)
      driver.when(driver.slice(sum, 5, 5), () => driver.write(state, driver.const(uint(3), 2), sum));
  }
  driver.write(state, driver.const(uint(3), 1), driver.cast("bitcast", pick(statements), uint(32)));
  return system.build();
}

/**
 * Stages that compute alike. Three of one declaration differ in a constant, in the name and the first value of a register; three others have
 * declarations, and so places in the source, of their own. One of the latter fails at its own place.
 */
export function alike(cycles = 60): System {
  const system = new SystemBuilder("alike");
  system.config = { ...system.config, cycles };
  const driver = system.module("driver", "Driver");
  const units = [
    ...[0, 1, 2].map((index) => ({ name: `core_${index}_unit`, source: "unit", line: 5, step: index + 1 })),
    ...[3, 4, 5].map((index) => ({
      name: `other_${index}`,
      source: `other_${index}`,
      line: 10 * index,
      step: 7,
    })),
  ];
  units.forEach(({ name, source, line, step }, index) => {
    const loc = (offset: number) => ({ file: 0, line: line + offset, column: 3 + index });
    const stage = system.module("stage", name, { source, loc: loc(0) });
    const total = system.array(`core_${index}_sum`, uint(32), { initial: [BigInt(index * 100)] });
    const port = stage.port("a", uint(32));
    const zero = stage.const(uint(1), 0);
    stage.loc = loc(1);
    const sum = stage.binary("add", stage.pop(port), stage.const(uint(32), step));
    const next = stage.binary("add", stage.read(total, zero, uint(32)), sum);
    stage.rename(next, `next_${index}`);
    stage.loc = loc(2);
    stage.when(stage.binary("eq", stage.slice(next, 3, 0), stage.const(bits(4), 5)), () =>
      stage.log("total {}", [next]),
    );
    stage.loc = loc(3);
    stage.assert(stage.binary("lt", next, stage.const(uint(32), 1500)), "too much");
    stage.write(total, zero, next);
    driver.push(stage.id, port, driver.cast("bitcast", driver.slice(driver.cycle(), 31, 0), uint(32)));
    driver.call(stage.id);
  });
  return system.build();
}
