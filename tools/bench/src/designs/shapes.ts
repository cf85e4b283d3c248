/** The designs whose running time is compared: small stages, a mesh of them, heavy arithmetic. */

/** Two numbers a cycle from a driver to an adder; the log is there to be switched off. */
export function asyncCall(cycles: number): string {
  return `system async_call {
  config { cycles: ${cycles}, idle: 50 }
  reg cnt: i32
  module adder(a: i32, b: i32) {
    take a, b
    let c = a + b
    log("Adder: {} + {} = {}", a, b, c)
  }
  driver {
    cnt <= cnt + 1
    adder(a: cnt, b: cnt)
  }
}
`;
}

/** A five-stage pipeline that works on every second cycle's item. */
export function pipeline(cycles: number): string {
  return `system pipeline {
  config { cycles: ${cycles}, idle: 50 }
  reg seed: u32
  reg total: u32
  module fetch(a: u32) { take a; decode(a: a + 7) }
  module decode(a: u32) { take a; execute(a: (a ^ (a >> 5)) as u32, b: (a << 2) as u32) }
  module execute(a: u32, b: u32) { take a, b; memory(a: a > b ? a - b : a + b) }
  module memory(a: u32) { take a; writeback(a: cat(a[15:0], a[31:16]) as u32) }
  module writeback(a: u32) { take a; total <= total + a }
  driver {
    seed <= seed + 0x9e37
    fetch(a: seed)
  }
}
`;
}

/** An N by N mesh of multiply-accumulate stages, fed every cycle from the west and the north. */
export function systolic(size: number, cycles: number): string {
  return `system systolic {
  config { cycles: ${cycles}, idle: 50 }
  const N = ${size}
  reg seed: u32
  module pe[row in 0..N, col in 0..N](west: i8, north: i8) {
    take west, north
    reg acc: i32
    acc <= acc + (west * north) as i32
    if col + 1 < N { pe[row, col + 1].west.push(west) }
    if row + 1 < N {
      pe[row + 1, col].north.push(north)
      call pe[row + 1, col]
    }
    if row == 0 {
      if col + 1 < N { call pe[row, col + 1] }
    }
  }
  driver {
    seed <= seed + 0x9e37
    call pe[0, 0]
    for i in 0..N {
      pe[i, 0].west.push(seed[7:0])
      pe[0, i].north.push(seed[15:8])
    }
  }
}
`;
}

/** Stages of some two thousand dependent 32-bit operations each, all busy in every cycle. */
export function arithmetic(stages: number, operations: number, cycles: number): string {
  const lines = ["system arithmetic {", `  config { cycles: ${cycles}, idle: 50 }`, "  reg seed: u32"];
  const steps: readonly ((n: number) => string)[] = [
    (n) => `(v${n - 1} * 0x9e37_79b1)[31:0] as u32`,
    (n) => `(v${n - 1} ^ (v${n - 1} >> ${1 + (n % 13)})) as u32`,
    (n) => `v${n - 1} + v${Math.max(0, n - 3)}`,
    (n) => `v${n - 1} > v${Math.max(0, n - 5)} ? v${n - 1} - 3 : v${Math.max(0, n - 5)} + ${n % 97}`,
  ];
  for (let stage = 0; stage < stages; stage += 1) {
    lines.push(
      `  reg kept${stage}: u32`,
      `  module heavy${stage}(a: u32) {`,
      "    take a",
      `    let v0 = a + kept${stage}`,
    );
    for (let n = 1; n <= operations; n += 1)
      lines.push(`    let v${n} = ${steps[n % steps.length]?.(n) ?? ""}`);
    lines.push(`    kept${stage} <= v${operations}`, "  }");
  }
  lines.push("  driver {", "    seed <= seed + 0x9e37");
  for (let stage = 0; stage < stages; stage += 1) lines.push(`    heavy${stage}(a: seed)`);
  lines.push("  }", "}", "");
  return lines.join("\n");
}
