import { expect, test } from "vitest";
import { isGeneratedName } from "../src/index.js";

test.each([
  "cnt_rd",
  "cnt_rd_1",
  "v_add",
  "v_add_12",
  "a_valid_and__b_valid",
  "not__we_and",
  "bind_3",
  "intrinsic",
  "x_slice_cast_1",
  "shl_ex_rd",
])("%s is made up", (name) => expect(isGeneratedName(name)).toBe(true));

test.each([
  "cnt",
  "v",
  "value",
  "should_fetch",
  "to_fetch",
  "ready",
  "address",
  "order_1",
  "bindings",
  "result",
])("%s was chosen", (name) => expect(isGeneratedName(name)).toBe(false));
