import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

const design = counter(9, '    assert n < 3, "too far"\n');
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

testWithRust(
  "the rust target prints what the others print, and builds only what changed",
  { timeout: 120_000 },
  async (cargo) => {
    const cwd = project({ "a.asyn": design });
    const run = (target: string, more: readonly string[] = [], command = cargo) =>
      assassyn(["run", "--target", target, "--vcd", `${target}.vcd`, ...more], {
        cwd,
        env: { ...env, CARGO: command },
      });
    const native = await run("rust");
    const reference = await run("interpreter");
    expect([native.status, native.stdout]).toEqual([1, reference.stdout]);
    expect(native.stderr.split("\n")[0]).toBe(reference.stderr.split("\n")[0]);
    expect(native.stderr).toMatch(/\n4 cycles in .* on rust; stopped by a fault in Driver\n$/);
    const vcd = (target: string) => readFileSync(path.join(cwd, `${target}.vcd`), "utf8");
    await run("wasm");
    expect([vcd("rust"), vcd("wasm")]).toEqual([vcd("interpreter"), vcd("interpreter")]);

    // Built already: no cargo is needed, and none is asked.
    const limited = await run("rust", ["--cycles", "3", "--json"], "/nonexistent/cargo");
    expect(limited.status).toBe(0);
    const lines = limited.stdout.trimEnd().split("\n");
    expect([lines.length, JSON.parse(lines[3] ?? "")]).toMatchObject([
      4,
      { ok: true, summary: { target: "rust", cycles: 3, stop: { kind: "limit" }, droppedWrites: 0 } },
    ]);
    const fault = await run("rust", ["--json"], "/nonexistent/cargo");
    expect(JSON.parse(fault.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      summary: {
        stop: {
          kind: "fault",
          message: "assertion failed: too far",
          module: "Driver",
          cycle: 4,
          file: "a.asyn",
          line: 7,
        },
      },
    });
    const none = await run("rust", ["--trace", "zzz"], "/nonexistent/cargo");
    expect([none.status, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("zzz");
    expect(readdirSync(cwd).sort()).toEqual(["a.asyn", "interpreter.vcd", "rust.vcd", "target", "wasm.vcd"]);

    writeFileSync(path.join(cwd, "a.asyn"), design.replace("n = {}", "m = {}"));
    expect((await run("rust", ["--log", "plain"])).stdout).toBe("m = 0\nm = 1\nm = 2\nm = 3\n");
  },
);

test("a cargo that is missing is a clear error with another way to go", async () => {
  const cwd = project({ "a.asyn": design });
  const { status, stdout, stderr } = await assassyn(["run", "--target", "rust"], {
    cwd,
    env: { ...env, CARGO: "/nonexistent/cargo" },
  });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("error[cli/cargo-missing]: the Rust target needs `/nonexistent/cargo`");
  expect(stderr).toContain("--target wasm");
});

test.skipIf(process.platform === "win32")(
  "a cargo that fails shows its output; an error in the generated code is our bug",
  async () => {
    const cwd = project({
      "a.asyn": design,
      cargo: "#!/bin/sh\nprintf 'error: linker `cc` not found\\n' >&2\nexit 101\n",
    });
    const cargo = path.join(cwd, "cargo");
    const run = () => assassyn(["run", "--target", "rust"], { cwd, env: { ...env, CARGO: cargo } });
    chmodSync(cargo, 0o755);
    const linker = await run();
    expect(linker.status).toBe(1);
    expect(linker.stderr).toMatch(/^error: linker `cc` not found\nerror\[cli\/cargo-failed\]: /);
    writeFileSync(cargo, "#!/bin/sh\nprintf 'error[E0308]: mismatched types\\n' >&2\nexit 101\n");
    const bug = await run();
    expect([bug.status, bug.stderr.includes("please report it")]).toEqual([70, true]);
    writeFileSync(
      cargo,
      "#!/bin/sh\nprintf 'error: rustup could not choose a version of cargo to run, because one was not specified explicitly, and no default is configured.\\n' >&2\nexit 1\n",
    );
    const toolchain = await run();
    expect([toolchain.status, toolchain.stderr.includes("cli/cargo-missing")]).toEqual([2, true]);
  },
);
