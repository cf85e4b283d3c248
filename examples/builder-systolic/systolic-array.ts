import { callerLocation, Design, int, uint } from "@assassyn/builder";
import type { Stage } from "@assassyn/builder";
import type { System } from "@assassyn/ir";

/** Ports of a processing element: an operand from each side. Eight bits are enough for the example. */
const OPERANDS = { west: int(8), north: int(8) };

/**
 * A square systolic array: rows of A travel east, columns of B travel south, and where they meet, a processing element multiplies and
 * accumulates. Nobody controls it: each element waits for its two operands.
 *
 * The host writes the registers `a` and `b` (rows one behind the other, each element an `i8`), runs the simulation, and reads `c` (`i32`).
 *
 * @param size rows and columns of the matrices, 1 to 64
 * @throws RangeError if the size is none of these
 */
export function systolicArray(size: number): System {
  if (!Number.isInteger(size) || size < 1 || size > 64)
    throw new RangeError(`an array of ${size} × ${size} is not possible`);
  const design = new Design("builder_systolic", {
    cycles: 4 * size + 10,
    idle: size + 4,
    locate: callerLocation(import.meta.url),
  });
  const a = design.array("a", int(8), size * size);
  const b = design.array("b", int(8), size * size);
  const c = design.array("c", int(32), size * size);
  const step = design.reg("step", uint(16));
  const indices = [...Array(size).keys()];

  const grid = indices.map((row) => indices.map((column) => design.stage(["pe", row, column], OPERANDS)));
  /** The element at a place; undefined beyond the edges, where operands leave the array. */
  const element = (row: number, column: number): Stage<typeof OPERANDS> | undefined => grid[row]?.[column];

  for (const [row, stages] of grid.entries()) {
    for (const [column, stage] of stages.entries()) {
      const sum = stage.reg("sum", int(32));
      const count = stage.reg("count", uint(16));
      stage.body((m) => {
        const { west, north } = m.take();
        const next = sum.add(west.mul(north).as(int(32))).named("next");
        sum.set(next);
        count.set(count.add(1));
        element(row, column + 1)?.ports.west.push(west);
        const below = element(row + 1, column);
        below?.ports.north.push(north);
        below?.addCredit();
        m.when(count.eq(size - 1), () => {
          c.at(row * size + column).set(next);
          m.log("c[{}, {}] = {}", row, column, next);
          // The far corner is the last one.
          if (row === size - 1 && column === size - 1) m.finish();
        });
      });
    }
  }

  // Feeds a column of A and a row of B in each cycle. There is no need to skew them: operands wait in the FIFOs.
  design.driver().body((m) => {
    step.set(step.add(1));
    m.when(step.lt(size), () => {
      for (const index of indices) {
        element(index, 0)?.ports.west.push(a.at(step.add(index * size)));
        element(0, index)?.ports.north.push(b.at(step.mul(size).add(index)));
        element(0, index)?.addCredit();
      }
    });
  });
  return design.build();
}
