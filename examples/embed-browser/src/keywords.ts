/** The reserved words; a test holds them against those of the parser, which the page itself does not load. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "system module driver testbench downstream component fn extern import reg const let take wait_until when else if for " +
    "assert finish match fold record as"
  ).split(" "),
);
