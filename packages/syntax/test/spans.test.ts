import { expect, test } from "vitest";
import { parse } from "../src/index.js";
import { accept } from "./support.js";
import { EVERYTHING } from "./everything.js";

interface Place {
  readonly start: number;
  readonly end: number;
}

function isPlace(value: object): value is Place {
  return (
    "start" in value && "end" in value && typeof value.start === "number" && typeof value.end === "number"
  );
}

/** Calls `visit` with each node and the node around it. */
function walk(
  value: unknown,
  outer: Place | undefined,
  visit: (node: Place, outer: Place | undefined) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  const here = isPlace(value) ? value : undefined;
  if (here !== undefined) visit(here, outer);
  for (const inner of Object.values(value)) walk(inner, here ?? outer, visit);
}

/** The texts of the nodes for which `wrong` holds. */
function nodesThat(wrong: (node: Place, outer: Place | undefined) => boolean): string[] {
  const found: string[] = [];
  walk(accept(EVERYTHING).items, undefined, (node, outer) => {
    if (wrong(node, outer)) found.push(EVERYTHING.slice(node.start, node.end));
  });
  return found;
}

test("every node is a real range inside the node around it", () => {
  expect(
    nodesThat(
      (node) => !Number.isInteger(node.start) || !Number.isInteger(node.end) || node.end <= node.start,
    ),
  ).toEqual([]);
  expect(
    nodesThat((node, outer) => outer !== undefined && (node.start < outer.start || node.end > outer.end)),
  ).toEqual([]);
  expect(nodesThat(() => true).length).toBeGreaterThan(300);
});

test("nodes start and end at words, not at blanks", () => {
  expect(nodesThat(() => true).filter((text) => text !== text.trim())).toEqual([]);
});

/** Whether a node has a name that stands in the text as it is. */
function isName(node: Place): node is Place & { readonly name: string } {
  return "name" in node && typeof node.name === "string" && !("arguments" in node);
}

test("the text of a name is the name", () => {
  expect(nodesThat(isName).length).toBeGreaterThan(100);
  expect(
    nodesThat(
      (node) => isName(node) && EVERYTHING.slice(node.start, node.end).replace(/^r#/, "") !== node.name,
    ),
  ).toEqual([]);
});

test("the file index is the one given", () => {
  walk(parse(EVERYTHING, 7).unit.items, undefined, (node) => expect(node).toMatchObject({ file: 7 }));
});

test("pieces of a long text join without a seam", () => {
  // Longer than several pieces of the token source, with a statement across each line break.
  const body = Array.from(
    { length: 5000 },
    (_, index) => `  r${index} <= f(a,\n    b) + ${index}\n      ?? c // ${index}`,
  ).join("\n");
  const text = `driver {\n${body}\n}`;
  const unit = accept(text);
  const driver = unit.items[0];
  if (driver?.kind !== "module") throw new Error("no driver");
  expect(driver.body.statements).toHaveLength(5000);
  expect(unit.comments).toHaveLength(5000);
  driver.body.statements.forEach((statement, index) => {
    if (statement.kind !== "assign" || statement.target.kind !== "name") throw new Error("no assignment");
    expect(statement.target.name).toBe(`r${index}`);
    expect(text.slice(statement.start, statement.end).endsWith("?? c")).toBe(true);
  });
});
