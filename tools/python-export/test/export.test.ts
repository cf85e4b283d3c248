import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { importDesign } from "@assassyn/import-upstream";
import { createInterpreter } from "@assassyn/interpreter";
import { verify } from "@assassyn/ir";
import { expect } from "vitest";
import { testWithPython } from "../../workspace/requirements.js";

const tests = fileURLToPath(new URL(".", import.meta.url));
const tool = path.dirname(path.resolve(tests));

/** Runs a program in a folder of its own and shows what it prints when it fails. */
function python(command: string, cwd: string, ...args: readonly string[]): string {
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONPATH: [tool, tests].join(path.delimiter),
  };
  return execFileSync(command, ["-W", "error", ...args], { cwd, env, encoding: "utf8", stdio: "pipe" });
}

const DESIGN = `
from assassyn_export import export
from stand_in import accumulator
export(accumulator(), "build/out/", sim_threshold=3, resource_base="resources")
`;

testWithPython("an exported design is imported without a remark and runs", (command) => {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-export-"));
  try {
    mkdirSync(path.join(folder, "resources"));
    writeFileSync(path.join(folder, "resources", "rom.hex"), "0a\n0b\n0c\n0d\n");
    python(command, folder, "-c", DESIGN);
    const out = path.join(folder, "build", "out");
    expect(readdirSync(out)).toEqual(["accumulator.ir", "accumulator.json"]);
    const read = (name: string): { path: string; text: string } => ({
      path: name,
      text: readFileSync(path.join(out, name), "utf8"),
    });
    const { system, diagnostics } = importDesign({
      dump: read("accumulator.ir"),
      metadata: read("accumulator.json"),
      readMemory: (name) => ({ kind: "text", text: read(name).text }),
      enforceDepths: true,
    });
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    if (system === undefined) throw new Error("no system");
    expect(verify(system)).toEqual([]);
    const lines: string[] = [];
    createInterpreter(system, {
      onLog: ({ cycle, module, text }) => lines.push(`${cycle} ${module}: ${text}`),
    }).run();
    expect(lines).toEqual([
      "1 Driver: entry 7 word 0",
      "2 Adder: add 3 + 40 = 43",
      "2 Driver: entry 7 word 13",
      "2 Watch: watch 43",
      "3 Adder: add 4 + 40 = 44",
      "3 Driver: entry 7 word 10",
      "3 Watch: watch 44",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

testWithPython("the exporter's own tests pass", (command) => {
  python(command, tests, "-m", "unittest", "-q", "test_assassyn_export");
});

const ONLY_OLD_SYNTAX = `
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        ast.parse(file.read(), name, feature_version=(3, 8))
`;

testWithPython(
  "the exporter is one file of Python 3.8 that imports the standard library alone",
  (command) => {
    const file = path.join(tool, "assassyn_export.py");
    python(command, tool, "-c", ONLY_OLD_SYNTAX, file);
    // Isolated and without site packages there is nothing else to import.
    python(
      command,
      tool,
      "-I",
      "-S",
      "-B",
      "-c",
      `exec(compile(open(${JSON.stringify(file)}).read(), "file", "exec"))`,
    );
  },
);
