import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

const plugin = `export default {
  name: "counting",
  apiVersion: 1,
  passes: [
    { name: "count", description: "Would count", run() {} },
    { name: "trip", description: "Goes with a report that fails", run() {} },
  ],
  reports: [
    {
      name: "total",
      description: "How far it came",
      pass: "count",
      run({ simulation, system }) {
        const n = Number(simulation.read("n"));
        const files = [{ path: "sub/n.txt", content: String(n) }];
        return { text: system.name + " came to " + n + "\\n", data: { n }, files };
      },
    },
    { name: "wrong", description: "Fails", pass: "trip", run() { throw new Error("lost the thread"); } },
  ],
};
`;

const run = (cwd: string, ...argv: string[]) =>
  assassyn(["run", "main.asyn", "--plugin", "./counting.mjs", "--log", "plain", ...argv], { cwd });
const folder = () => project({ "main.asyn": counter(2), "counting.mjs": plugin });

test.each(["wasm", "interpreter"])("a report comes behind the summary of a run on %s", async (target) => {
  const { status, stdout, stderr } = await run(folder(), "--pass", "count", "-t", target);
  expect([status, stdout]).toEqual([0, "n = 0\nn = 1\n"]);
  expect(stderr).toMatch(/cycle limit\n\ncounter came to 2\n$/);
});

test("without its pass, with -q or behind a fault there is no report", async () => {
  expect((await run(folder())).stderr).not.toContain("came to");
  expect((await run(folder(), "--pass", "count", "-q")).stderr).toBe("");
  const faulty = project({ "main.asyn": counter(2, '    assert n < 1, "no"\n'), "counting.mjs": plugin });
  const { status, stderr } = await run(faulty, "--pass", "count");
  expect([status, stderr.includes("came to")]).toEqual([1, false]);
});

test("with --json the data stands in the document at the end", async () => {
  const argv = ["run", "main.asyn", "--plugin", "./counting.mjs", "--pass", "count", "--json"];
  const { stdout } = await assassyn(argv, { cwd: folder() });
  expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    ok: true,
    reports: { total: { n: 2 } },
    summary: { cycles: 2 },
  });
});

test("--report-dir gets the files of the reports", async () => {
  const cwd = folder();
  expect((await run(cwd, "--pass", "count")).status).toBe(0);
  expect(existsSync(path.join(cwd, "sub"))).toBe(false);
  expect((await run(cwd, "--pass", "count", "--report-dir", "out")).status).toBe(0);
  expect(readFileSync(path.join(cwd, "out/sub/n.txt"), "utf8")).toBe("2");
  const refused = await run(cwd, "--pass", "count", "--report-dir", "main.asyn");
  expect([refused.status, refused.stderr.includes("main.asyn")]).toEqual([1, true]);
});

test("a report that crashes is a bug of its plugin", async () => {
  const { status, stdout, stderr } = await run(folder(), "--pass", "trip,count");
  expect([status, stdout]).toEqual([70, "n = 0\nn = 1\n"]);
  expect(stderr).toContain(
    'error[cli/report-crashed]: the report "wrong" of "counting" crashed: lost the thread',
  );
  expect(stderr).toContain("counter came to 2");
});

/** What cargo needs. */
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

testWithRust("the Rust target says that it cannot make a report", { timeout: 120_000 }, async (cargo) => {
  const argv = ["run", "main.asyn", "--plugin", "./counting.mjs", "--pass", "count", "-t", "rust"];
  const { status, stderr } = await assassyn(argv, { cwd: folder(), env: { ...env, CARGO: cargo } });
  expect(status).toBe(0);
  expect(stderr).toContain('the target rust cannot make the report "total"; --target wasm can');
});
