import { writeFileSync } from "node:fs";
import path from "node:path";
import type { LargeShape } from "../designs/large.js";
import { LARGE_SHAPES, largeDesign } from "../designs/large.js";
import type { CompileProfile } from "../phases.js";
import { compilePhases } from "../phases.js";
import type { BenchContext, Figure, Workload } from "../workload.js";

const SIZES = [1000, 10_000, 100_000, 1_000_000] as const;
const LARGEST = 1_000_000;
/** Larger ones take most of a minute in the Rust emitter. */
const LARGEST_IN_RUST = 100_000;
/** Sizes from which the time of a statement should not grow; below, V8 is still warming up. */
const STEADY = 100_000;
/** What the targets are about. */
const FRONT = ["parse", "elaborate", "passes"];

/** The compiler against the size of the design. */
export const compilerWorkload: Workload = {
  name: "compiler",
  description: "from 1 000 to 1 000 000 statements, phase by phase, each in a process of its own",
  onRequest: "ten minutes",
  run(context) {
    if (context.isBuildOnly) return [];
    const figures: Figure[] = [];
    for (const shape of ["many small modules", "few big modules"] as const) {
      const times = new Map<number, number>();
      for (const statements of SIZES) {
        const verified = quickest(context, shape, statements, true);
        figures.push(...figuresOf(shape, statements, verified, true));
        times.set(statements, frontOf(verified).seconds / statements);
        if (statements < STEADY) continue;
        figures.push(...figuresOf(shape, statements, quickest(context, shape, statements, false), false));
      }
      for (const small of [10_000, STEADY]) {
        figures.push({
          name: `time of a statement, ${LARGEST} against ${small}, ${shape}`,
          value: (times.get(LARGEST) ?? Number.NaN) / (times.get(small) ?? Number.NaN),
          unit: "×",
        });
      }
    }
    return figures;
  },
};

/** The quickest of several compilations: what others do on the machine can only add. */
function quickest(
  context: BenchContext,
  shape: LargeShape,
  statements: number,
  verifyEach: boolean,
): CompileProfile {
  context.progress(`compiler: ${statements} statements, ${shape}, ${verifyEach ? "" : "not "}verified`);
  const file = path.join(context.temporary, `compiler-${statements}-${LARGE_SHAPES[shape]}.asyn`);
  writeFileSync(file, largeDesign({ statements, perModule: LARGE_SHAPES[shape] }));
  const rounds = Math.min(context.repetitions.measured, statements < STEADY ? 5 : 2);
  const options = { verifyEach, rust: verifyEach && statements <= LARGEST_IN_RUST };
  const profiles = Array.from({ length: rounds }, () => compilePhases(context, file, options));
  const [best] = profiles.toSorted((a, b) => frontOf(a).seconds - frontOf(b).seconds);
  if (best === undefined) throw new Error("at least one round is measured");
  return best;
}

function frontOf({ phases }: CompileProfile): { seconds: number; busy: number; mebibytes: number } {
  const front = phases.filter(({ name }) => FRONT.includes(name));
  return {
    seconds: front.reduce((sum, { seconds }) => sum + seconds, 0),
    busy: front.reduce((sum, { busy }) => sum + busy, 0),
    mebibytes: Math.max(...front.map(({ mebibytes }) => mebibytes)),
  };
}

function figuresOf(
  shape: LargeShape,
  statements: number,
  profile: CompileProfile,
  verifyEach: boolean,
): Figure[] {
  const subject = `${statements} statements, ${shape}${verifyEach ? "" : ", without verify-each"}`;
  const { seconds, busy, mebibytes } = frontOf(profile);
  const isLargest = statements === LARGEST;
  const total = profile.phases.reduce(
    (sum, phase) => sum + (phase.name === "emit rust" ? 0 : phase.seconds),
    0,
  );
  const figures: Figure[] = [
    {
      name: `${subject}: front end and passes`,
      value: seconds,
      unit: "s",
      note: `${busy.toFixed(2)} s of processor time`,
      ...(isLargest ? { target: { relation: "<", value: 10 } } : {}),
    },
    {
      name: `${subject}: rate`,
      value: statements / seconds,
      unit: "statements/s",
      ...(statements >= STEADY ? { target: { relation: ">", value: 200_000 } } : {}),
    },
    {
      name: `${subject}: memory`,
      value: mebibytes,
      unit: "MiB",
      ...(isLargest ? { target: { relation: "<", value: 4096 } } : {}),
    },
  ];
  if (!verifyEach) return figures;
  figures.push({
    name: `${subject}: source to WASM`,
    value: total,
    unit: "s",
    point: { chart: "compile-size", series: `WASM, ${shape}`, x: statements },
  });
  for (const phase of profile.phases)
    figures.push({ name: `${subject}: ${phase.name}`, value: phase.seconds, unit: "s" });
  const steps = profile.steps;
  figures.push({
    name: `${subject}: all verification behind passes`,
    value: steps.reduce((sum, { verify }) => sum + verify, 0),
    unit: "s",
  });
  for (const { name, seconds: own } of steps) {
    if (own >= 0.0005) figures.push({ name: `${subject}: pass ${name}`, value: own, unit: "s" });
  }
  return figures;
}
