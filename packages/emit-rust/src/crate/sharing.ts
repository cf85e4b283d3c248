/** Finds modules whose bodies are the same but for the instances they touch, and gives them one function. */
import type { ModuleId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import { CodeWriter as Writer, NameScope } from "@assassyn/emit-core";
import type { BodyPiece } from "../body.js";
import { bodyPieces } from "../body.js";
import type { Layout } from "./layout.js";
import type { DesignModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import { usesExterns } from "./fast-layout.js";
import type { References } from "./references.js";
import { LinkedReferences, directReferences } from "./references.js";

/** A function that runs one or several modules. */
export interface Body {
  /** Name of the function. */
  readonly name: string;
  readonly file: string;
  /** Its statements, in the functions that follow each other. */
  readonly pieces: readonly BodyPiece[];
  /** Statements of the cycle that call it and note the outcome. */
  readonly run: string;
  /** In the order in which they run. */
  readonly members: readonly ModuleModel[];
  /** Where members find what they touch: fields, and a row for each member. Absent for a single module. */
  readonly links?: { readonly fields: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** What {@link shareBodies} writes. */
export interface BodySelection {
  /** The modules; default all. */
  readonly modules?: ReadonlySet<ModuleId>;
  /** Behind the names of the functions, which tells them from others for the same modules; default none. */
  readonly suffix?: string;
}

/** Writes bodies, in the order in which they first run. */
export function shareBodies(
  design: DesignModel,
  layout: Layout,
  { modules, suffix = "" }: BodySelection = {},
): Body[] {
  const order = [...design.schedule.stages, ...design.schedule.downstreams]
    .filter((id) => modules?.has(id) ?? true)
    .map((id) => moduleModel(design, id));
  const candidates = new Map<string, { model: ModuleModel; fields: string[]; values: string[] }[]>();
  const keyOf = new Map<ModuleModel, string>();
  for (const model of order) {
    if (model.group.members.length === 1) continue;
    const references = new LinkedReferences(design, model);
    const parts = writeParts(design, layout, model, references, "shared");
    const key = [model.group.field, model.module.kind, JSON.stringify(parts.pieces), parts.run].join("\0");
    keyOf.set(model, key);
    const found = { model, fields: references.fields, values: references.values };
    candidates.set(key, [...(candidates.get(key) ?? []), found]);
  }
  const names = new NameScope(design.modules.map(({ name }) => name));
  const bodies: Body[] = [];
  const done = new Set<string>();
  for (const model of order) {
    const key = keyOf.get(model) ?? "";
    const members = candidates.get(key) ?? [];
    const { file } = model;
    const name = suffix === "" ? model.name : names.claim(`${model.name}${suffix}`);
    if (members.length < 2) {
      const parts = writeParts(design, layout, model, directReferences(design), `${file}::${name}`);
      bodies.push({ name, file, ...parts, members: [model] });
    } else if (!done.has(key)) {
      done.add(key);
      const shared = names.claim(`${model.group.field}_body${suffix}`);
      const parts = writeParts(
        design,
        layout,
        model,
        new LinkedReferences(design, model),
        `${file}::${shared}`,
      );
      const links = { fields: members[0]?.fields ?? [], rows: members.map(({ values }) => values) };
      bodies.push({ name: shared, file, ...parts, members: members.map((member) => member.model), links });
    }
  }
  return bodies;
}

function writeParts(
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
  references: References,
  name: string,
): { pieces: BodyPiece[]; run: string } {
  const pieces = bodyPieces({
    system: design.system,
    module: model.module,
    moduleIndex: () => references.index(model.id),
    access: layout.access(design, model, references),
  });
  const linked = references instanceof LinkedReferences ? ", at" : "";
  const leading = receives(design, layout, model).map(([argument]) => argument);
  const call = `${name}(${leading.join(", ")}, cx${linked}${usesExterns(design, model.id) ? ", externs" : ""})`;
  const run = render((code) => layout.runModule(code, design, model, references, call));
  return { pieces, run };
}

/** What every function of a body takes before the context. */
export function receives(
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
): readonly (readonly [name: string, type: string])[] {
  return layout.receive?.(design, model) ?? [["state", "&mut State"]];
}

function render(write: (code: CodeWriter) => void): string {
  const code = new Writer();
  write(code);
  return code.toString();
}
