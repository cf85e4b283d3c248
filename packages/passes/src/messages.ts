import { defineCatalogue, message } from "@assassyn/plugin-api";

/** Every message of the built-in passes. */
export const passMessages = defineCatalogue("passes", {
  "downstream-loop": message<{ names: readonly string[] }>(
    "error",
    (a) => `downstreams use each other's values in a loop: ${[...a.names, a.names[0]].join(" → ")}`,
    "A downstream runs behind those whose values it uses, so these uses cannot form a loop. Keep one of the values in a register: its reader then sees it in the next cycle.",
  ),
  "product-too-wide": message<{ width: number; limit: number }>(
    "error",
    (a) => `a product of ${a.width} bits is wider than the ${a.limit} bits that a product may have`,
    "Products are computed by 32-bit digits, and their number grows with the square of the width. Multiply parts of the operands in several cycles.",
  ),
  "operands-differ": message<{ where: string; reason: string }>(
    "error",
    (a) => `${a.where}: ${a.reason}`,
    "The fact `operands-explicit` says that operands of binary operations are equally wide.",
  ),
  "width-not-legal": message<{ where: string; reason: string }>(
    "error",
    (a) => `${a.where}: ${a.reason}`,
    "The fact `widths-legal` says that values wider than 64 bits are only moved, never computed with.",
  ),
});
