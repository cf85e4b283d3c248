/** Finds modules whose bodies are the same but for the instances they touch, and gives them one function. */
import type { Loc, ModuleId } from "@assassyn/ir";
import type { CodeWriter } from "@assassyn/emit-core";
import { CodeWriter as Writer, NameScope } from "@assassyn/emit-core";
import type { BodyContext, BodyPiece } from "../body-context.js";
import { bodyPieces } from "../body.js";
import { printLiteral } from "../rust-type.js";
import type { Layout } from "./layout.js";
import type { DesignModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import { usesExterns } from "./fast-layout.js";
import type { References } from "./references.js";
import { LinkedReferences, ShapeReferences, directReferences } from "./references.js";
import { SiteList } from "./site-list.js";

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
  readonly links?: { readonly fields: readonly LinkField[]; readonly rows: readonly (readonly string[])[] };
  /** Stands where it is called. */
  readonly inline?: boolean;
  /** The sites of the operations where they stand apart from the body: one list, or one for each member where they differ. */
  readonly sites: readonly (readonly string[])[];
}

/** A field of the links of a body. */
export interface LinkField {
  readonly name: string;
  readonly type: string;
}

/** Most constants that may differ between instances; bodies that differ more are better off with their own code. */
const MOST_PARAMETERS = 8;

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
  const candidates = new Map<string, Candidate[]>();
  for (const model of order) {
    if (model.group.members.length === 1) continue;
    const references = new LinkedReferences(design, model);
    const sites = new SiteList();
    const constants = new Map<number, string>();
    const parts = writeParts(design, layout, model, references, {
      name: "shared",
      anonymous: true,
      parameter: (position, { value, type }) => {
        constants.set(position, printLiteral(value, type.width, true));
        return `constant_${position}_${type.width}`;
      },
      ...(layout.tablesApart === true
        ? { site: (position, loc) => `sites[${sites.number(position, loc)}]` }
        : {}),
    });
    const key = [model.group.field, model.module.kind, JSON.stringify(parts.pieces), parts.run].join("\0");
    const found = {
      model,
      fields: references.fields,
      values: references.values,
      sites: sites.rows,
      constants,
    };
    const known = candidates.get(key);
    if (known === undefined) candidates.set(key, [found]);
    else known.push(found);
  }
  const sharing = new Map<ModuleModel, readonly Candidate[]>();
  for (const alike of candidates.values()) {
    for (const members of separate(alike)) {
      if (members.length > 1) for (const { model } of members) sharing.set(model, members);
    }
  }
  const names = new NameScope(design.modules.map(({ name }) => name));
  const bodies: Body[] = [];
  const done = new Set<readonly Candidate[]>();
  for (const model of order) {
    const members = sharing.get(model);
    if (members === undefined) {
      const name = suffix === "" ? model.name : names.claim(`${model.name}${suffix}`);
      bodies.push(writeSingle(design, layout, model, name));
    } else if (!done.has(members)) {
      done.add(members);
      bodies.push(writeShared(design, layout, members, names.claim(`${model.group.field}_body${suffix}`)));
    }
  }
  return bodies;
}

/** Cuts candidates that differ in many constants into those that have them all in common. */
function separate(alike: readonly Candidate[]): Candidate[][] {
  if (differingConstants(alike).length <= MOST_PARAMETERS) return [[...alike]];
  const byConstants = new Map<string, Candidate[]>();
  for (const candidate of alike) {
    const text = [...candidate.constants.values()].join();
    const found = byConstants.get(text);
    if (found === undefined) byConstants.set(text, [candidate]);
    else found.push(candidate);
  }
  return [...byConstants.values()];
}

/** Positions of the constants that are not the same in all members. */
function differingConstants(members: readonly Candidate[]): number[] {
  const [first, ...others] = members;
  return [...(first?.constants ?? [])].flatMap(([position, text]) =>
    others.some(({ constants }) => constants.get(position) !== text) ? [position] : [],
  );
}

