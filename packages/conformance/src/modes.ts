/** Designs whose golden log holds only with `--semantics upstream`, and why. */
export const UPSTREAM_DESIGNS: Readonly<Record<string, string>> = {
  "quirks/q_arith": "values keep bits beyond their declared width (u5 0−3 prints 253)",
  "quirks/q_bigint_cast": "a negative big integer loses its sign bit when it becomes an i32",
  "quirks/q_neg_concat": "the original panics when a negative value is concatenated",
};
