import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { project, start } from "./harness.js";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const command = path.join(mkdtempSync(path.join(tmpdir(), "assassyn-watch-")), "assassyn.js");

beforeAll(() => {
  const values = ["build.mjs", path.dirname(command)];
  const built = spawnSync(process.execPath, values, { cwd: packageFolder, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
});

/** Runs the command in a process that has compiled nothing before. */
function fresh(argv: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...argv], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const design = `system watched {
  config { cycles: 12, log: located }
  reg table: [u100; 4]
  reg count: u8
  module adder(a: u8, b: u8) {
    take a, b
    let sum = (a as u100) * 3 + (b as u100)
    when sum[0] == 1 {
      log("odd {}", sum)
    }
    table[(a & 3) as b2] <= sum as u100
  }
  module twin(a: u8, b: u8) {
    take a, b
    let sum = (a as u100) * 3 + (b as u100)
    log("twin {}", sum)
  }
  downstream watcher {
    let seen = adder.sum ?? u200(7)
    log("seen {} of round 1", seen)
  }
  driver {
    count <= count + 1
    adder(a: count, b: 0x5)
    twin(a: count, b: count)
  }
}
`;

/** Edits of a person, each on what the one before left. */
const EDITS: readonly ((text: string) => string)[] = [
  (text) => text.replace("b: 0x5", "b: 0x6"),
  (text) => text.replace("    take a, b\n", "    take a, b\n    let unused = a\n"),
  (text) => text.replace("as u100) * 3", "as u100) * 5"),
  (text) => text.replace("  driver {", "  reg more: u16\n  driver {\n    more <= more + 2"),
  (text) => text.replace("    let unused = a\n", ""),
];

test("a rerun of --watch gives what a process that starts with the edited design gives, to the byte", async () => {
  let text = design;
  const cwd = project({ "a.asyn": text });
  const running = start(["run", "a.asyn", "--target", "wasm", "--vcd", "warm.vcd", "--watch"], { cwd });
  await running.stderr.until(/watching/);
  for (const [index, edit] of EDITS.entries()) {
    const before = text;
    // The mark tells the rerun's lines from those of the run before.
    text = edit(text).replace(`round ${index + 1}`, `round ${index + 2}`);
    expect(edit(before)).not.toBe(before);
    const from = running.stdout.text.length;
    const rounds = running.stderr.text.length;
    writeFileSync(path.join(cwd, "a.asyn"), text);
    await running.stdout.until(new RegExp(`of round ${index + 2}\n`), from);
    await running.stderr.until(/watching/, rounds);
    expect(running.stdout.text.slice(from)).toBe(
      fresh(["run", "a.asyn", "--target", "wasm", "--vcd", "fresh.vcd", "--quiet"], cwd),
    );
    expect(readFileSync(path.join(cwd, "warm.vcd"), "utf8")).toBe(
      readFileSync(path.join(cwd, "fresh.vcd"), "utf8"),
    );
    const values = ["compile", "a.asyn", "--target", "wasm", "--quiet", "-o"];
    const warm = await start([...values, path.join(cwd, "warm")], { cwd }).ended;
    expect(warm.status).toBe(0);
    fresh([...values, path.join(cwd, "fresh")], cwd);
    expect(contentsOf(path.join(cwd, "warm"))).toEqual(contentsOf(path.join(cwd, "fresh")));
  }
  running.interrupt();
  expect((await running.ended).status).toBe(0);
});

/** What a compilation wrote: a file, or the files of a folder by name. */
function contentsOf(output: string): readonly (readonly [name: string, content: string])[] {
  const names = statSync(output).isDirectory() ? readdirSync(output).sort() : [""];
  return names.map((name) => [name, readFileSync(path.join(output, name)).toString("base64")]);
}
