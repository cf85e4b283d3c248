/**
 * The optimisations of emitters by name. Each can be switched off alone, so that a wrong one can be named; none changes anything that can
 * be observed.
 */

/** What each optimisation does, for help and documentation. */
export const OPTIMIZATIONS = {
  "immediate-commit": "effects take place at once where nobody can tell",
  "shared-bodies": "modules that compute alike share one function",
  inlining: "small bodies stand in the cycle instead of being called",
  "activity-skipping": "stages without credits are passed over in groups",
  "idle-skipping": "cycles in which nothing can happen are passed over",
  "range-analysis": "checks that the ranges of values prove away are left out",
} as const;

/** The name of an optimisation. */
export type Optimization = keyof typeof OPTIMIZATIONS;

/** All names, in the order of the table. */
// The keys of the table, which is why they have its type.
// oxlint-disable-next-line typescript/consistent-type-assertions -- Object.keys forgets the names
export const optimizationNames = Object.keys(OPTIMIZATIONS) as readonly Optimization[];

/** Which optimisations an emitter leaves out. */
export interface OptimizationOptions {
  /** Names that an emitter does not know have no effect. Default: none is left out. */
  readonly without?: readonly Optimization[] | undefined;
}

/** Whether an optimisation is on. @example isEnabled({ without: ["inlining"] }, "inlining") // false */
export function isEnabled(options: OptimizationOptions, name: Optimization): boolean {
  return options.without?.includes(name) !== true;
}

/** A declared option of an emitter that switches an optimisation off. */
export interface OptimizationSwitch {
  readonly type: "boolean";
  readonly description: string;
  readonly default: true;
}

/**
 * Declares a switch for each optimisation that an emitter has, so that `--no-opt name` finds it.
 *
 * @example defineEmitter({ options: { ...optimizationSwitches("inlining") }, … })
 */
export function optimizationSwitches<Name extends Optimization>(
  ...names: readonly Name[]
): Readonly<Record<Name, OptimizationSwitch>> {
  const switches = names.map((name): [Name, OptimizationSwitch] => [
    name,
    { type: "boolean", description: OPTIMIZATIONS[name], default: true },
  ]);
  // Every name gets its switch, which the type of entries cannot say.
  // oxlint-disable-next-line typescript/consistent-type-assertions -- Object.fromEntries forgets the names
  return Object.fromEntries(switches) as Readonly<Record<Name, OptimizationSwitch>>;
}

/** The optimisations that the values of declared switches leave out. */
export function switchedOff(values: Readonly<Record<string, unknown>>): Optimization[] {
  return optimizationNames.filter((name) => values[name] === false);
}
