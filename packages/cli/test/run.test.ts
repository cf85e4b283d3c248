import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assassyn, counter, project, start } from "./harness.js";

const interpreter = ["--target", "interpreter"];

const faulty = counter(9, '    assert n < 3, "too far"\n');

test("a design whose arrays the interpreter cannot hold is an error, not the end of the memory", async () => {
  const text = "system s { reg a: [u64; 1000000000]\n driver { a[cycle()] <= 1 } }\n";
  const cwd = project({ "main.asyn": text });
  for (const argv of [
    ["run", "--target", "interpreter"],
    ["compile", "-t", "ir", "--bisect"],
  ]) {
    const { status, stderr } = await assassyn(argv, { cwd });
    expect([status, stderr]).toEqual([1, expect.stringContaining("cli/state-too-large")]);
  }
});

test("logs go to stdout and a summary to stderr", async () => {
  const cwd = project({ "counter.asyn": counter(2) });
  const { status, stdout, stderr } = await assassyn(["run", ...interpreter], { cwd });
  expect(status).toBe(0);
  expect(stdout).toBe(
    "@counter.asyn:6  Cycle @1.00: [Driver]\tn = 0\n@counter.asyn:6  Cycle @2.00: [Driver]\tn = 1\n",
  );
  expect(stderr).toMatch(
    /^2 cycles in [\d.]+ \S+ \([\d.]+ k?cycles\/s\) on interpreter; stopped at the cycle limit\n$/,
  );
});

test.each([
  ["plain", "n = 0\n"],
  ["none", ""],
  ["json", '{"cycle":1,"module":"Driver","text":"n = 0","file":"counter.asyn","line":6}\n'],
])("--log %s", async (form, expected) => {
  const cwd = project({ "counter.asyn": counter(1) });
  const { stdout, stderr } = await assassyn(["run", ...interpreter, "--log", form, "-q"], { cwd });
  expect([stdout, stderr]).toEqual([expected, ""]);
});

test("limits: command line before configuration before design", async () => {
  const cwd = project({
    "counter.asyn": counter(2),
    "c.json": '{"cycles":3,"log":"plain","target":"interpreter"}',
  });
  const lines = async (...argv: string[]) =>
    (await assassyn(["run", "counter.asyn", ...argv], { cwd })).stdout.split("\n").length - 1;
  expect(await lines(...interpreter)).toBe(2);
  expect(await lines("--config", "c.json")).toBe(3);
  expect(await lines("--config", "c.json", "--cycles", "1_0")).toBe(10);
});

test("a wish for threads that the configuration's target cannot fulfil is said, not swallowed", async () => {
  const cwd = project({
    "a.asyn": counter(1),
    "assassyn.config.json": '{"parallel":true,"target":"interpreter"}',
    "threads.json": '{"threads":4}',
  });
  const { status, stderr } = await assassyn(["run"], { cwd });
  expect(status).toBe(0);
  expect(stderr).toContain(
    'warning[cli/no-parallel]: "parallel" in assassyn.config.json has no effect: the target interpreter runs on one thread',
  );
  expect(stderr).toContain('help: remove `target` from assassyn.config.json, or make it "rust-parallel"');
  expect((await assassyn(["run", "-q"], { cwd })).stderr).toBe("");
  expect((await assassyn(["run", ...interpreter], { cwd })).stderr).not.toContain("warning");
  const threads = await assassyn(["run", "--config", "threads.json"], { cwd });
  expect(threads.stderr).toContain('"threads" in threads.json has no effect: the target wasm');
  expect(threads.stderr).toContain("help: add `parallel: true` to threads.json");
});

test("the idle stop prints its line on stdout, but not among JSON lines", async () => {
  const idle =
    "system idle {\n  module m(a: u8) {\n    take a\n  }\n  driver {\n    wait_until cycle() < 3\n    m(a: 1)\n  }\n}\n";
  const cwd = project({ "idle.asyn": idle });
  const { status, stdout, stderr } = await assassyn(["run", ...interpreter, "--idle", "4"], { cwd });
  expect([status, stdout]).toEqual([0, "Simulation stopped due to reaching idle threshold of 4\n"]);
  expect(stderr).toContain("stopped after 4 idle cycles");
  const json = await assassyn(["run", ...interpreter, "--idle", "4", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, summary: { stop: { kind: "idle" } } });
});

