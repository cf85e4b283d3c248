import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { SystemBuilder } from "@assassyn/ir";
import { buildRustDesigns } from "@assassyn/testing/rust";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect } from "vitest";
import { emitRustSequential } from "../src/index.js";
import { HOST, expectedOfHost, hosted } from "./host-design.js";

testWithRust(
  "the library runs extern functions and shows, changes and restores state",
  { timeout: 600_000 },
  (cargo) => {
    const system = hosted();
    const files = emitRustSequential(system);
    const hosting = files.map((file) => (file.path === "src/main.rs" ? { ...file, text: HOST } : file));
    const binaries = buildRustDesigns(
      "sequential-host",
      new Map([
        ["host", hosting],
        ["bare", files],
      ]),
      { cargo, clippy: true },
    );

    const expected = expectedOfHost(system);
    const result = spawnSync(binaries.get("host") ?? "", { encoding: "utf8" });
    expect(
      result.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/operation: \d+/, "operation: 3")),
    ).toEqual(expected);
    expect(result.status).toBe(0);

    const bare = spawnSync(binaries.get("bare") ?? "", ["--quiet"], { encoding: "utf8" });
    expect(bare.stderr).toBe(
      "fault: extern half failed: this simulator was built without a body for it, in Driver at cycle 1 (design.asyn:1:1)\n",
    );
    expect(bare.status).toBe(1);
  },
);

testWithRust(
  "wrong use of the command line ends with status 2, an unwritable log with 1",
  { timeout: 600_000 },
  (cargo) => {
    const system = new SystemBuilder("plain");
    const driver = system.module("driver", "Driver");
    driver.log('a\tb "{}"', [driver.slice(driver.cycle(), 7, 0)]);
    const binaries = buildRustDesigns(
      "sequential-command-line",
      new Map([["plain", emitRustSequential(system.build())]]),
      { cargo },
    );
    const run = (...options: string[]) =>
      spawnSync(binaries.get("plain") ?? "", options, { encoding: "utf8" });
    expect(run("--speed")).toMatchObject({
      status: 2,
      stderr: "plain: unknown option --speed; see --help\n",
    });
    expect(run("--cycles", "2", "--log", "json", "--quiet")).toMatchObject({
      status: 0,
      stderr: "",
      stdout:
        '{"cycle":1,"module":"Driver","text":"a\\tb \\"1\\"","file":"design.asyn","line":1}\n' +
        '{"cycle":2,"module":"Driver","text":"a\\tb \\"2\\"","file":"design.asyn","line":1}\n',
    });
    expect(run("--cycles", "1", "--log", "plain", "--quiet").stdout).toBe('a\tb "1"\n');
    expect(run("--cycles", "1", "--log", "none", "--quiet").stdout).toBe("");
    expect(run("--vcd", "/nonexistent/out.vcd").status).toBe(1);
    expect(run("--vcd", "/nonexistent/out.vcd").stderr).toContain("cannot write /nonexistent/out.vcd");
    if (existsSync("/dev/full")) {
      const full = openSync("/dev/full", "w");
      const result = spawnSync(binaries.get("plain") ?? "", [], {
        encoding: "utf8",
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      expect(result.status).toBe(1);
      expect(result.stderr).toContain("No space left on device");
    }
    expect(run("--help").stdout).toContain("--trace PATTERN");
  },
);
