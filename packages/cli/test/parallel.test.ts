/** The target rust-parallel: how it is chosen, what it refuses, and what it prints. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

const MINUTE = 60_000;
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

/** Two stages that an own driver feeds, so that there is something to cut. */
const design = (config = "cycles: 20, idle: 50"): string => `system pair {
  config { ${config} }
  reg n: u32
  reg last: u32
  module left(a: u32) {
    take a
    last <= a
    log("left {}", a)
  }
  module right(a: u32) {
    take a
    log("right {} {}", a, last)
  }
  driver {
    n <= n + 1
    left(a: n)
    right(a: n + 1)
  }
}
`;

test("compile --pass lock-batching, as typed, writes the crate for several threads", async () => {
  const cwd = project({ "pair.asyn": design() });
  const { status, stdout, stderr } = await assassyn(["compile", "--pass", "lock-batching"], { cwd });
  expect([status, stdout]).toEqual([0, ""]);
  expect(stderr).toMatch(
    /^note\[pass-manager\/already-there\]: .*\nwrote pair-rust-parallel \(\d+ files\)\n$/,
  );
  expect(readdirSync(cwd).sort()).toEqual(["pair-rust-parallel", "pair.asyn"]);
  expect(existsSync(path.join(cwd, "pair-rust-parallel/runtime/src/parallel/barrier.rs"))).toBe(true);
  const manifest = readFileSync(path.join(cwd, "pair-rust-parallel/Cargo.toml"), "utf8");
  expect(manifest).not.toContain("rayon");
});

test("the same works in a folder that assassyn new made", async () => {
  const cwd = project();
  await assassyn(["new", "counter"], { cwd });
  const { status, stderr } = await assassyn(["compile", "--pass", "lock-batching"], {
    cwd: path.join(cwd, "counter"),
  });
  expect([status, stderr]).toEqual([0, expect.stringContaining("wrote counter-rust-parallel (")]);
});

test.each<[files: Readonly<Record<string, string>>, argv: readonly string[], written: string]>([
  [{ "a.asyn": design() }, [], "pair.wasm"],
  [{ "a.asyn": design("parallel: true") }, [], "pair-rust-parallel"],
  [{ "a.asyn": design("parallel: true") }, ["--target", "rust"], "pair-rust"],
  [{ "a.asyn": design("parallel: true") }, ["--target", "wasm", "-o", "x.wasm"], "x.wasm"],
  [{ "a.asyn": design("parallel: true"), "assassyn.config.json": '{"parallel":false}' }, [], "pair.wasm"],
  [{ "a.asyn": design(), "assassyn.config.json": '{"parallel":true}' }, [], "pair-rust-parallel"],
  [
    { "a.asyn": design(), "assassyn.config.json": '{"parallel":true,"target":"rust"}' },
    [],
    "pair-rust-parallel",
  ],
  [{ "a.asyn": design(), "assassyn.config.json": '{"parallel":true,"target":"wasm"}' }, [], "pair.wasm"],
  [{ "a.asyn": design(), "assassyn.config.json": '{"target":"rust-parallel"}' }, [], "pair-rust-parallel"],
  [{ "a.asyn": design() }, ["-t", "rust-parallel", "-o", "made"], "made"],
])("who chooses the target of compile: %j %j", async (files, argv, written) => {
  const cwd = project(files);
  const { status, stderr } = await assassyn(["compile", ...argv, "-q"], { cwd });
  expect([status, stderr]).toEqual([0, ""]);
  expect(readdirSync(cwd).filter((name) => !(name in files))).toEqual([written]);
});

