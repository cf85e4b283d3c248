import { expect, test } from "vitest";
import { faultKind, faultText } from "./faults.js";

test("each text is told from all others", () => {
  const texts = {
    popEmpty: faultText.popEmpty("m.a"),
    popTwice: faultText.popTwice("m.a"),
    peekEmpty: faultText.peekEmpty("m.a"),
    pushTwice: faultText.pushTwice("m.a", "x", "y"),
    overflow: faultText.overflow("m.a", 4),
    writeTwice: faultText.writeTwice("r"),
    readRange: faultText.readRange("r", 9n, 4),
    assertion: faultText.assertion("x < 3"),
    notOneHot: faultText.notOneHot(),
    divisionByZero: faultText.divisionByZero(),
    remainderByZero: faultText.remainderByZero(),
    absentValue: faultText.absentValue("m.v"),
    extern: faultText.extern("f", "no"),
  } satisfies { readonly [Kind in keyof typeof faultText]: string };
  for (const [kind, text] of Object.entries(texts)) expect([text, faultKind(text)]).toEqual([text, kind]);
  expect(faultKind("something else")).toBeUndefined();
});
