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
  "already-parallel": message<{ pass: string }>(
    "error",
    (a) => `${a.pass} starts from a design for one thread, and this one has a parallel form already`,
    "The first rung of the parallel ladder gives every location a lock. Run it once, on a design that has no lines about locks, clusters or steps.",
  ),
  "not-protected": message<{ access: string; module: string; location: string; reason: string }>(
    "error",
    (a) => `${a.access} of "${a.module}" touches ${a.location} ${a.reason}`,
    "Functions that share the simulator may touch a location only under its lock, as an effect under a lock of the module's `commits`, as an atomic, or as its owner. `lock-insertion` protects everything; a pass behind it must keep that up.",
  ),
  "parallel-form": message<{ reason: string }>(
    "error",
    (a) => a.reason,
    "The facts of the parallel ladder say what of a system is protected against other threads, and how.",
  ),
  "bad-profile": message<{ reason: string }>(
    "error",
    (a) => `the profile cannot be used: ${a.reason}`,
    "A profile says how often each module of a design ran: `assassyn profile` makes one, `--profile` reads it.",
  ),
  "strange-profile": message<{ name: string; more: number; of: string }>(
    "warning",
    (a) =>
      `the profile, made of ${a.of}, names "${a.name}"${a.more > 0 ? ` and ${a.more} more` : ""}, which the design does not have`,
    "Modules that the profile does not name count as if they ran in every cycle. Make the profile again with `assassyn profile`.",
  ),
  "no-parallel-form": message<{ pass: string }>(
    "error",
    (a) =>
      `${a.pass} needs a design with locks, and this one has no parallel form; run lock-insertion before it`,
    "The passes of the parallel ladder build on what `lock-insertion` writes into a design: locks, and the steps of a cycle.",
  ),
});
