/** Turns a plan into a system. */
import type { ModuleBuilder, ModuleId, System } from "@assassyn/ir";
import { DEFAULT_CONFIG, SystemBuilder } from "@assassyn/ir";
import { BodyBuilder } from "./body-builder.js";
import { NameSupply } from "./names.js";
import type { ArrayPlan, ModulePlan, SystemPlan } from "./plan.js";
import type { KnownArray, KnownStage, KnownValue, Surroundings } from "./surroundings.js";
import { pushedStages } from "./surroundings.js";

interface Declared {
  readonly plan: ModulePlan;
  /** Number of the instance. */
  readonly copy: number;
  readonly builder: ModuleBuilder;
  readonly names: NameSupply;
  readonly arrays: readonly KnownArray[];
}

/** Cycle limit of the run. */
const cyclesOf = ({ cycles, gap }: SystemPlan): number => cycles + (gap?.length ?? 0);

/** The system that the plan describes; every plan describes one. Values wider than `maxResultWidth` are cut. */
export function buildSystem(plan: SystemPlan, maxResultWidth: number): System {
  const system = new SystemBuilder("random", ["design.asyn", "lib/part.asyn"]);
  const shallow = !plan.careful && plan.late % 10 === 0;
  system.config = {
    ...DEFAULT_CONFIG,
    cycles: cyclesOf(plan),
    idle: plan.idle,
    fifoLimit: shallow ? 4 : DEFAULT_CONFIG.fifoLimit,
  };
  const names = new NameSupply();
  let line = 1;
  const declareArray = (array: ArrayPlan, name: string): KnownArray => {
    const { size, type } = array;
    const cut = (pattern: bigint): bigint => BigInt.asUintN(type.width, pattern);
    line += 1;
    const id = system.array(name, type, {
      size,
      scalar: size === 1 && array.scalar,
      initial: array.initial.slice(0, size).map(cut),
      fill: cut(array.fill),
      loc: { file: 0, line, column: 3 },
    });
    return { id, type, size };
  };
  const arrays = plan.arrays.map((array) => declareArray(array, names.next("r", array.name)));

  const place = plan.driverPlace % (plan.others.length + 1);
  const modules = plan.others.toSpliced(place, 0, plan.driver);
  const declared: Declared[] = modules.flatMap((module, index) => {
    const source = names.next(module.kind, module.name);
    return Array.from({ length: module.copies + 1 }, (_, copy) => {
      const name = module.copies === 0 ? source : names.next(`${source}_`, 0);
      return {
        plan: module,
        copy,
        builder: system.module(module.kind, name, {
          source,
          loc: { file: index % 2, line: 100 * (index + 1), column: 3 },
        }),
        names: new NameSupply(),
        arrays: module.own.map((array) => declareArray(array, names.next(`${name}_r`, 0))),
      };
    });
  });
  const feeder = declared.find((one) => one.plan.kind === "driver")?.builder;
  const stages = knownStages(plan, declared, feeder);
  const feeds = stages
    .filter(({ fed }) => fed)
    .map(({ known, plan: stagePlan }) => ({ stage: known, plan: stagePlan }));

  const values: KnownValue[] = [];
  const seen: ModuleId[] = [];
  for (const { plan: module, copy, builder, names: memberNames, arrays: own } of buildOrder(declared)) {
    const isDownstream = module.kind === "downstream";
    const around: Surroundings = {
      plan,
      late: Math.max(1, Math.floor((cyclesOf(plan) * plan.late) / 100)),
      maxResultWidth,
      copy,
      arrays: [...own, ...arrays],
      stages: stages.map(({ known }) => known),
      values: isDownstream ? [...values] : [],
      modules: isDownstream ? [...seen] : [],
    };
    const body = new BodyBuilder(builder, module.kind, around, memberNames);
    body.build(module, builder === feeder ? feeds : []);
    values.push(...body.exposed);
    seen.push(builder.id);
  }
  return system.build();
}

/** Stages with declared ports, and who pushes into them. A stage into which no other module pushes is `fed` by the driver. */
function knownStages(
  plan: SystemPlan,
  declared: readonly Declared[],
  feeder: ModuleBuilder | undefined,
): { readonly known: KnownStage; readonly plan: ModulePlan; readonly fed: boolean }[] {
  const stages = declared.filter((one) => one.plan.kind === "stage");
  return stages.map((stage, index) => {
    const pushers = declared
      .filter((one) => pushedStages(one.plan, one.copy, stages.length).has(index))
      .map((one) => one.builder.id);
    const fed = pushers.every((pusher) => pusher === stage.builder.id);
    const ports = stage.plan.ports.map((port) => {
      const depth = port.deep ? cyclesOf(plan) : port.depth;
      const name = stage.names.next("p", port.name);
      const id = stage.builder.port(name, port.type, port.depth === 0 ? undefined : depth);
      return { id, type: port.type };
    });
    return {
      plan: stage.plan,
      fed,
      known: {
        builder: stage.builder,
        ports,
        pushers: fed && feeder !== undefined ? [...pushers, feeder.id] : pushers,
      },
    };
  });
}

/** Stages, then downstreams by rank: producers of exposed values before those who read them. */
function buildOrder(declared: readonly Declared[]): Declared[] {
  const rank = (one: Declared): number => (one.plan.kind === "downstream" ? 1 + one.plan.rank : 0);
  return declared.toSorted((a, b) => rank(a) - rank(b));
}
