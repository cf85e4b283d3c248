import { test } from "vitest";
import type { TestOptions } from "vitest";
import { findRequirement, isRequired, requirements } from "./requirements.mjs";
import type { RequirementName } from "./requirements.mjs";

/** The body of a test; `command` is the executable that was found, such as `cargo`, and `skip` ends the test as skipped, with a reason. */
export type RequirementTest = (command: string, skip: (reason: string) => never) => void | Promise<void>;

/** Declares a test that needs a tool from outside npm. Same arguments as Vitest's `test`. */
export type RequirementTestFunction = (
  name: string,
  ...bodyAndOptions: [RequirementTest] | [TestOptions, RequirementTest]
) => void;

/**
 * Builds a `test` that runs where `requirement` is installed and is skipped elsewhere. When the requirement's
 * variable is set (`ASSASSYN_REQUIRE_RUST=1`) and the tool is missing, the test fails instead.
 *
 * @example
 * const testWithGcc = createRequirementTest("riscvGcc");
 */
export function createRequirementTest(requirement: RequirementName): RequirementTestFunction {
  const { label, variable } = requirements[requirement];
  return (name, ...bodyAndOptions) => {
    const [options, body]: [TestOptions, RequirementTest] =
      bodyAndOptions.length === 1 ? [{}, bodyAndOptions[0]] : bodyAndOptions;
    const command = findRequirement(requirement);
    if (command !== undefined) {
      test(name, options, (context) => body(command, (reason) => context.skip(reason)));
    } else if (isRequired(requirement)) {
      test(name, () => {
        throw new Error(`${label} not found, and ${variable} insists on it`);
      });
    } else {
      // oxlint-disable-next-line vitest/no-disabled-tests -- skipping where the tool is missing is the point
      test.skip(`${name} (needs ${label})`, () => {});
    }
  };
}

/**
 * A test that needs `cargo`.
 *
 * @example
 * testWithRust("the crate builds", { timeout: 60_000 }, (cargo) => {
 *   execFileSync(cargo, ["build", "--offline"], { cwd: folder });
 * });
 */
export const testWithRust = createRequirementTest("rust");

/** A test that needs Chromium or Chrome; `CHROMIUM` may name the executable. */
export const testWithChromium = createRequirementTest("chromium");

/** A test that needs `valgrind`. */
export const testWithValgrind = createRequirementTest("valgrind");

/** A test that needs `riscv64-unknown-elf-gcc`. */
export const testWithRiscvGcc = createRequirementTest("riscvGcc");

/** A test that needs `dot` of Graphviz. */
export const testWithGraphviz = createRequirementTest("graphviz");

/** A test that needs `python3`; `PYTHON` may name the executable. */
export const testWithPython = createRequirementTest("python");
