/** Golden files: a folder of inputs, beside each what is expected of it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The part of Vitest that a suite uses. It is handed in, so that this package depends on no version of it. */
export interface GoldenRunner {
  readonly test: (name: string, body: () => Promise<void> | void) => void;
  readonly expect: (actual: unknown) => {
    toEqual(expected: unknown): void;
    toMatchFileSnapshot(file: string): Promise<void>;
  };
}

/** An input of a {@link goldenSuite}. */
export interface GoldenInput {
  /** File name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** What a suite does with its inputs. */
export interface GoldenSuiteOptions {
  /** Ending of the inputs, e.g. `.ir`. A file that also has the ending of a golden is none. */
  readonly input: string;
  /** Endings of the goldens, e.g. `.expect.ir`. */
  readonly goldens: readonly string[];
  /** The goldens of one input: the text for each ending, or `undefined` where that golden must not exist. */
  readonly run: (input: GoldenInput) => Readonly<Record<string, string | undefined>>;
}

/** The goldens in `names` that belong to no input; exported for its own test. */
export function findOrphans(
  names: readonly string[],
  options: Pick<GoldenSuiteOptions, "input" | "goldens">,
): string[] {
  const goldenEnding = (name: string): string | undefined =>
    options.goldens.find((ending) => name.endsWith(ending));
  const inputs = new Set(
    names
      .filter((name) => name.endsWith(options.input) && goldenEnding(name) === undefined)
      .map((name) => name.slice(0, -options.input.length)),
  );
  return names.filter((name) => {
    const ending = goldenEnding(name);
    return ending !== undefined && !inputs.has(name.slice(0, -ending.length));
  });
}

/**
 * Declares a Vitest test for each input in `folder`, and one that fails for goldens that no input has. `vitest -u` writes the goldens.
 *
 * @throws Error if the folder has no inputs
 * @example
 * import { expect, test } from "vitest";
 * goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
 *   input: ".ir", goldens: [".expect.ir"], run: ({ text }) => ({ ".expect.ir": runPass(text) }),
 * });
 */
export function goldenSuite(
  { test, expect }: GoldenRunner,
  folder: string | URL,
  options: GoldenSuiteOptions,
): void {
  const root = typeof folder === "string" ? folder : decodeURIComponent(folder.pathname);
  const names = readdirSync(root).toSorted();
  const isGolden = (name: string): boolean => options.goldens.some((ending) => name.endsWith(ending));
  const inputs = names.filter((name) => name.endsWith(options.input) && !isGolden(name));
  if (inputs.length === 0) throw new Error(`${root} has no ${options.input} files`);
  const written = new Set<string>();
  for (const file of inputs) {
    const name = file.slice(0, -options.input.length);
    test(name, async () => {
      const full = path.join(root, file);
      const results = options.run({ name, file: full, text: readFileSync(full, "utf8") });
      for (const [ending, text] of Object.entries(results)) {
        if (text === undefined) continue;
        written.add(name + ending);
        await expect(text).toMatchFileSnapshot(path.join(root, name + ending));
      }
      const unexpected = options.goldens.filter(
        (ending) => results[ending] === undefined && names.includes(name + ending),
      );
      expect(unexpected.map((ending) => `${name}${ending} exists, but ${file} has no such result`)).toEqual(
        [],
      );
    });
  }
  test("every golden belongs to an input", () => {
    expect(findOrphans(names, options)).toEqual([]);
  });
}
