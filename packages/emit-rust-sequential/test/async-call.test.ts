import type { OutputFile } from "@assassyn/emit-core";
import { SystemBuilder } from "@assassyn/ir";
import { testWithRust } from "@assassyn/workspace/requirements";
import { expect, test } from "vitest";
import { alike, asyncCall, logging, longBody, pipeline, systolic } from "./designs.js";
import { emitRustSequential } from "../src/index.js";
import { LAYOUTS, SWITCHED_OFF, compareAll } from "./harness.js";

testWithRust(
  "async_call equals the interpreter in every layout and is clean",
  { timeout: 600_000 },
  (cargo) => {
    const { async } = compareAll(
      "sequential-async-call",
      { async: { system: asyncCall() } },
      { cargo, clippy: true },
    );
    expect(async?.stdout.split("\n")).toHaveLength(101);
    expect(async?.stdout.split("\n")[3]).toBe("@design.asyn:8  Cycle @5.00: [adder]\tAdder: 3 + 3 = 6");
  },
);

testWithRust(
  "instances share structs and bodies, long bodies are cut, and all equal the interpreter",
  { timeout: 600_000 },
  (cargo) => {
    const cases = {
      systolic: { system: systolic(), variants: { ...LAYOUTS, ...FLAGGED } },
      pipeline: { system: pipeline() },
      logging: { system: logging(3, 50) },
      long_body: { system: longBody(1200) },
      alike: { system: alike(), variants: { ...LAYOUTS, ...SWITCHED_OFF } },
    };
    const observed = compareAll("sequential-instances", cases, { cargo, clippy: true });
    expect(observed["systolic"]?.stdout.split("\n").length).toBeGreaterThan(30);
    expect(observed["alike"]?.fault).toContain("too much, in other_5 at cycle 39 (design.asyn:53:8)");
    expect(observed["long_body"]?.fault).toContain("second write of state");
  },
);

test("texts of the design in comments and strings import nothing", () => {
  const system = new SystemBuilder("texts");
  const stage = system.module("stage", "Externs");
  stage.log('Externs Fault:: EventQueue " // ClassicFifo', []);
  const driver = system.module("driver", "Driver");
  driver.call(stage.id);
  const uses = emitRustSequential(system.build())
    .filter((file) => file.path.startsWith("src/modules/"))
    .flatMap((file) => file.text?.match(/^use [^;]*;/gm) ?? []);
  expect(uses).toContain("use crate::state::State;");
  expect(uses.join("\n")).not.toMatch(/Externs|Fault|EventQueue|ClassicFifo/);
});

const FLAGGED = { flagged: { flaggedMembers: 2 } };

const textOf = (files: readonly OutputFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? "";

test("sixteen instances have one struct and a body for each neighbourhood", () => {
  const text = textOf(emitRustSequential(systolic()), "src/modules/pe.rs");
  expect(text.match(/^pub struct Pe /gm)).toHaveLength(1);
  expect(text.match(/^pub fn /gm)).toHaveLength(5);
});

test("functions of a long body do not grow with it", () => {
  const text = textOf(emitRustSequential(longBody(3000)), "src/modules/driver.rs");
  const lengths = text.split(/^(?:pub )?fn /m).map((part) => part.split("\n").length);
  expect(lengths.length).toBeGreaterThan(4);
  // The lines of a piece, and those around the function.
  expect(Math.max(...lengths)).toBeLessThan(768 + 20);
});

test("what computes alike has one struct and one body, whatever it is called and wherever it stands", () => {
  const files = emitRustSequential(alike());
  const modules = files.filter(({ path }) => path.startsWith("src/modules/")).map(({ path }) => path);
  expect(modules.toSorted()).toEqual([
    "src/modules/driver.rs",
    "src/modules/other_3.rs",
    "src/modules/unit.rs",
  ]);
  for (const file of ["src/modules/unit.rs", "src/modules/other_3.rs"]) {
    expect(textOf(files, file).match(/^pub struct /gm)).toHaveLength(1);
    expect(textOf(files, file).match(/^pub fn /gm)).toHaveLength(1);
  }
  const apart = emitRustSequential(alike(), { without: ["shared-bodies"] });
  expect(apart.filter(({ path }) => path.startsWith("src/modules/"))).toHaveLength(5);
  expect(textOf(apart, "src/modules/unit.rs").match(/^pub fn /gm)).toHaveLength(3);
});
