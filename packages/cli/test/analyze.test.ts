/** `assassyn analyze`: tables and JSON, over a small design and over every example. */
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { assassyn, project } from "./harness.js";

const MINUTE = 60_000;
const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
const names = readdirSync(examples).filter((name) => existsSync(`${examples}${name}/${name}.asyn`));

/** Without a condition or a wait that fails, so that estimates are exact; `last` has two writers, `inbox.a` two pushers. */
const design = `system both {
  config { cycles: 20, idle: 50 }
  reg n: u32
  reg last: [u32; 4]
  module inbox(a: u32) {
    take a
    log("{}", a)
    last[0] <= 1
  }
  module sink(a: u32) {
    take a
    log("{} {}", a, last[0])
  }
  driver {
    n <= n + 1
    sink(a: n)
    inbox(a: n)
    last[1] <= n
  }
}
`;

const analyze = (argv: readonly string[], terminal = false) =>
  assassyn(["analyze", "both.asyn", ...argv], { cwd: project({ "both.asyn": design }), terminal });

test("without a flag: a summary; with flags: tables", async () => {
  const outputs: string[] = [];
  for (const argv of [
    [],
    ["--locks"],
    ["--locks", "--rung", "lock-elision"],
    ["--partition"],
    ["--sharing"],
    ["--certificate", "--rung", "lock-elision"],
  ]) {
    const { status, stdout, stderr } = await analyze(argv);
    expect([status, stderr]).toEqual([0, ""]);
    outputs.push(["$ assassyn analyze both.asyn", ...argv].join(" ") + `\n${stdout}`);
  }
  await expect(outputs.join("\n")).toMatchFileSnapshot("tables/analyze.expect.txt");
});

test("colours are for terminals", async () => {
  const bold = await analyze([], true);
  expect(bold.stdout.startsWith("\u001B[1mboth\u001B[0m\n")).toBe(true);
  expect((await analyze(["--color", "never"], true)).stdout.startsWith("both\n")).toBe(true);
});

interface Analysis {
  readonly ok: boolean;
  readonly locks: {
    readonly rungs: readonly {
      readonly pass: string;
      readonly acquisitions: number;
      readonly implicit: number;
      readonly locks: number;
    }[];
    readonly locations: readonly {
      readonly location: string;
      readonly by: string;
      readonly reason: string;
    }[];
  };
  readonly partition?: {
    readonly clusters: readonly { readonly modules: readonly { readonly module: string }[] }[];
    readonly estimates: readonly { readonly workers: number }[];
  };
  readonly sharing: {
    readonly locations: readonly {
      readonly location: string;
      readonly stages: { readonly writers: readonly { readonly module: string }[] };
      readonly downstreams: { readonly writers: readonly { readonly module: string }[] };
    }[];
  };
  readonly certificate: { readonly form: string; readonly locations: readonly object[] };
}

async function analyzeExample(name: string, ...argv: string[]): Promise<Analysis> {
  const { status, stdout, stderr } = await assassyn(["analyze", name, "--json", ...argv], { cwd: examples });
  expect([status, stderr]).toEqual([0, ""]);
  const analysis: Analysis = JSON.parse(stdout);
  return analysis;
}

test.each(names)("%s: no lock is taken at the top of the ladder", async (name) => {
  const top = await analyzeExample(name);
  expect(top.ok).toBe(true);
  const [first] = top.locks.rungs;
  expect(first?.pass).toBe("lock-insertion");
  expect(first?.acquisitions).toBeGreaterThan(0);
  expect(top.locks.rungs.map(({ pass }) => pass).at(-1)).toBe("partition");
  expect(top.locks.rungs.at(-1)).toMatchObject({ acquisitions: 0, implicit: 0, locks: 0 });
  const { clusters = [], estimates = [] } = top.partition ?? {};
  expect(estimates.map(({ workers }) => workers)).toEqual(clusters.map((_, index) => index + 1));
  expect(top.certificate).toMatchObject({ form: "clusters" });

  // Below the clusters: an array with one writer has no lock either.
  const shared = await analyzeExample(name, "--rung", "lock-elision", "--locks", "--sharing");
  const contested = shared.sharing.locations
    .filter(({ stages, downstreams }) => stages.writers.length + downstreams.writers.length > 1)
    .map(({ location }) => location);
  const locked = shared.locks.locations.filter(({ by }) => by.startsWith("mutex") || by.startsWith("rwlock"));
  const arrays = locked.map(({ location }) => location).filter((location) => location.startsWith("reg("));
  expect(contested).toEqual(expect.arrayContaining(arrays));
  for (const { reason } of shared.locks.locations) expect(reason).not.toBe("");
});

