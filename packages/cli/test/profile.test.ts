import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assassyn, project } from "./harness.js";

const design = `system seldom {
  config { cycles: 40, idle: 10 }
  reg n: u8
  reg sum: u32
  module rare(a: u8) { take a; sum <= sum + a / 3 + a / 5 + a / 7 }
  driver {
    n <= n + 1
    when n[2:0] == 0 { rare(a: n) }
    log("n = {}", n)
  }
}
`;

test("profile counts how often each module runs, and prints no logs", async () => {
  const cwd = project({ "main.asyn": design });
  const { status, stdout, stderr } = await assassyn(["profile"], { cwd });
  expect([status, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    design: "seldom",
    cycles: 40,
    activations: { rare: 5, Driver: 40 },
  });
  const short = await assassyn(["profile", "--cycles", "9", "-o", "p.json"], { cwd });
  expect([short.status, short.stdout, short.stderr]).toEqual([0, "", "wrote p.json (9 cycles)\n"]);
  expect(JSON.parse(readFileSync(path.join(cwd, "p.json"), "utf8"))).toMatchObject({
    cycles: 9,
    activations: { rare: 1, Driver: 9 },
  });
});

test("--profile weighs modules by how often they ran", async () => {
  const cwd = project({ "main.asyn": design });
  await assassyn(["profile", "-o", "p.json"], { cwd });
  const costs = async (argv: string[]) => {
    const { status, stdout } = await assassyn(["analyze", "--partition", "--json", ...argv], { cwd });
    expect(status).toBe(0);
    const { partition }: { partition: { totalCost: number } } = JSON.parse(stdout);
    return partition.totalCost;
  };
  expect(await costs(["--profile", "p.json"])).toBeLessThan(await costs([]));
  const { stdout } = await assassyn(["analyze", "--partition", "--profile", "p.json"], { cwd });
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("as often as they ran in the 40 cycles of the profile");
  const ir = ["compile", "-t", "ir", "--pass", "lock-insertion,self-signature,partition"];
  const usual = await assassyn(ir, { cwd });
  const profiled = await assassyn([...ir, "--profile", "p.json"], { cwd });
  expect(profiled.stdout).toMatch(/^ *cluster \d+ cost \d+/m);
  expect(profiled.stdout).not.toBe(usual.stdout);
});

test.each<[content: string | undefined, status: number, text: string]>([
  [undefined, 2, "--profile: cannot read p.json: no such file"],
  ["{}", 2, "--profile: p.json cannot be used: its version is undefined, not 1"],
  [
    '{"version": 1, "design": "other", "cycles": 1, "activations": {"x": 1, "y": 0}}',
    0,
    'the profile, made of other, names "x" and 1 more, which the design does not have',
  ],
])("a profile %j is answered", async (content, wanted, text) => {
  const cwd = project({ "main.asyn": design });
  if (content !== undefined) writeFileSync(path.join(cwd, "p.json"), content);
  const { status, stderr } = await assassyn(["analyze", "--profile", "p.json"], { cwd });
  expect([status, stderr]).toEqual([wanted, expect.stringContaining(text)]);
});
