import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { generateRuntimeSource } from "../generate.mjs";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const runtimeFolder = path.join(packageFolder, "../../tools/rust-sim-runtime");

test("the embedded runtime is the one in tools/rust-sim-runtime", () => {
  const embedded = readFileSync(path.join(packageFolder, "src/generated/runtime-source.ts"), "utf8");
  // When it is not: `node packages/emit-rust/generate.mjs`.
  expect(embedded).toBe(generateRuntimeSource());
});

testWithRust("the runtime passes its own tests and clippy", { timeout: 600_000 }, (cargo) => {
  const environment = {
    ...process.env,
    CARGO_TARGET_DIR: path.join(packageFolder, "../../node_modules/.cache/assassyn-rust/runtime-target"),
  };
  const options = { cwd: runtimeFolder, env: environment, stdio: "pipe" } as const;
  execFileSync(cargo, ["test", "--offline", "--quiet"], options);
  execFileSync(cargo, ["clippy", "--offline", "--quiet", "--all-targets", "--", "-D", "warnings"], options);
});
