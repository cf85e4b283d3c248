import type { PackageApi } from "./read-api.js";

/** Words that carry no meaning of their own in a comment of one line. */
const fillers = new Set(
  "a all an and are as by class constant for function in interface is it its of one or that the this to type value with".split(
    " ",
  ),
);

/**
 * Finds exports whose doc comment is missing or says no more than their name: `/** The system of the design. *\/` above
 * `DesignSystem` does not count, tags such as `@example` alone do not either.
 *
 * @returns one line for each, with file and name; none is good
 */
export function checkDocumentation(api: PackageApi): string[] {
  return api.entries.flatMap(({ items }) =>
    items.flatMap(({ name, file, documentation }) => {
      const source = file.replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts");
      if (documentation === "") return [`${source}: ${name} has no doc comment`];
      return saysMore(documentation, name)
        ? []
        : [`${source}: the doc comment of ${name} says no more than its name`];
    }),
  );
}

/** Whether a text has a word that is no filler and not in the name, in any form of it, or shows code: `{ … }`. */
function saysMore(text: string, name: string): boolean {
  const inName = wordsOf(name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, " "));
  const isNew = (word: string): boolean =>
    !fillers.has(word) &&
    !inName.some((one) => one.startsWith(word.slice(0, 5)) || word.startsWith(one.slice(0, 5)));
  return wordsOf(text).some(isNew) || /`[^`]*[^\w\s`][^`]*`/.test(text);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
}
