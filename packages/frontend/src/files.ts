/** Files and what they bring. */
import type { SourceUnit } from "@assassyn/syntax";
import type { Design } from "./design.js";
import type { BuiltinName, Entity } from "./entities.js";
import { BUILTIN_NAMES } from "./entities.js";
import { FALSE, TRUE } from "./convert.js";
import { TOP } from "./frame.js";
import type { OpenedFile, Where } from "./elaborator.js";
import { declareItems } from "./items.js";
import { Scope } from "./scope.js";
import { BOOLEAN } from "./types.js";

/** The names that the language brings. */
function builtinScope(): Scope {
  const scope = new Scope(undefined);
  const define = (name: string, entity: Entity): void => void scope.define(name, undefined, entity);
  for (const name of BUILTIN_NAMES satisfies readonly BuiltinName[]) define(name, { kind: "builtin", name });
  define("true", TRUE);
  define("false", FALSE);
  define("bool", { kind: "type", type: BOOLEAN });
  return scope;
}

/** The scope of a file. The first opening declares its items and returns their steps, so that what the file declares is made once, where it is first imported. */
export function openFile(design: Design, unit: SourceUnit, where: Where): OpenedFile {
  const known = design.fileScopes.get(unit.file);
  if (known !== undefined) return { scope: known };
  design.builtins ??= builtinScope();
  const scope = new Scope(design.builtins);
  design.fileScopes.set(unit.file, scope);
  const steps = declareItems(
    { design, scope, body: undefined, place: TOP, depth: 0, exposes: false },
    unit.items,
    where,
  );
  return { scope, steps };
}
