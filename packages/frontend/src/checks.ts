/** What can only be said when every module is known. */
import type { System } from "@assassyn/ir";
import { canonicalOrder } from "@assassyn/ir";
import type { Design } from "./design.js";
import { reportLoop } from "./lower-module.js";
import { frontendMessages as messages } from "./messages.js";

/** Warns of stages and FIFOs that nobody uses, or that two modules fill at once. */
export function checkUses(design: Design): void {
  for (const module of design.modules) {
    if (module.kind !== "stage") continue;
    const name = module.declaration.name ?? module.declaration;
    if (!module.called)
      design.report(messages["never-called"], { name: module.name }, name, {
        help: `\`${module.name}(…)\` or \`call ${module.name}\``,
      });
    for (const port of module.ports) {
      if (!port.popped) {
        design.report(messages["never-popped"], { name: port.name, module: module.name }, port.span, {
          help: `\`take ${port.name}\` or \`${port.name}.pop()\``,
        });
      }
      const [first, second] = port.pushers;
      if (first === undefined || second === undefined) continue;
      design.report(
        messages["two-pushers"],
        { name: `${module.name}.${port.name}`, first: first.module.name, second: second.module.name },
        second.span,
        {
          labels: [{ span: first.span, message: `\`${first.module.name}\` pushes here` }],
        },
      );
    }
  }
}

/** Reports a loop of downstreams that bound values did not show: one through `m.triggered`. */
export function checkOrder(design: Design, system: System): void {
  const order = canonicalOrder(system);
  if (order.kind === "ok") return;
  // Members are listed so that each is used by the next.
  reportLoop(
    design,
    order.modules.toReversed().flatMap((id) => design.modules[id] ?? []),
  );
}