test.each<[argv: string, status: number, text: string]>([
  ["run --target rust-parallel --threads 0", 2, "At least one is needed; auto takes as many as pay."],
  ["run --target rust-parallel --threads -1", 2, "A whole number from 1 on is wanted, or auto."],
  ["run --target rust-parallel --threads many", 2, "A whole number from 1 on is wanted, or auto."],
  [
    "run --target rust --threads 2",
    2,
    "--threads: the target rust runs on one thread; add --target rust-parallel, or wasm",
  ],
  ["run --target interpreter --threads auto", 2, "--threads: the target interpreter runs on one thread"],
  ["run --executor scope", 2, "--executor: the target wasm has no executors; add --target rust-parallel"],
  ["compile --executor scope", 2, "--executor: the target wasm has no executors"],
  ["compile --executor scope --pass fold-constants", 2, "--executor: the target ir has no executors"],
  ["run --timeline t.json", 2, "--timeline: the target wasm does not record what its threads do"],
  ["run --target rust-parallel --timeline -", 2, "--timeline: stdout is for the logs; name a file"],
  ["run --target rust-parallel --executor fast", 2, "Allowed are workers, scope, rayon."],
  [
    "run --target rust-parallel --executor rayon --rung partition",
    2,
    "clusters always run on workers; for rayon end the ladder earlier, e.g. with --rung lock-elision",
  ],
  ["compile -t rust-parallel --rung lock-batch", 2, 'did you mean "lock-batching"?'],
  ["run -t rust-parallel --rung lock-elison", 2, 'did you mean "lock-elision"?'],
  ["run -t wasm --rung lock-elision", 2, "help: add `--target rust-parallel`"],
  ["run -t wasm --pass lock-batching", 1, "help: add `--target rust-parallel`"],
  ["compile -t rust-parallel --skip-pass lock-insertion", 1, 'do not skip "lock-insertion"'],
  ["run -t rust-parallel --skip-pass lock-insertion", 1, 'do not skip "lock-insertion"'],
  ["compile -t rust-parallel --skip-pass self-signature", 1, 'do not skip "self-signature"'],
  ["run -t rust-parallel --rung legalize-widths", 1, 'end at "lock-insertion" or behind it'],
  ["run -t rust-parallell", 2, "Allowed are wasm, interpreter, rust, rust-parallel."],
  ["compile -t rust-paralel", 2, 'did you mean "rust-parallel"?'],
  ["run -t rust-parallel --layout classic", 2, "only the rust target has layouts"],
  ["run -t rust-parallel -O", 2, "the target rust-parallel has no further optimiser"],
])("%s is refused", async (argv, wanted, text) => {
  const cwd = project({ "pair.asyn": design() });
  const { status, stdout, stderr } = await assassyn(argv.split(" "), { cwd });
  expect([status, stdout]).toEqual([wanted, ""]);
  expect(stderr).toContain(text);
  expect(stderr.match(/^error/gm)).toHaveLength(1);
  expect(readdirSync(cwd)).toEqual(["pair.asyn"]);
});

test("--executor scope ends the ladder before the clusters", async () => {
  const cwd = project({ "pair.asyn": design() });
  const crate = async (...argv: string[]): Promise<string> => {
    const { status } = await assassyn(["compile", "-t", "rust-parallel", "-o", "out", ...argv], { cwd });
    expect(status).toBe(0);
    return readdirSync(path.join(cwd, "out/src"), { recursive: true, encoding: "utf8" }).join(" ");
  };
  expect(await crate()).toContain("clusters.rs");
  expect(await crate("--executor", "scope")).not.toContain("clusters.rs");
  expect(await crate("--executor", "workers")).toContain("clusters.rs");
  expect(await crate("--executor", "scope", "--rung", "self-signature")).not.toContain("clusters.rs");
});

