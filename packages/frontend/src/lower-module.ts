/** The bodies of modules into operations. */
import type { Span } from "@assassyn/diagnostics";
import type { Design } from "./design.js";
import { elaborateIn } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import type { ModuleInstance } from "./module-instance.js";
import { Scope } from "./scope.js";

/** So many downstreams may wait for each other's types on the stack. */
const DEEPEST = 32;

/** Ends the lowering of everything under way: `module` must come first. */
class ComesFirst extends Error {
  readonly module: ModuleInstance;

  constructor(module: ModuleInstance) {
    super(module.name);
    this.module = module;
  }
}

/**
 * Lowers a module unless that happened already. A downstream calls it for the modules whose values it reads, for their types are found only
 * there. A chain of thousands must not grow the stack: past a bound, everything under way is thrown away, and starts again behind the
 * module that was missing.
 */
export function lowerModule(design: Design, module: ModuleInstance): void {
  if (module.state !== "declared") return;
  if (design.lowering.length > 0) {
    if (design.lowering.length >= DEEPEST) throw new ComesFirst(module);
    lowerBody(design, module);
    return;
  }
  /** Modules to lower, the last one first, each with those between it and the next. */
  const waiting: { readonly module: ModuleInstance; between: readonly ModuleInstance[] }[] = [
    { module, between: [] },
  ];
  for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
    const resolving = design.resolving.length;
    try {
      if (top.module.state === "declared") lowerBody(design, top.module);
      waiting.pop();
    } catch (error) {
      if (!(error instanceof ComesFirst)) throw error;
      top.between = design.lowering.splice(0);
      design.resolving.length = resolving;
      for (const each of top.between) each.reset();
      const again = waiting.findIndex(
        (each) => each.module === error.module || each.between.includes(error.module),
      );
      if (again >= 0) {
        const path = waiting.slice(again).flatMap((each) => each.between);
        reportLoop(design, path.slice(path.indexOf(error.module)));
        for (const each of waiting) for (const member of each.between) member.state = "done";
        return;
      }
      waiting.push({ module: error.module, between: [] });
    }
  }
}

/** Where a module is declared. */
function place(module: ModuleInstance): Span {
  return module.declaration.name ?? module.declaration;
}

/** Reports downstreams that use each other; each member uses the next, the last one the first; `use` is one of these places. */
export function reportLoop(design: Design, loop: readonly ModuleInstance[], use?: Span): void {
  // The message begins with the module declared first, wherever the loop was found.
  const start = loop.reduce((best, each, index) => (each.id < (loop[best]?.id ?? each.id) ? index : best), 0);
  const members = [...loop.slice(start), ...loop.slice(0, start)];
  const [first] = members;
  if (first === undefined) return;
  const path = [...members, first].map((each) => `\`${each.name}\``).join(" → ");
  // A loop among the instances of one declaration has one place only.
  const places = [...new Map(members.map((each) => [place(each), each] as const)).values()];
  design.report(messages["downstream-loop"], { path }, use ?? place(first), {
    labels: places
      .slice(use === undefined ? 1 : 0)
      .map((each) => ({ span: place(each), message: `\`${each.name}\`` })),
    help: "put a register into the loop",
  });
  for (const each of members) each.broken = true;
}

function lowerBody(design: Design, module: ModuleInstance): void {
  module.state = "lowering";
  design.lowering.push(module);
  const { declaration } = module;
  module.frame = {
    design,
    scope: new Scope(module.scope),
    body: module.body,
    place: module.place,
    depth: module.depth,
    expansion: module.expansion,
    exposes: true,
  };
  const { frame } = module;
  elaborateIn(frame, () => {
    design.elaborator.lowerStatements(frame, declaration.body.statements);
    if (module.kind !== "downstream" || module.usesValue || module.broken) return;
    const help = "read a value of another module, as in `m.v ?? 0` or `m.v.valid`";
    design.report(
      messages["downstream-without-value"],
      { name: module.name },
      declaration.name ?? declaration,
      { help },
    );
  });
  design.lowering.pop();
  module.state = "done";
}
