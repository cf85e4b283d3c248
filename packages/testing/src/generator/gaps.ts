/** Conditions on the number of the cycle that are false for long stretches, in as many forms as designs have them. */
import type { ModuleBuilder, OpId } from "@assassyn/ir";
import { bits, int } from "@assassyn/ir";
import type { GapPlan } from "./plan.js";

/** Number of forms that {@link outsideGap} has. */
export const GAP_FORMS = 9;

/** b1: the cycle is outside the gap; in some forms only now and then, or in a few cycles in front and behind. */
export function outsideGap(module: ModuleBuilder, { from, length }: GapPlan, form: number): OpId {
  const to = from + length;
  const cycle = module.cycle();
  const number = (value: number): OpId => module.const(bits(64), value);
  const is = (value: number): OpId => module.binary("eq", cycle, number(value));
  const before = (): OpId => module.binary("lt", cycle, number(from));
  const or = (a: OpId, b: OpId): OpId => module.binary("or", a, b);
  switch (form % GAP_FORMS) {
    case 0:
      return or(before(), module.binary("ge", cycle, number(to)));
    case 1: {
      const inside = module.binary(
        "and",
        module.binary("ge", cycle, number(from)),
        module.binary("le", cycle, number(to - 1)),
      );
      return module.unary("not", inside);
    }
    case 2:
      return module.binary("lt", module.binary("rem", cycle, number(37 + (from % 9))), number(5));
    case 3:
      return module.binary("lt", module.slice(cycle, 5, 0), module.const(bits(6), 1 + (from % 8)));
    case 4:
      return module.binary("ge", module.binary("sub", cycle, number(from)), number(length));
    case 5:
      return or(
        before(),
        module.binary("eq", module.slice(cycle, 8, 5), module.const(bits(4), (to >> 5) & 15)),
      );
    case 6:
      return [to, to + 3, Math.max(1, from - 1)].map(is).reduce(or);
    case 7:
      return or(
        before(),
        module.binary("gt", module.cast("bitcast", cycle, int(64)), module.const(int(64), to)),
      );
    default:
      return module.select(
        before(),
        module.const(bits(1), 1),
        module.unary("not", module.binary("lt", cycle, number(to))),
      );
  }
}
