import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { assassyn, counter, project } from "./harness.js";

const hasBinaryen = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve("binaryen");
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(hasBinaryen)(
  "-O without binaryen says what to install and writes nothing (not where it is installed)",
  async () => {
    const cwd = project({ "a.asyn": counter() });
    for (const argv of [
      ["compile", "-O"],
      ["run", "-O"],
    ]) {
      const { status, stdout, stderr } = await assassyn(argv, { cwd });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(
        "error[cli/optimizer-missing]: -O needs the package binaryen, which is not installed\n",
      );
      expect(stderr).toContain("npm install binaryen");
    }
    expect(readdirSync(cwd)).toEqual(["a.asyn"]);
  },
);

test.skipIf(!hasBinaryen)(
  "-O changes nothing but the speed (only where binaryen is installed)",
  { timeout: 60_000 },
  async () => {
    const cwd = project({ "a.asyn": counter() });
    const plain = await assassyn(["run", "-q"], { cwd });
    expect(await assassyn(["run", "-q", "-O"], { cwd })).toEqual(plain);
  },
);
