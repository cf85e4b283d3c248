/** What the original's simulator prints where values exceed their width; each row was seen in its logs. */
import { expect, test } from "vitest";
import { driverOf, importText, run } from "./support.js";

const ARRAYS = [
  "u5 = [u5; 1]",
  "b5 = [b5; 1]",
  "u13 = [u13; 1]",
  "i8 = [i8; 1]",
  "i32 = [i32; 1]",
  "i9 = [i9; 1]",
  "u64 = [u64; 1]",
];
const METADATA = {
  sim_threshold: 1,
  arrays: {
    u5: { init: [7] },
    b5: { init: [21] },
    u13: { init: [8000] },
    i8: { init: [-7] },
    i32: { init: [-100] },
    i9: { init: [-1] },
    u64: { init: ["18446744073709551600"] },
  },
};
const JSON_TEXT = JSON.stringify(METADATA).replace('"18446744073709551600"', "18446744073709551600");

/** The value of an expression over arrays named like their types. */
function evaluate(value: string, semantics: "exact" | "upstream"): string {
  const names = ["u5", "b5", "u13", "i8", "i32", "i9", "u64"];
  const reads = names.map((name) => `v_${name} = ${name}[(0:u1)]`);
  const text = driverOf([...reads, `x = ${value}`, "log('{}', x) // meta cond (1:b1)"], ARRAYS);
  return run(importText(text, JSON_TEXT, { semantics }))
    .join("\n")
    .replace("1 Driver: ", "");
}

test.each([
  ["v_u5 + (31:u5)", "6", "38"],
  ["v_u5 - (10:u5)", "29", "253"],
  ["!v_b5", "10", "234"],
  ["!v_i8", "6", "6"],
  ["!v_i32", "99", "99"],
  ["bitcast v_i9 to b9", "511", "65535"],
  ["bitcast (511:b9) to i9", "-1", "511"],
  ["sext v_b5 to i8", "-11", "21"],
  ["zext v_i8 to u32", "249", "4294967289"],
  ["v_i32 % (7:i32)", "-2", "-2"],
  ["v_i32 >> (2:i32)", "4294967271", "-25"],
  ["v_i32 << (2:i32)", "4294966896", "4294966896"],
  ["v_u13 >> (17:u13)", "0", "4000"],
  ["v_u13 << (4:u13)", "5120", "62464"],
  ["v_u64 << (64:u64)", "0", "18446744073709551600"],
  ["v_i8 < (5:u32)", "1", "1"],
  ["(5:u32) > v_i8", "0", "0"],
  ["v_u5 < (259:u32)", "1", "0"],
  ["v_u5 + v_u13", "8007", "8007"],
  ["{ v_b5 v_u13 }", "180032", "180032"],
  ["{ v_u64 (171:b8) }", "4722366482869645209771", "4722366482869645209771"],
  ["v_u64 * v_u64", "340282366920938462873078797073062560000", "340282366920938462873078797073062560000"],
  ["v_b5[(0:u1):(3:u2)]", "5", "5"],
  ["{ v_i8 (1:b8) }", "63745", "fault: assertion failed: a negative value as a big unsigned number"],
])("%s", (value, exact, upstream) => {
  expect([evaluate(value, "exact"), evaluate(value, "upstream")]).toEqual([exact, upstream]);
});

test("a negative big integer loses the sign bit of a signed container", () => {
  const text = driverOf(
    [
      "v = i32[(0:u1)]",
      "w = sext v to i80",
      "s = bitcast w to i32",
      "b = bitcast w to b32",
      "log('{} {} {}', w, s, b) // meta cond (1:b1)",
    ],
    ["i32 = [i32; 1]"],
  );
  const metadata = { sim_threshold: 1, arrays: { i32: { init: [-4] } } };
  expect(run(importText(text, metadata, { semantics: "upstream" }))).toEqual([
    "1 Driver: -4 2147483644 4294967292",
  ]);
});
