import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import rules from "./import-rules.json" with { type: "json" };
import { allowedScopes, checkImportRules } from "./import-rules.js";
import type { ImportRules } from "./import-rules.js";

test("every package of this repository keeps to the import rules", () => {
  expect(checkImportRules(fileURLToPath(new URL("../..", import.meta.url)), rules)).toEqual([]);
});

test("every scope that a rule names has a rule itself", () => {
  const { scopes, nodeBuiltins, ownedDependencies }: ImportRules = rules;
  const named = [
    ...Object.values(scopes).flatMap((rule) => rule.imports),
    ...nodeBuiltins,
    ...Object.values(ownedDependencies).flat(),
  ];
  expect(named.filter((scope) => scope !== "*" && scopes[scope] === undefined)).toEqual([]);
});

test("a scope may import what its imports may import, unless it says only these", () => {
  expect([...allowedScopes("emit-rust", rules)].sort()).toEqual([
    "diagnostics",
    "emit-core",
    "emit-rust",
    "ir",
    "plugin-api",
  ]);
  expect([...allowedScopes("passes", rules)].sort()).toEqual(["passes", "plugin-api"]);
});

test("a violation names file, line and rule", () => {
  const root = createWorkspace({
    "package.json": { workspaces: ["packages/*"] },
    "tsconfig.json": { references: [{ path: "packages/ir" }] },
    "packages/ir/package.json": manifest("ir", { "@assassyn/diagnostics": "^0.0.0" }),
    "packages/ir/tsconfig.json": { references: [] },
    "packages/ir/src/index.ts": `
      import { readFileSync } from "node:fs";
      import type { Span } from "@assassyn/diagnostics";
      // import { comment } from "@assassyn/syntax";
      export * from "@assassyn/syntax";
      import { produce } from "immer";
      export type { Pass } from "../../passes/src/index.js";
      import "left-pad";
      export const text = 'import "@assassyn/syntax"';
      export type Late = import("@assassyn/syntax").Token;
      await import("@assassyn/std");
      import "@assassyn/ir";
    `,
    "packages/ir/src/index.test.ts": `
      import { parse } from "@assassyn/syntax";
      import { secret } from "../../syntax/src/secret.js";
      import { design } from "../../syntax/test/designs.js";
    `,
    "packages/diagnostics/package.json": manifest("diagnostics", {}),
    "packages/diagnostics/tsconfig.json": { references: [{ path: "../ir" }] },
    "packages/syntax/package.json": { ...manifest("syntax", {}), devDependencies: { "@assassyn/ir": "*" } },
    "packages/std/package.json": { ...manifest("std", {}), nx: { tags: ["scope:unheard-of"] } },
    "packages/passes/package.json": manifest("passes", { "@assassyn/plugin-api": "^0.0.0" }),
    "packages/passes/src/index.ts": 'import type { Ir } from "@assassyn/ir";\nimport "@assassyn/plugin-api";',
    "packages/plugin-api/package.json": { name: "@assassyn/plugin-api" },
  });
  expect(checkImportRules(root, rules).join("\n")).toMatchInlineSnapshot(`
    "packages/diagnostics/tsconfig.json:1: reference to packages/ir, which package.json does not depend on
    packages/ir/tsconfig.json:1: no reference to packages/diagnostics, which package.json depends on
    packages/ir/src/index.test.ts:3: "../../syntax/src/secret.js" leaves packages/ir; other packages are imported by name
    packages/ir/src/index.ts:2: @assassyn/ir may not import "node:fs": scope:ir runs without Node (rule "nodeBuiltins")
    packages/ir/src/index.ts:5: @assassyn/ir may not import "@assassyn/syntax": scope:ir may import scope:diagnostics, not scope:syntax (rule "scopes")
    packages/ir/src/index.ts:6: @assassyn/ir may not import "immer": only scope:pass-manager may (rule "ownedDependencies")
    packages/ir/src/index.ts:7: "../../passes/src/index.js" leaves packages/ir; other packages are imported by name
    packages/ir/src/index.ts:8: @assassyn/ir imports "left-pad", which its package.json does not list under dependencies
    packages/ir/src/index.ts:10: @assassyn/ir may not import "@assassyn/syntax": scope:ir may import scope:diagnostics, not scope:syntax (rule "scopes")
    packages/ir/src/index.ts:11: @assassyn/ir may not import "@assassyn/std": scope:ir may import scope:diagnostics, not scope:unheard-of (rule "scopes")
    packages/ir/src/index.ts:12: @assassyn/ir imports itself by name; within a package imports are relative
    packages/passes/src/index.ts:1: @assassyn/passes may not import "@assassyn/ir": scope:passes may import scope:plugin-api and nothing else, not scope:ir (rule "scopes")
    packages/passes/src/index.ts:2: @assassyn/passes may not import "@assassyn/plugin-api": scope:passes may import scope:plugin-api and nothing else, not scope:? (rule "scopes")
    packages/plugin-api/package.json:1: nx.tags needs one "scope:<name>" tag
    packages/std/package.json:1: tag "scope:unheard-of" has no rule in tools/workspace/import-rules.json
    packages/syntax/package.json:1: "@assassyn/ir" under devDependencies would close a cycle in the build order; tests import workspace packages without listing them
    tsconfig.json:1: no reference to packages/diagnostics"
  `);
});

function manifest(scope: string, dependencies: Record<string, string>) {
  return { name: `@assassyn/${scope}`, nx: { tags: [`scope:${scope}`] }, dependencies };
}

/** Writes files into a new folder that goes away with the test; objects become JSON. */
function createWorkspace(files: Readonly<Record<string, string | object>>): string {
  const root = mkdtempSync(path.join(tmpdir(), "assassyn-import-rules-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}
