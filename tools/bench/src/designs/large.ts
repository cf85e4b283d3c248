/** Designs of a given number of statements, as source text: what the front end and the emitters must keep up with. */

/** How {@link largeDesign} spreads its statements. */
export interface LargeDesignOptions {
  readonly statements: number;
  /** Statements of one stage: 20 makes many small modules, 5 000 few big ones. A smaller design has one stage. */
  readonly perModule: number;
}

/** The two ways to be large: statements of a stage, by name. */
export const LARGE_SHAPES: Readonly<Record<LargeShape, number>> = {
  "many small modules": 20,
  "few big modules": 5000,
};
/** See {@link LARGE_SHAPES}. */
export type LargeShape = "many small modules" | "few big modules";

/**
 * A chain of stages. Each takes a value, works on it in `perModule` statements, some of them under `when`, some of them writes of
 * its registers, and hands it on. Bounded mixes of operators, so that no target can fold it away.
 */
export function largeDesign({ statements, perModule: wanted }: LargeDesignOptions): string {
  const perModule = Math.min(statements, wanted);
  const count = Math.max(1, Math.round(statements / perModule));
  const lines = ["system large {", "  config { cycles: 100, idle: 50 }", "  reg seed: u32"];
  for (let index = 0; index < count; index += 1) lines.push(...stage(index, perModule, index + 1 < count));
  lines.push("  driver {", "    seed <= seed + 0x9e37", "    stage0(a: seed)", "  }", "}", "");
  return lines.join("\n");
}

const LINES: readonly ((value: number) => string)[] = [
  (n) => `let v${n} = v${n - 1} + 0x${(n * 37).toString(16)}`,
  (n) => `let v${n} = (v${n - 1} ^ (v${n - 1} >> 3)) as u32`,
  (n) => `let v${n} = v${n - 1} > 0x1000 ? v${n - 1} - 0xfff : v${n - 1}`,
  (n) => `let v${n} = (v${n - 1} & 0xffff_fff0) as u32`,
  (n) => `let v${n} = (v${n - 1} << 1) as u32`,
  (n) => `let v${n} = cat(v${n - 1}[15:0], v${n - 1}[31:16]) as u32`,
];

function stage(index: number, statements: number, goesOn: boolean): string[] {
  const registers = Math.max(1, Math.floor(statements / 20));
  const lines = [
    `  reg kept${index}: [u32; ${registers}]`,
    `  module stage${index}(a: u32) {`,
    "    take a",
    "    let v0 = a",
  ];
  let value = 0;
  let left = statements - 4;
  while (left > 0) {
    if (left % 10 === 5) {
      lines.push(`    when v${value}[0] == 1 {`, `      log("stage${index} {}", v${value})`, "    }");
      left -= 2;
      continue;
    }
    value += 1;
    lines.push(`    ${LINES[value % LINES.length]?.(value) ?? ""}`);
    left -= 1;
  }
  lines.push(`    kept${index}[${index % registers}] <= v${value}`);
  if (goesOn) lines.push(`    stage${index + 1}(a: v${value})`);
  lines.push("  }");
  return lines;
}
