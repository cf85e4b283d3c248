/** `npm run docs:api`: writes the API docs of all public packages, from their sources, as a site into `docs/api`. */
import path from "node:path";
import process from "node:process";
import { publicPackages } from "@assassyn/workspace/public-packages";
import { Application, LogLevel } from "typedoc";
import { entriesOf } from "./read-api.js";

// npm starts scripts in the root of the workspace.
const root = process.cwd();
const entries = publicPackages(root).flatMap((one) => [...entriesOf(root, one, "@assassyn/source")]);
const names = new Map(entries.map(([specifier, file]) => [file, specifier]));
const app = await Application.bootstrap({
  name: "assassyn",
  entryPoints: [...names.keys()],
  tsconfig: path.join(root, "tools/api-docs/tsconfig.docs.json"),
  out: path.join(root, "docs/api"),
  readme: "none",
  // The docs are the same wherever they are made: no links into a repository.
  disableSources: true,
  // Types that are not exported are shown where they are mentioned; the check of the API reports asks for doc comments.
  validation: { notExported: false, notDocumented: false, invalidLink: true, invalidPath: true },
  treatWarningsAsErrors: true,
  logLevel: LogLevel.Warn,
});
const points = app.getEntryPoints() ?? [];
// An entry is called what an import names, not after its file.
for (const point of points) point.displayName = names.get(point.sourceFile.fileName) ?? point.displayName;
const project = app.converter.convert(points);
app.validate(project);
await app.generateOutputs(project);
if (points.length < entries.length || app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error("The API docs are incomplete, see above.");
  process.exitCode = 1;
} else {
  console.log("The API docs are in docs/api: open docs/api/index.html.");
}
