import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { publicPackages } from "@assassyn/workspace/public-packages";
import { expect, onTestFinished, test } from "vitest";
import { checkDocumentation } from "./check-documentation.js";
import { formatReport, reportFile } from "./format-report.js";
import { readApi } from "./read-api.js";
import { buildAndReadApi, formatReports } from "./reports.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const names = publicPackages(root).map(({ manifest }) => manifest.name);
const apis = buildAndReadApi(root);
const reports = await formatReports(root, apis);

test.for(names)("the report of %s is what `npm run api` writes", (name) => {
  const file = reportFile(name);
  const committed = readdirSync(path.join(root, "api")).includes(path.basename(file))
    ? readFileSync(path.join(root, file), "utf8")
    : `${file} is missing: run \`npm run api\` and commit it`;
  expect(committed).toBe(reports.get(file));
});

test("every report belongs to a package", () => {
  expect(readdirSync(path.join(root, "api")).sort()).toEqual(
    [...reports.keys()].map((file) => path.basename(file)).sort(),
  );
});

test.for(names)("every export of %s has a doc comment that says something", (name) => {
  expect(apis.filter((api) => api.name === name).flatMap(checkDocumentation)).toEqual([]);
});

/** A package in a workspace of its own with these declaration files, as if it had been built. */
function createPackage(declarations: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), "assassyn-api-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const manifest = {
    name: "@assassyn/one",
    version: "0.0.0",
    type: "module",
    exports: {
      ".": { types: "./dist/index.d.ts" },
      "./more": { types: "./dist/more.d.ts" },
      "./package.json": "./package.json",
    },
  };
  mkdirSync(path.join(folder, "packages/one/dist"), { recursive: true });
  writeFileSync(path.join(folder, "packages/one/package.json"), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(declarations)) {
    writeFileSync(path.join(folder, "packages/one/dist", name), text);
  }
  return { folder, packages: [{ folder: "packages/one", manifest }] };
}

test("a report lists each entry by name, without comments, and what it mentions", async () => {
  const { folder, packages } = createPackage({
    "index.d.ts": `
      import type { Hidden } from "./hidden.js";
      /** Doubles a number. */
      export declare function twice(value: number): number;
      export declare function twice(value: bigint): bigint;
      export declare const limit: 64;
      export { Inner as Outer } from "./hidden.js";
      export interface Box { /** What is in it. */ readonly content: Hidden; }
      declare const unused: string;
    `,
    "hidden.d.ts": `
      export interface Hidden { readonly deeper: import("./deeper.js").Deeper; }
      export interface Inner { readonly size: number; }
    `,
    "deeper.d.ts": `export type Deeper = "deep"; export type Unseen = 1;`,
    "more.d.ts": `export declare class More { #private; run(): void; }`,
  });
  const [api] = readApi(folder, packages);
  if (api === undefined) throw new Error("no package");
  expect(await formatReport(api, path.join(root, reportFile(api.name)))).toMatchInlineSnapshot(`
    "# @assassyn/one

    The public surface of this package, written by \`npm run api\`. A test compares it.

    ## \`@assassyn/one\`

    \`\`\`ts
    export interface Box {
      readonly content: Hidden;
    }

    export { Inner as Outer };
    export interface Inner {
      readonly size: number;
    }

    export declare const limit: 64;

    export declare function twice(value: number): number;
    export declare function twice(value: bigint): bigint;
    \`\`\`

    ## \`@assassyn/one/more\`

    \`\`\`ts
    export declare class More {
      #private;
      run(): void;
    }
    \`\`\`

    ## Mentioned above, not exported

    \`\`\`ts
    export type Deeper = "deep";

    export interface Hidden {
      readonly deeper: import("./deeper.js").Deeper;
    }
    \`\`\`
    "
  `);
});

test("a doc comment that is missing or repeats the name is told with its place", () => {
  const { folder, packages } = createPackage({
    "index.d.ts": `
      export declare const bare: 1;
      /** The maximum depth of a FIFO. */
      export declare const maximumFifoDepth: 2;
      /** The maximum depth of a FIFO, in elements. */
      export declare const maximumDepth: 3;
      /** @example limit + 1 */
      export declare const limit: 4;
    `,
    "more.d.ts": `export * from "./inner.js";`,
    "inner.d.ts": `export interface Inner {}`,
  });
  expect(readApi(folder, packages).flatMap(checkDocumentation)).toEqual([
    "packages/one/src/index.ts: bare has no doc comment",
    "packages/one/src/index.ts: limit has no doc comment",
    "packages/one/src/index.ts: the doc comment of maximumFifoDepth says no more than its name",
    "packages/one/src/inner.ts: Inner has no doc comment",
  ]);
});