test("a fault: logs up to it, its line and its place in the source, status 1", async () => {
  const cwd = project({ "a.asyn": faulty });
  const { status, stdout, stderr } = await assassyn(["run", ...interpreter, "--log", "plain"], { cwd });
  expect([status, stdout]).toEqual([1, "n = 0\nn = 1\nn = 2\nn = 3\n"]);
  expect(stderr).toMatch(
    /^fault: assertion failed: too far, in Driver at cycle 4 \(a\.asyn:7:5\)\nerror\[fault\/assertion\]: assertion failed: too far\n --> a\.asyn:7:5\n/,
  );
  expect(stderr).toMatch(/note: in Driver, at cycle 4\n[^]*4 cycles .*; stopped by a fault in Driver\n$/);
  const quiet = await assassyn(["run", ...interpreter, "-q", "--log", "none"], { cwd });
  expect([quiet.status, quiet.stdout, quiet.stderr.split("\n").length]).toEqual([1, "", 2]);
});

test("--json ends with a document that holds the summary", async () => {
  const cwd = project({ "a.asyn": faulty });
  const { status, stdout } = await assassyn(["run", ...interpreter, "--json"], { cwd });
  const lines = stdout.trimEnd().split("\n");
  expect([status, lines.length]).toEqual([1, 5]);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    cycle: 1,
    module: "Driver",
    text: "n = 0",
    file: "a.asyn",
    line: 6,
  });
  expect(JSON.parse(lines[4] ?? "")).toEqual({
    schemaVersion: 1,
    ok: false,
    diagnostics: [expect.objectContaining({ code: "fault/assertion", notes: ["in Driver, at cycle 4"] })],
    summary: {
      target: "interpreter",
      cycles: 4,
      seconds: expect.any(Number),
      cyclesPerSecond: expect.any(Number),
      stop: {
        kind: "fault",
        message: "assertion failed: too far",
        module: "Driver",
        cycle: 4,
        file: "a.asyn",
        line: 7,
        column: 5,
      },
      droppedWrites: 0,
      phases: expect.any(Array),
    },
  });
  const wrong = await assassyn(["run", ...interpreter, "--json"], { cwd: project({ "a.asyn": "system {" }) });
  expect([wrong.status, wrong.stderr]).toEqual([1, ""]);
  expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, diagnostics: [{ severity: "error" }] });
});

test("a fault has a code, a frame, a reason and a suggestion", async () => {
  const cwd = project({
    "a.asyn": 'system s {\n  module m(a: u8) { log("{}", a.pop()) }\n  driver { call m }\n}\n',
  });
  const { status, stderr } = await assassyn(["run", ...interpreter, "--color", "never"], { cwd });
  expect(status).toBe(1);
  expect(stderr.split("\n").slice(1, 8)).toEqual([
    "error[fault/pop-empty]: pop of the empty FIFO m.a",
    " --> a.asyn:2:31",
    "  |",
    '2 |   module m(a: u8) { log("{}", a.pop()) }',
    "  |                               ^^^^^",
    "  = note: in m, at cycle 2",
    "  = help: `take` or `wait_until … .valid` waits until there is a value",
  ]);
});

test("--stats prints the phases", async () => {
  const cwd = project({ "a.asyn": counter() });
  const { stderr } = await assassyn(["run", ...interpreter, "--stats"], { cwd });
  expect(stderr).toMatch(/\n {2}read +[\d.]+ \S+\n(.*\n)* {2}simulate +[\d.]+ \S+\n$/);
});

test("--vcd writes the signals that --trace names", async () => {
  const cwd = project({ "a.asyn": counter(3) });
  const { status } = await assassyn(["run", ...interpreter, "-q", "--vcd", "out.vcd", "--trace", "n"], {
    cwd,
  });
  expect(status).toBe(0);
  const vcd = readFileSync(path.join(cwd, "out.vcd"), "utf8");
  expect(vcd).toContain("$var reg 32 ! n [31:0] $end");
  expect(vcd.slice(vcd.indexOf("#0"))).toBe("#0\n$dumpvars\nb0 !\n$end\n#1\nb1 !\n#2\nb10 !\n#3\nb11 !\n");
  const none = await assassyn(["run", ...interpreter, "--vcd", "x.vcd", "--trace", "zzz"], { cwd });
  expect([none.status, none.stderr]).toEqual([
    2,
    'error[cli/no-signals]: no signal matches the pattern "zzz"\n  = help: there are n, Driver, Driver.triggered\n',
  ]);
  const near = await assassyn(["run", ...interpreter, "--vcd", "x.vcd", "--trace", "n.*,Drivr"], { cwd });
  expect(near.stderr).toContain('did you mean "Driver"?\n');
  const folder = await assassyn(["run", ...interpreter, "--vcd", "."], { cwd });
  expect(folder.status).toBe(2);
  expect(readdirSync(cwd).sort()).toEqual(["a.asyn", "out.vcd"]);
});

