import { expect, expectTypeOf, test } from "vitest";
import {
  analyze,
  API_VERSION,
  defineAnalysis,
  defineCheck,
  definePass,
  definePlugin,
  expectedValue,
  moduleId,
  resolveOptions,
  SystemBuilder,
} from "./index.js";
import type { OptionSpecs } from "./index.js";

const specs = {
  limit: { type: "integer", description: "Most of them", default: 8, minimum: 1, maximum: 64 },
  loud: { type: "boolean", description: "Say more", default: false },
  mode: { type: "choice", description: "How", choices: ["fast", "small"], default: "fast" },
  tag: { type: "string", description: "A word", default: "" },
} as const satisfies OptionSpecs;

test("options get their defaults; text from a command line becomes values", () => {
  expect(resolveOptions(specs)).toEqual({
    kind: "ok",
    values: { limit: 8, loud: false, mode: "fast", tag: "" },
  });
  expect(resolveOptions(specs, { limit: "64", loud: "true", mode: "small", tag: "x" })).toEqual({
    kind: "ok",
    values: { limit: 64, loud: true, mode: "small", tag: "x" },
  });
});

test("every wrong option is reported", () => {
  expect(resolveOptions(specs, { limit: "6x", loud: 1, mode: "slow", tag: 3, size: 1 })).toEqual({
    kind: "error",
    reasons: [
      'option "limit" needs a whole number from 1 up to 64, not "6x"',
      'option "loud" needs true or false, not 1',
      'option "mode" needs one of fast, small, not "slow"',
      'option "tag" needs a text, not 3',
      'there is no option "size"; known: limit, loud, mode, tag',
    ],
  });
  expect(resolveOptions(specs, { limit: 65 }).kind).toBe("error");
  expect(expectedValue({ type: "integer", description: "", default: 0 })).toBe("a whole number");
});

test("the declared options type what a pass receives", () => {
  const pass = definePass({
    name: "typed",
    description: "Looks at its options",
    options: specs,
    run(cx) {
      expectTypeOf(cx.options.limit).toEqualTypeOf<number>();
      expectTypeOf(cx.options.loud).toEqualTypeOf<boolean>();
      expectTypeOf(cx.options.mode).toEqualTypeOf<"fast" | "small">();
      expectTypeOf(cx.options.tag).toEqualTypeOf<string>();
      // @ts-expect-error: not declared
      void cx.options.size;
    },
  });
  expect(definePlugin({ name: "p", passes: [pass] })).toEqual({
    apiVersion: API_VERSION,
    name: "p",
    passes: [pass],
  });
});

test("the declaration of an analysis types its result", () => {
  const modules = defineAnalysis({
    name: "modules",
    description: "Counts modules",
    run: (system) => system.modules.length,
  });
  const names = defineAnalysis({
    name: "names",
    description: "The name",
    scope: "module",
    run: ({ name }) => ({ name }),
  });
  defineCheck({
    name: "typed",
    description: "Asks",
    run(cx) {
      expectTypeOf(cx.analysis(modules)).toEqualTypeOf<number>();
      expectTypeOf(cx.analysis(names, moduleId(0))).toEqualTypeOf<{ name: string }>();
      expectTypeOf(cx.analysis("modules")).toEqualTypeOf<unknown>();
      // @ts-expect-error: of which module?
      cx.analysis(names);
      // @ts-expect-error: it is of the system
      cx.analysis(modules, moduleId(0));
    },
  });
  const system = new SystemBuilder("empty").build();
  expectTypeOf(analyze(modules, system)).toEqualTypeOf<number>();
  expect(analyze(modules, system)).toBe(0);
});

test("a plugin needs no other package for the IR", () => {
  expect(new SystemBuilder("empty").build().name).toBe("empty");
});