test.each(names)("%s: every table fits in 100 columns", async (name) => {
  const { status, stdout } = await assassyn(
    ["analyze", name, "--locks", "--partition", "--sharing", "--certificate"],
    { cwd: examples },
  );
  expect(status).toBe(0);
  expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

test("a large design has numbers that can be read, and lists that end", async () => {
  const large = `system many {
  reg n: u32
  module work[k in 0..600](a: u32) {
    reg sum: u32
    take a
    sum <= sum + a
  }
  driver {
    n <= n + 1
    for i in 0..600 { work[i](a: n) }
  }
}
`;
  const { status, stdout } = await assassyn(["analyze", "-"], { cwd: project(), stdin: large });
  expect([status, stdout]).toEqual([0, expect.stringContaining("sharing      2 402 locations, ")]);
  const { stdout: parts } = await assassyn(["analyze", "-", "--partition"], { cwd: project(), stdin: large });
  expect(parts.replaceAll(/\s+/g, " ")).toMatch(/… and \d+ more, which --json lists/);
  expect(parts.split("\n").length).toBeLessThan(100);
});

test.each<[argv: string, status: number, text: string]>([
  ["--partition --rung lock-elision", 2, "--partition: there are no clusters behind lock-elision"],
  ["--rung lock-elison", 2, 'did you mean "lock-elision"?'],
  ["--skip-pass lock-insertion", 1, 'do not skip "lock-insertion"'],
  ["--lock", 2, "Did you mean --locks?"],
])("analyze %s is refused", async (argv, wanted, text) => {
  const { status, stdout, stderr } = await analyze(argv.split(" "));
  expect([status, stdout]).toEqual([wanted, ""]);
  expect(stderr).toContain(text);
});

test("IR text in a parallel form is taken as it is, and refused where something is shared by accident", async () => {
  const cwd = project({ "both.asyn": design });
  const { stdout: ir } = await assassyn(
    ["compile", "both.asyn", "-t", "ir", "--pipeline", "default,lock-insertion,self-signature"],
    { cwd },
  );
  const given = await assassyn(["analyze", "-", "--locks"], { cwd, stdin: ir });
  expect([given.status, given.stderr]).toEqual([0, ""]);
  expect(given.stdout).toContain("\nas given ");
  const broken = ir.replace(/^ +%\d+ acquire write n\b.*\n/m, "").replace(/^ +%\d+ release n\b.*\n/m, "");
  expect(broken).not.toBe(ir);
  const refused = await assassyn(["analyze", "-", "--json"], { cwd, stdin: broken });
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    ok: false,
    diagnostics: [{ code: "ownership/lock-not-held" }],
  });
});

testWithRust("the estimate is what a run measures", { timeout: 5 * MINUTE }, async (cargo) => {
  const cwd = project({ "both.asyn": design });
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { stdout } = await assassyn(["analyze", "both.asyn", "--locks", "--json"], { cwd });
  const { locks }: Analysis = JSON.parse(stdout);
  const measured = async (rung: string, cycles: string): Promise<number> => {
    const argv = ["-t", "rust-parallel", "--rung", rung, "--cycles", cycles, "--threads", "2"];
    const run = await assassyn(["run", ...argv, "--stats", "--json"], { cwd, env: { ...env, CARGO: cargo } });
    const last: { readonly summary: { readonly lockAcquisitions: number } } = JSON.parse(
      run.stdout.trimEnd().split("\n").at(-1) ?? "",
    );
    return last.summary.lockAcquisitions;
  };
  for (const rung of ["lock-insertion", "lock-batching", "lock-elision"]) {
    const figures = locks.rungs.find(({ pass }) => pass === rung);
    const estimate = (figures?.acquisitions ?? 0) + (figures?.implicit ?? 0);
    // The first cycles are different: nothing has been pushed yet.
    expect([rung, ((await measured(rung, "20")) - (await measured(rung, "10"))) / 10]).toEqual([
      rung,
      estimate,
    ]);
  }
});
