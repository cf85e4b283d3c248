/** How deep conditions may nest. */
export const MAXIMUM_NESTING = 256;
/** Longest dump that is read, in UTF-16 code units. */
export const MAXIMUM_LENGTH = 1 << 28;
/** Messages after which reading or resolving gives up. */
export const MAXIMUM_ERRORS = 100;
