/** What a tarball must have before it goes to a registry. */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import type { Package } from "@arethetypeswrong/core";
import { problemAffectsResolutionKind, problemKindInfo } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Manifest } from "./public-packages.js";

/** What all packages have in common; it stands in the root of the workspace. */
export interface CommonFacts {
  /** Identifier of the license, as in package.json. */
  readonly license: string;
  /** Text of the LICENSE file. */
  readonly licenseText: string;
  /** The range of `engines.node`. */
  readonly node: string;
  /** Names of the packages that are published together, all with the version of the one that is checked. */
  readonly published: ReadonlySet<string>;
}

/**
 * Holds one tarball against our own rules, publint and are-the-types-wrong. All packages are ESM only, so what CommonJS or the module
 * resolution of old Node would make of them is no problem (the profile `esm-only`).
 *
 * @param data the bytes of the tarball
 * @returns one line for each violation with what to do about it; none is good
 */
export async function checkPacked(data: Uint8Array, common: CommonFacts): Promise<string[]> {
  const content = createPackageFromTarballData(data);
  return [...checkContent(content, common), ...(await runPublint(data)), ...(await checkTypes(content))];
}

function checkContent(content: Package, common: CommonFacts): string[] {
  const files = content.listFiles().map((file) => file.replace(`/node_modules/${content.packageName}/`, ""));
  const read = (file: string): string => content.readFile(`/node_modules/${content.packageName}/${file}`);
  const manifest: Manifest = JSON.parse(read("package.json"));
  const wrong: string[] = [];
  const require = (holds: boolean, message: string): void => {
    if (!holds) wrong.push(message);
  };
  require((manifest.description ?? "") !== "", `package.json: write a "description"`);
  require(manifest.license === common.license, `package.json: "license" must be "${common.license}"`);
  require(manifest.type === "module", `package.json: "type" must be "module"`);
  require(manifest.engines?.node === common.node, `package.json: "engines.node" must be "${common.node}"`);
  require(manifest.files !== undefined, `package.json: list what to pack in "files"`);
  require(manifest.sideEffects !==
    undefined, `package.json: say in "sideEffects" whether bundlers may drop modules`);
  require(files.includes("README.md"), "write a README.md");
  require(files.includes("LICENSE") &&
    read("LICENSE") === common.licenseText, "copy LICENSE from the root into the package");
  const entries = Object.entries(manifest.exports ?? {}).filter(([subpath]) => subpath !== "./package.json");
  require(entries.some(([subpath]) => subpath === "."), `package.json: "exports" needs the entry "."`);
  for (const [subpath, conditions] of entries) {
    const { types } = typeof conditions === "string" ? {} : conditions;
    require(types !== undefined &&
      files.includes(
        types.replace("./", ""),
      ), `package.json: "exports" needs "types" that are packed for "${subpath}"`);
  }
  const unwanted = files.filter((file) =>
    /\.test\.|(?:^|\/)(?:test|node_modules)\/|\.tsbuildinfo$/.test(file),
  );
  require(unwanted.length === 0, `package.json: exclude in "files": ${unwanted.join(", ")}`);
  const ranges = (dependencies: Manifest["dependencies"], sign: "^" | ">="): void => {
    for (const [name, range] of Object.entries(dependencies ?? {})) {
      if (!name.startsWith("@assassyn/")) continue;
      require(common.published.has(
        name,
      ), `package.json: ${name} is not published, so nobody can install this package`);
      const wanted = `${sign}${manifest.version}`;
      require(range === wanted, `package.json: the range of ${name} must be "${wanted}", not "${range}"`);
    }
  };
  ranges(manifest.dependencies, "^");
  // A peer may be newer: which versions of the plugin contract fit is said by `assassyn.apiVersion`.
  ranges(manifest.peerDependencies, ">=");
  return wrong;
}

async function runPublint(data: Uint8Array): Promise<string[]> {
  // A copy, because publint wants the bytes in a buffer of their own.
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true });
  return messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
}

async function checkTypes(content: Package): Promise<string[]> {
  const analysis = await checkPackage(content);
  if (analysis.types === false) return ["are-the-types-wrong: there are no types"];
  return analysis.problems
    .filter((problem) =>
      (["node16-esm", "bundler"] as const).some((kind) =>
        problemAffectsResolutionKind(problem, kind, analysis),
      ),
    )
    .map(
      (problem) =>
        `are-the-types-wrong: ${problemKindInfo[problem.kind].shortDescription}: ${JSON.stringify(problem)}`,
    );
}