testWithRust(
  "run on threads: same log, measured figures, and a timeline that Perfetto opens",
  { timeout: 5 * MINUTE },
  async (cargo) => {
    const cwd = project({ "pair.asyn": design(), "assassyn.config.json": '{"threads":2}' });
    const run = (...argv: string[]) => assassyn(["run", ...argv], { cwd, env: { ...env, CARGO: cargo } });
    const reference = await run("--target", "interpreter");
    const plain = await run("--target", "rust-parallel");
    expect([plain.status, plain.stdout]).toEqual([0, reference.stdout]);
    expect(plain.stderr).toMatch(
      /^20 cycles in .* on rust-parallel, 2 threads; stopped at the cycle limit\n$/,
    );

    const stats = await run("-t", "rust-parallel", "--stats", "--timeline", "t.json");
    expect(stats.stdout).toBe(reference.stdout);
    expect(stats.stderr).toMatch(/\nthreads: 2 \(asked for\); waited at barriers \d+\.\d % of their time\n/);
    expect(stats.stderr).toContain(`
locks              total  per cycle
acquisitions           0       0.00
of them contended      0       0.00

activations  total  per cycle
Driver          20       1.00
left            19       0.95
right           19       0.95
`);
    const events: readonly Readonly<Record<string, unknown>>[] = JSON.parse(
      readFileSync(path.join(cwd, "t.json"), "utf8"),
    );
    const spans = events.filter(({ ph }) => ph === "X");
    expect(new Set(spans.map(({ tid }) => tid))).toEqual(new Set([0, 1]));
    expect(spans.some(({ name }) => name === "run")).toBe(true);
    for (const { name, ts, dur, pid } of spans) {
      expect([typeof name, typeof ts, typeof dur, typeof pid]).toEqual([
        "string",
        "number",
        "number",
        "number",
      ]);
      expect(Math.min(Number(ts), Number(dur))).toBeGreaterThanOrEqual(0);
    }
    expect(events.filter(({ ph }) => ph === "M").map(({ name }) => name)).toEqual([
      "process_name",
      "thread_name",
      "thread_name",
    ]);

    const json = await run("-t", "rust-parallel", "--stats", "--json");
    expect(JSON.parse(json.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      ok: true,
      summary: {
        target: "rust-parallel",
        threads: 2,
        threadsReason: "asked for",
        lockAcquisitions: 0,
        contended: 0,
        activations: { Driver: 20, left: 19, right: 19 },
      },
    });
    // A waveform is written by one thread; a timeline of one thread is empty, and says so.
    const waveform = await run("-t", "rust-parallel", "--vcd", "w.vcd");
    expect(waveform.stderr).toContain(", 1 thread (a waveform is written on one thread);");
    const alone = await run("-t", "rust-parallel", "--threads", "1", "--timeline", "t.json");
    expect(alone.stderr).toMatch(/^note\[cli\/empty-timeline\]: the timeline t\.json shows nothing/);
    // One thread has nobody to wait for; more than there are clusters are not started.
    const many = await run("-t", "rust-parallel", "--threads", "7");
    expect(many.stderr).toMatch(/, [123] threads? \(the design has [123] clusters?\);/);
    const one = await run("-t", "rust-parallel", "--threads", "1", "--json");
    const last: unknown = JSON.parse(one.stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ summary: { threads: 1 } });
    expect(last).not.toHaveProperty("summary.lockAcquisitions");
  },
);

testWithRust(
  "a rung below the clusters counts its locks; the design's own wish and a pass choose the target",
  { timeout: 5 * MINUTE },
  async (cargo) => {
    const cwd = project({
      "pair.asyn": design("cycles: 10, idle: 50, parallel: true, threads: 1"),
      "plain.asyn": design("cycles: 10, idle: 50"),
    });
    const run = (...argv: string[]) => assassyn(["run", ...argv], { cwd, env: { ...env, CARGO: cargo } });
    const reference = await run("plain.asyn", "--target", "interpreter");
    const chosen = await run("pair.asyn", "--rung", "lock-insertion", "--stats");
    expect(chosen.stdout.replaceAll("pair.asyn", "plain.asyn")).toBe(reference.stdout);
    expect(chosen.stderr).toContain("on rust-parallel, 1 thread;");
    expect(chosen.stderr).toMatch(/\nacquisitions +[1-9]\d* /);
    const byPass = await run(
      "plain.asyn",
      "--rung",
      "lock-batching",
      "--threads",
      "2",
      "--executor",
      "scope",
    );
    expect(byPass.stdout).toBe(reference.stdout);
    expect(byPass.stderr).toContain("on rust-parallel, 2 threads;");
  },
);