test("an error in the design prints no log and no summary", async () => {
  const cwd = project({ "a.asyn": counter().replace("n + 1", "nn") });
  const { status, stdout, stderr } = await assassyn(["run", ...interpreter], { cwd });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("a.asyn:5:10");
  expect(stderr).not.toContain("cycles in");
});

test("IR text runs as its source does", async () => {
  const cwd = project({ "a.asyn": counter(3) });
  const { stdout: ir } = await assassyn(["compile", "a.asyn", "--target", "ir", "--pipeline", ""], { cwd });
  const direct = await assassyn(["run", "a.asyn", ...interpreter, "-q"], { cwd });
  const viaIr = await assassyn(["run", "-", ...interpreter, "-q"], { cwd, stdin: ir });
  expect(viaIr).toEqual(direct);
});

test("extern functions come from --externs or the configuration, and are asked for when missing", async () => {
  const design = `system ext {
  config { cycles: 2 }
  extern fn double(a: u32) -> (b: u32)
  driver {
    log("{}", double(u32(21)))
  }
}
`;
  const cwd = project({
    "a.asyn": design,
    "bodies.mjs": "export const double = (a) => a * 2n;\n",
    "c.json": '{"externs":"bodies.mjs"}',
    "empty.mjs": "",
    "broken.mjs": 'throw new Error("no bodies today");\n',
  });
  const plain = ["run", "a.asyn", ...interpreter, "--log", "plain", "-q"];
  expect((await assassyn([...plain, "--externs", "bodies.mjs"], { cwd })).stdout).toBe("42\n42\n");
  expect((await assassyn([...plain, "--config", "c.json"], { cwd })).stdout).toBe("42\n42\n");
  for (const argv of [[], ["--externs", "empty.mjs"]]) {
    const { status, stderr } = await assassyn([...plain, ...argv], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain(
      "error[cli/extern-missing]: the design has extern functions without a body: double\n",
    );
  }
  expect((await assassyn([...plain, "--externs", "broken.mjs"], { cwd })).stderr).toContain(
    "no bodies today",
  );
});

test("an interruption ends the run in good order", async () => {
  const cwd = project({ "a.asyn": counter(2 ** 40).replace("idle: 50", `idle: ${2 ** 40}`) });
  const running = start(["run", ...interpreter, "--vcd", "out.vcd"], { cwd });
  await running.stdout.until(/n = 9\n/);
  running.interrupt();
  const { status, stderr } = await running.ended;
  expect(status).toBe(130);
  expect(stderr).toContain("; interrupted\n");
  expect(existsSync(path.join(cwd, "out.vcd"))).toBe(true);
});

test("--watch runs again after a change of the design, of an import, and of a memory file, whatever is wrong meanwhile", async () => {
  const cwd = project();
  mkdirSync(path.join(cwd, "lib"));
  const write = (name: string, text: string) => writeFileSync(path.join(cwd, name), text);
  const design = `import "lib/start.asyn"
system watched {
  config { cycles: 1, log: plain }
  reg rom: [u8; 2] = file("rom.hex")
  driver {
    log("{} {}", u32(START), rom[0])
  }
}
`;
  const running = start(["run", "a.asyn", ...interpreter, "--watch"], { cwd });
  const next = async (action: () => void, pattern: RegExp, stream: "stdout" | "stderr" = "stdout") => {
    const from = running[stream].text.length;
    const rounds = running.stderr.text.length;
    action();
    await running[stream].until(pattern, from);
    await running.stderr.until(/watching/, rounds);
  };
  await next(() => {}, /cannot read a\.asyn/, "stderr");
  write("lib/start.asyn", "const START = 1\n");
  write("rom.hex", "05\n");
  await next(() => write("a.asyn", design), /^1 5\n/);
  await next(() => write("lib/start.asyn", "const START = 2\n"), /^2 5\n/);
  await next(() => write("rom.hex", "07\n"), /^2 7\n/);
  await next(() => write("a.asyn", design.replace("START)", "STRAT)")), /STRAT/, "stderr");
  await next(() => write("a.asyn", design.replace("{} {}", "again {} {}")), /^again 2 7\n/);
  running.interrupt();
  const { status, stdout } = await running.ended;
  expect(status).toBe(0);
  expect(stdout).not.toContain("\u001B");
});
