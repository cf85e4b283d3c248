/** Names that the Python front end makes up for values that the designer did not name. */

/** What the front end appends to the name of an operand, by the operation. */
const SUFFIXES =
  "rd|add|sub|mul|div|mod|and|or|xor|shl|shr|lt|gt|le|ge|eq|neq|cast|slice|cat|mux|valid|peek|pop|push|not|neg";

const GENERATED = new RegExp(
  `^(?:(?:\\w+_)?(?:${SUFFIXES})(?:_+\\w*)?|not__\\w+|\\w+__\\w+|bind|intrinsic|(?:${SUFFIXES})_\\w+)(?:_\\d+)?$`,
);

/**
 * Whether a name looks made up: the name of an operand and an operation, such as `cnt_rd`, `v_add_1` or `a_valid_and__b_valid`.
 * A designer may have chosen such a name too; nothing but the look of printed source depends on it.
 *
 * @example isGeneratedName("cnt_rd_add") // true
 */
export function isGeneratedName(name: string): boolean {
  return GENERATED.test(name);
}