/** As `assassyn compile --target ir\` prints it behind lock-insertion, but a bracket is gone. */
test("a parallel form in IR text that shares something by accident is refused, whatever is assumed", async () => {
  const cwd = project({ "a.asyn": counter() });
  const printed = await assassyn(
    ["compile", "-t", "ir", "--pipeline", "default,lock-insertion,atomic-flags,self-signature"],
    { cwd },
  );
  expect(printed.status).toBe(0);
  const facts = "operands-explicit,widths-legal,locks-explicit,self-shared";
  const compile = (ir: string, ...more: string[]) =>
    assassyn(["compile", "-", "-t", "rust-parallel", "--pipeline", "", "--assume-facts", facts, ...more], {
      cwd,
      stdin: ir,
    });
  expect((await compile(printed.stdout)).status).toBe(0);
  const broken = printed.stdout.replaceAll(
    /^ +%\d+ (acquire|release) \w+ n\b.*\n|^ +%\d+ release n\b.*\n/gm,
    "",
  );
  expect(broken).not.toBe(printed.stdout);
  for (const more of [[], ["--no-verify-each"]]) {
    const { status, stderr } = await compile(broken, ...more, "-o", "other");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /error\[ownership\/lock-not-held\]: module Driver, `.*n\[%\d+\].*` \(a\.asyn:\d+:\d+\)/,
    );
  }
  const { stdout: sequential } = await assassyn(["compile", "-t", "ir"], { cwd });
  for (const more of [[], ["--no-verify-each"]]) {
    const { status, stderr } = await compile(sequential, ...more, "-o", "other");
    expect([status, stderr]).toEqual([
      1,
      'error[compiler/wrong-assumption]: the target rust-parallel needs "locks-explicit", which was assumed and does not hold: the system has no parallel form\n',
    ]);
  }
  expect(existsSync(path.join(cwd, "other"))).toBe(false);
});

test("wasm runs on threads, too, where somebody asks for them", async () => {
  const cwd = project({
    "pair.asyn": design("cycles: 3000, idle: 50"),
    "c.json": '{"parallel":true,"target":"wasm","threads":2}',
    "threads.json": '{"threads":2}',
  });
  const run = (...argv: string[]) => assassyn(["run", "pair.asyn", ...argv], { cwd });
  const one = await run();
  expect(one.stderr).toMatch(/ on wasm; stopped at the cycle limit\n$/);
  for (const argv of [
    ["--threads", "2"],
    ["--target", "wasm", "--threads", "2"],
    ["--config", "c.json"],
  ]) {
    const { stdout, stderr } = await run(...argv);
    expect(stdout).toBe(one.stdout);
    expect(stderr).toMatch(/^3 000 cycles in .* on wasm, 2 threads; stopped at the cycle limit\n$/);
  }
  const json = await run("--threads", "9", "--json", "--log", "none");
  expect(JSON.parse(json.stdout)).toMatchObject({ summary: { target: "wasm", threads: 3 } });
  expect((await run("--threads", "2", "--vcd", "w.vcd")).stderr).toContain(
    ", 1 thread (a waveform is written on one thread);",
  );
  expect((await run("--threads", "1")).stderr).toMatch(/ on wasm; /);
  expect((await run("--threads", "auto")).stdout).toBe(one.stdout);
  expect((await run("--config", "threads.json")).stderr).toContain('"threads" in threads.json has no effect');
});

const isDesign = (file: string): boolean => !/node_modules|[/\\]target([/\\]|$)/.test(file);

/** Commands of the README's section on threads, as somebody types them who is in a copy of the repository. */
testWithRust("the README's commands about threads work as typed", { timeout: 5 * MINUTE }, async (cargo) => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const [, section = ""] =
    /^## Threads\n([\s\S]*?)^## /m.exec(readFileSync(`${root}README.md`, "utf8")) ?? [];
  const lines = [...section.matchAll(/^npx assassyn (.*?)(?: +#.*)?$/gm)].map(([, words = ""]) => words);
  expect(lines.length).toBeGreaterThan(3);
  const cwd = project();
  cpSync(`${root}examples`, path.join(cwd, "examples"), { recursive: true, filter: isDesign });
  for (const line of lines) {
    const { status, stderr } = await assassyn(line.split(" "), { cwd, env: { ...env, CARGO: cargo } });
    expect([line, status, /^error/m.test(stderr)]).toEqual([line, 0, false]);
  }
  expect(existsSync(path.join(cwd, "async_call-rust-parallel/Cargo.toml"))).toBe(true);
});
