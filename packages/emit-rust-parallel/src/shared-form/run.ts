/** The statements around a body, and the commit of a module. */
import type { ModuleId } from "@assassyn/ir";
import { downstreamUses, portId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import type { DesignModel, ModuleModel, References } from "@assassyn/emit-rust";
import { printNumber } from "@assassyn/emit-rust";
import { arrayHome } from "./cells.js";
import type { KeptEffect, SharedForm } from "./protection.js";
import { cellOf, takeForReading, takeForWriting, targetOf, writersOf } from "./shared-access.js";

/**
 * Runs the body by `call` if the module is due, publishes what it kept, spends the credit and sets the flag; `ran` is the outcome.
 * `state`, `own`, `cx` are in scope.
 */
export function writeRun(
  code: CodeWriter,
  design: DesignModel,
  form: SharedForm,
  { id, module }: ModuleModel,
  references: References,
  call: string,
): void {
  const credit = cellOf(design, references, { kind: "credit", module: id });
  const creditProtection = module.kind === "stage" ? form.of({ kind: "credit", module: id }) : undefined;
  if (creditProtection?.kind === "lock") {
    code.line(`let due = ${credit}.${takeForReading(creditProtection.type)}.due(cx.cycle);`);
    code.line(`let ran = due && ${call};`);
  } else if (module.kind === "stage") {
    code.line(`let ran = ${credit}.due() && ${call};`);
  } else if (module.kind === "downstream") {
    const flags = writeFlags(code, design, form, [...downstreamUses(module).values], references);
    code.line(`let due = ${flags.length === 0 ? "false" : flags.join(" || ")};`);
    code.line(`let ran = due && ${call};`);
  } else {
    code.line(`let ran = ${call};`);
  }
  writePublish(code, design, form, id, references);
  if (creditProtection?.kind === "lock")
    code.block("if ran {", "}", () =>
      code.line(`${credit}.${takeForWriting(creditProtection.type)}.spend();`),
    );
  else if (module.kind === "stage") code.line(`${credit}.spend(ran);`);
  const flag = form.of({ kind: "flag", module: id });
  const place = cellOf(design, references, { kind: "flag", module: id });
  if (flag.kind === "lock") code.line(`*${place}.${takeForWriting(flag.type)} = ran;`);
  else code.line(`${place}.set(ran);`);
}

/** Reads the flags of modules; returns conditions. */
function writeFlags(
  code: CodeWriter,
  design: DesignModel,
  form: SharedForm,
  modules: readonly ModuleId[],
  references: References,
): string[] {
  return modules.map((module, index) => {
    const place = cellOf(design, references, { kind: "flag", module });
    const flag = form.of({ kind: "flag", module });
    if (flag.kind !== "lock") return `${place}.get()`;
    code.line(`let flag_${index + 1} = *${place}.${takeForReading(flag.type)};`);
    return `flag_${index + 1}`;
  });
}

/**
 * Publishes what the body kept: first takes the locks of all that is pending, in ascending order, so that nobody waits in a circle. Also
 * behind a failed wait and behind a fault: a push that stands before the fault may be the second of the cycle, and then its key is the
 * smaller one.
 */
function writePublish(
  code: CodeWriter,
  design: DesignModel,
  form: SharedForm,
  id: ModuleId,
  references: References,
): void {
  const kept = form.kept(id);
  kept.forEach((effect, index) => {
    const take = takeForWriting(form.lock(effect.lock).type);
    const cell = cellOf(design, references, effect.location);
    code.line(`let mut locked_${index + 1} = ${pending(effect)}.then(|| ${cell}.${take});`);
  });
  kept.forEach((effect, index) => {
    code.block(`if let Some(locked) = &mut locked_${index + 1} {`, "}", () =>
      writeEffect(code, design, id, effect, references),
    );
  });
  kept.forEach((_, index) => code.line(`drop(locked_${index + 1});`));
}

function pending({ location, field }: KeptEffect): string {
  switch (location.kind) {
    case "credit":
      return `(own.${field} != 0)`;
    case "value":
      return `own.${field}.is_some()`;
    case "array":
    case "fifo":
    case "flag":
    case "stamp":
      return `own.${field}.is_pending()`;
  }
}

/** Publishes one effect; `locked` is the guard. */
function writeEffect(
  code: CodeWriter,
  design: DesignModel,
  id: ModuleId,
  { location, field }: KeptEffect,
  references: References,
): void {
  switch (location.kind) {
    case "array":
      code.line(`own.${field}.publish(&mut locked.slots[${writersOf(design, location.array).indexOf(id)}]);`);
      return;
    case "fifo":
      code.line(
        `own.${field}.publish(&mut locked.push, cx, ${targetOf(design, references, location.module, location.port)});`,
      );
      return;
    case "value":
      code.block(`if let Some(value) = own.${field}.take() {`, "}", () => code.line("locked.set(value);"));
      return;
    case "credit":
      code.block(`for _ in 0..std::mem::take(&mut own.${field}) {`, "}", () =>
        code.line("locked.push(cx.cycle + 1);"),
      );
      return;
    case "flag":
    case "stamp":
      throw new Error(`a ${location.kind} is not written by an operation`);
  }
}

/** Statements of the commit of a module's locations; `self` is what it owns, `cells` what it shares, `cx` the context. */
export function commitLines(design: DesignModel, form: SharedForm, model: ModuleModel): string[] {
  const lines: string[] = [];
  if (model.module.kind === "stage" && form.of({ kind: "credit", module: model.id }).kind !== "lock")
    lines.push("cells.credit.commit();");
  model.ports.forEach(({ field, depth }, index) => {
    const target = `target(self.task.module, ${index}, ${printNumber(BigInt(depth))})`;
    const protection = form.of({ kind: "fifo", module: model.id, port: portId(index) });
    lines.push(
      protection.kind === "lock"
        ? `cells.${field}.${takeForWriting(protection.type)}.commit(cx, ${target});`
        : `self.${field}.commit(&cells.${field}, cx, ${target});`,
    );
  });
  for (const array of model.arrays) {
    if (writersOf(design, array.id).length === 0) continue;
    const slot = `self.${form.writeSlot(array.id)}`;
    switch (arrayHome(design, form, array)) {
      case "locked": {
        const protection = form.of({ kind: "array", array: array.id });
        if (protection.kind === "lock")
          lines.push(`cells.${array.field}.${takeForWriting(protection.type)}.commit();`);
        break;
      }
      case "atomic":
        lines.push(`cells.${array.field}.commit(&mut ${slot});`);
        break;
      case "own":
        lines.push(`${slot}.commit(&mut self.${array.field}[..]);`);
        break;
      case "constant":
        break;
    }
  }
  return lines;
}
