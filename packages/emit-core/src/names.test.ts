import { expect, test } from "vitest";
import { CodeWriter } from "./code-writer.js";
import { NameScope, toPascalCase, toSnakeCase } from "./names.js";

test("names become words in lower case", () => {
  expect(["Driver", "PEOut_0", "pe_0_1", "a.b", "_x", "7up", "HTTPServer"].map(toSnakeCase)).toEqual([
    "driver",
    "pe_out_0",
    "pe_0_1",
    "a_b",
    "x",
    "n7up",
    "http_server",
  ]);
  expect(["driver", "pe_out_0"].map(toPascalCase)).toEqual(["Driver", "PeOut0"]);
});

test("a scope gives every name once and no reserved one", () => {
  const scope = new NameScope(["fn", "a_2"]);
  expect(["fn", "a", "a", "a", "a_2"].map((name) => scope.claim(name))).toEqual([
    "fn_2",
    "a",
    "a_3",
    "a_4",
    "a_2_2",
  ]);
});

test("the writer indents blocks and leaves empty lines bare", () => {
  const code = new CodeWriter();
  code.block("a {", "}", () => code.line("b").line().line("c"));
  expect(code.toString()).toBe("a {\n    b\n\n    c\n}\n");
});
