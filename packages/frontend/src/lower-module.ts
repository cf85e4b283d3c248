/** The body of a module into operations. */
import type { Design } from "./design.js";
import { frontendMessages as messages } from "./messages.js";
import type { ModuleInstance } from "./module-instance.js";
import { Scope } from "./scope.js";

/** Lowers a module unless that happened already; downstreams call it for the modules whose values they read. */
export function lowerModule(design: Design, module: ModuleInstance): void {
  if (module.state !== "declared") return;
  module.state = "lowering";
  design.lowering.push(module);
  const { declaration } = module;
  module.frame = {
    design,
    scope: new Scope(module.scope),
    body: module.body,
    place: module.place,
    depth: module.depth,
    exposes: true,
  };
  design.elaborator.lowerStatements(module.frame, declaration.body.statements);
  if (module.kind === "downstream" && !module.usesValue && !module.broken) {
    design.report(
      messages["downstream-without-value"],
      { name: module.name },
      declaration.name ?? declaration,
      {
        help: "read a value of another module, as in `m.v ?? 0` or `m.v.valid`",
      },
    );
  }
  design.lowering.pop();
  module.state = "done";
}
