import { format, resolveConfig } from "prettier";
import type { ApiItem, PackageApi } from "./read-api.js";

/** The file of a package's report, relative to the root. */
export function reportFile(packageName: string): string {
  return `api/${packageName.replace(/^@assassyn\//, "")}.api.md`;
}

/**
 * Writes the public surface of a package as Markdown, each entry's declarations sorted by name, so that a change of the surface
 * is a change of these lines and nothing else is.
 *
 * @param api the surface
 * @param file where the report is going to be, absolute: what Prettier would make of it
 */
export async function formatReport(api: PackageApi, file: string): Promise<string> {
  const lines = [
    `# ${api.name}`,
    "",
    "The public surface of this package, written by `npm run api`. A test compares it.",
    "",
  ];
  for (const { specifier, items, reexports } of api.entries) {
    const others = [...reexports].map(([owner, names]) => `export { ${names.join(", ")} } from "${owner}";`);
    lines.push(`## \`${specifier}\``, "", "```ts", ...others, ...texts(items), "```", "");
  }
  if (api.mentioned.length > 0) {
    lines.push("## Mentioned above, not exported", "", "```ts", ...texts(api.mentioned), "```", "");
  }
  const options = await resolveConfig(file);
  return format(lines.join("\n"), { ...options, parser: "markdown" });
}

function texts(items: readonly ApiItem[]): string[] {
  return items.flatMap(({ text }) => ["", text]);
}
