import path from "node:path";
import { existsSync } from "node:fs";
import { createDiagnostic } from "@assassyn/diagnostics";
import type { OutputFile } from "@assassyn/plugin-api";
import { API_VERSION } from "@assassyn/plugin-api";
import { CommandError, EXIT } from "../errors.js";
import { writeNewFolder } from "../files/atomic-folder.js";
import type { Io } from "../io/io.js";
import { messages } from "../messages.js";
import { version } from "../version.js";

/** What the names of packages of plugins start with. */
const PREFIX = "assassyn-plugin-";

/**
 * Creates the package of a plugin with one pass, its test, and everything to build and publish it.
 *
 * @param name the folder; its last part names the package and the pass
 * @throws CommandError if the name does not do, or the folder exists
 */
export function createPlugin(name: string, io: Io): number {
  const base = path.basename(name);
  const pass = base.startsWith(PREFIX) ? base.slice(PREFIX.length) : base;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(pass) || base.length > 100) {
    throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-plugin-name"], { name }));
  }
  const target = path.resolve(io.cwd, name);
  if (existsSync(target))
    throw new CommandError(EXIT.usage, createDiagnostic(messages.exists, { path: name }));
  writeNewFolder(target, name, pluginFiles(pass));
  io.stderr.write(`created ${name}; next: cd ${name} && npm install && npm test\n`);
  return EXIT.ok;
}

function pluginFiles(pass: string): OutputFile[] {
  const constant = pass.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return [
    { path: "package.json", content: json(manifest(pass)) },
    { path: "tsconfig.json", content: json(compilerOptions) },
    { path: ".gitignore", content: "node_modules/\ndist/\n" },
    { path: "README.md", content: readme(pass) },
    { path: "src/index.ts", content: entry(pass, constant) },
    { path: `src/${pass}.ts`, content: passSource(pass, constant) },
    { path: `test/${pass}.test.ts`, content: passTest(pass) },
  ];
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function manifest(pass: string): object {
  const assassyn = `^${version}`;
  return {
    name: PREFIX + pass,
    version: "0.1.0",
    description: "A pass for the assassyn compiler",
    keywords: ["assassyn", "assassyn-plugin"],
    license: "Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    files: ["dist", "src"],
    assassyn: { apiVersion: API_VERSION },
    scripts: { build: "tsc", test: "vitest run", prepack: "npm run build" },
    peerDependencies: { "@assassyn/plugin-api": assassyn },
    devDependencies: {
      "@assassyn/cli": assassyn,
      "@assassyn/plugin-api": assassyn,
      "@assassyn/testing": assassyn,
      typescript: "^7.0.2",
      vitest: "^4.1.0",
    },
  };
}

const compilerOptions = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    types: [],
    rootDir: "src",
    outDir: "dist",
  },
  include: ["src"],
};

function readme(pass: string): string {
  return `# ${PREFIX}${pass}

A pass for assassyn. It removes logs; make it do what you need.

\`\`\`sh
npm test        # runs the pass on IR text
npm run build   # into dist/, which is what others load
npx assassyn compile design.asyn --plugin ./dist/index.js --pass ${pass} --target ir
\`\`\`

Whoever installs the package adds one line to \`assassyn.config.json\`: \`{ "plugins": ["${PREFIX}${pass}"] }\`.
`;
}

function entry(pass: string, constant: string): string {
  return `import { definePlugin } from "@assassyn/plugin-api";
import { ${constant} } from "./${pass}.js";

export { ${constant} };

export default definePlugin({ name: "${PREFIX}${pass}", passes: [${constant}] });
`;
}

function passSource(pass: string, constant: string): string {
  return `import type { Pass } from "@assassyn/plugin-api";
import { definePass, moduleIds, moduleOf, rewriteModule } from "@assassyn/plugin-api";

/** Removes the logs of the modules whose name starts with a text. */
export const ${constant}: Pass = definePass({
  name: "${pass}",
  description: "Removes logs",
  options: {
    modules: { type: "string", description: "Start of the names of the modules; empty: all", default: "" },
  },
  run(cx) {
    for (const id of moduleIds(cx.base)) {
      const module = moduleOf(cx.base, id);
      if (!module.name.startsWith(cx.options.modules)) continue;
      const rewritten = rewriteModule(module, "${pass}", {
        operation: (operation) => (operation.kind === "log" ? null : operation),
      });
      cx.updateModule(id, rewritten);
    }
  },
});
`;
}

function passTest(pass: string): string {
  return `import { createPassTester } from "@assassyn/testing";
import { expect, test } from "vitest";
import plugin from "../src/index.js";

const tester = createPassTester({ plugins: [plugin] });

const text = \`ir 1
system s {
  file "s.asyn"
  reg n: u8

  driver Driver {
    %0: u1 = 0
    %1: u8 = n[%0]
    %2: u8 = 1
    %3: u8 = %1 + %2
    %4 n[%0] <= %3
    %5 log("n = {}", %1)
  }
}
\`;

test("logs go, everything else stays", () => {
  const ir = tester.expectIr(text, ["${pass}"]);
  expect(ir).not.toContain("log(");
  expect(ir).toContain("n[%0] <= %3");
});

test("modules with another name keep their logs", () => {
  expect(tester.expectIr(text, ["${pass}", "modules=Other"])).toContain("log(");
});
`;
}