/** A module that may share its body. */
interface Candidate {
  readonly model: ModuleModel;
  readonly fields: readonly string[];
  readonly values: readonly string[];
  readonly sites: readonly string[];
  /** Literals by position. */
  readonly constants: ReadonlyMap<number, string>;
}

function writeSingle(design: DesignModel, layout: Layout, model: ModuleModel, name: string): Body {
  const sites = new SiteList();
  const parts = writeParts(design, layout, model, directReferences(design), {
    name: `${model.file}::${name}`,
    ...siteOption(layout, sites, `sites::${name.toUpperCase()}`),
  });
  return { name, file: model.file, ...parts, members: [model], sites: [sites.rows] };
}

function writeShared(design: DesignModel, layout: Layout, members: readonly Candidate[], name: string): Body {
  const [first] = members;
  if (first === undefined) throw new Error(`no module runs ${name}`);
  const { model } = first;
  const differ = members.some(({ sites }) => sites.join() !== first.sites.join());
  const references = new LinkedReferences(design, model);
  const sites = new SiteList();
  const links = new NameScope(first.fields);
  const parameters = new Map<number, LinkField & { readonly position: number }>();
  for (const position of differingConstants(members)) {
    const type = /_(u\d+)$/.exec(first.constants.get(position) ?? "")?.[1] ?? "bool";
    parameters.set(position, { position, name: links.claim("constant"), type });
  }
  const parts = writeParts(design, layout, model, references, {
    name: `${model.file}::${name}`,
    parameter: (position) => {
      const parameter = parameters.get(position);
      return parameter && `at.${parameter.name}`;
    },
    ...siteOption(layout, sites, differ ? "at.sites" : `sites::${name.toUpperCase()}`),
  });
  if (references.fields.join() !== first.fields.join())
    throw new Error(`${name} names what its instances touch in another order than its key`);
  return {
    name,
    file: model.file,
    ...parts,
    members: members.map((member) => member.model),
    links: {
      fields: [...first.fields.map((field) => ({ name: field, type: "usize" })), ...parameters.values()],
      rows: members.map(({ values, constants }) => [
        ...values,
        ...[...parameters.keys()].map((position) => constants.get(position) ?? "0"),
      ]),
    },
    sites: differ ? members.map((member) => member.sites) : [sites.rows],
  };
}

/** How a body is written. */
interface PartsOptions {
  /** Path of the function. */
  readonly name: string;
  readonly anonymous?: boolean;
  readonly site?: (position: number, loc: Loc) => string;
  readonly parameter?: BodyContext["parameter"] & {};
}

function siteOption(layout: Layout, sites: SiteList, table: string): Pick<PartsOptions, "site"> {
  if (layout.tablesApart !== true) return {};
  return { site: (position, loc) => `${table}[${sites.number(position, loc)}]` };
}

function writeParts(
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
  references: References,
  { name, ...options }: PartsOptions,
): { pieces: BodyPiece[]; run: string } {
  const pieces = bodyPieces({
    system: design.system,
    module: model.module,
    id: model.id,
    ranges: design.ranges,
    marks: design.idle?.modules[model.id]?.marks,
    moduleIndex: () => references.index(model.id),
    access: layout.access(design, model, references),
    ...options,
  });
  const linked = references.linked ? ", at" : "";
  const leading = receives(design, layout, model).map(([argument]) => argument);
  const call = `${name}(${leading.join(", ")}, cx${linked}${usesExterns(design, model.id) ? ", externs" : ""})`;
  const run = render((code) => layout.runModule(code, design, model, references, call));
  return { pieces, run };
}

/** A text of the body of a module that is equal for bodies that do the same to modules of the same shapes. */
export function bodyText(
  design: DesignModel,
  layout: Layout,
  model: ModuleModel,
  shapeOf: (module: ModuleId) => string,
): string {
  const sites = new SiteList();
  const references = new ShapeReferences(design, shapeOf);
  const { pieces, run } = writeParts(design, layout, model, references, {
    name: "shared",
    anonymous: true,
    site: (position, loc) => `sites[${sites.number(position, loc)}]`,
  });
  return [...pieces.flatMap(({ lines }) => lines), run].join("\n");
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
