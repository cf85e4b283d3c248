/** Links and sites: what of a body belongs to its instances. */
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter, toPascalCase } from "@assassyn/emit-core";
import { importLines } from "./imports.js";
import type { DesignModel, ModuleModel } from "./model.js";
import type { Body } from "./sharing.js";

/** The file in which a module stands; its line is no part of the text, so that the text stays when the line changes. */
export function where(design: DesignModel, { module }: ModuleModel): string {
  return design.system.files[module.loc.file] ?? "?";
}

/** Name of the table of links of a shared body, and of the type of its rows. */
export function linkNames(body: Body): { readonly table: string; readonly type: string } {
  return { table: body.name.toUpperCase(), type: `${toPascalCase(body.name)}Links` };
}

/** Writes the type of the links of a shared body, and its table. */
export function writeLinks(code: CodeWriter, body: Body): void {
  const { links, sites } = body;
  if (links === undefined) return;
  const { table, type } = linkNames(body);
  const [first] = sites;
  const several = sites.length > 1 && first !== undefined;
  code.line(
    `/// What one instance touches: indices into the arrays of the state, and into the tables of the design.`,
  );
  code.block(`pub struct ${type} {`, "}", () => {
    for (const { name, type: fieldType } of links.fields) code.line(`pub ${name}: ${fieldType},`);
    if (several) code.line(`pub sites: &'static [Site; ${first.length}],`);
  });
  code.line();
  code.line(`/// The instances that \`${body.name}\` runs, in the order in which they run.`);
  code.block(`pub static ${table}: [${type}; ${links.rows.length}] = [`, "];", () => {
    links.rows.forEach((row, index) => {
      const fields = links.fields.map(({ name }, column) => `${name}: ${row[column] ?? "0"}`);
      if (several) fields.push(`sites: &sites::${siteTable(body, index)}`);
      code.line(`${type} { ${fields.join(", ")} }, // ${body.members[index]?.module.name ?? ""}`);
    });
  });
  code.line();
}

/** Name of the list of sites of a body, or of one of its instances. */
function siteTable(body: Body, member: number): string {
  return `${body.name.toUpperCase()}${body.sites.length > 1 ? `_${member}` : ""}`;
}

/** `src/links.rs` and `src/sites.rs`: what of bodies changes when other modules change, or move; for layouts that keep it apart. */
export function tableFiles(design: DesignModel, bodies: readonly Body[]): OutputFile[] {
  const links = new CodeWriter();
  for (const body of bodies) writeLinks(links, body);
  const sites = new CodeWriter();
  for (const body of bodies) {
    body.sites.forEach((rows, index) => {
      if (rows.length === 0) return;
      const model = body.members[index];
      if (model === undefined) return;
      sites.line(`/// \`${model.module.name}\`, ${where(design, model)}:${model.module.loc.line}.`);
      sites.block(`pub static ${siteTable(body, index)}: [Site; ${rows.length}] = [`, "];", () => {
        for (let row = 0; row < rows.length; row += 4) sites.line(`${rows.slice(row, row + 4).join(", ")},`);
      });
    });
  }
  return [
    tableFile("src/links.rs", "What the instances of shared bodies touch.", links, [["sites", /\bsites::/]]),
    tableFile("src/sites.rs", "Where operations stand: index in the body, file, line, column.", sites, []),
  ];
}

function tableFile(path: string, title: string, code: CodeWriter, own: [string, RegExp][]): OutputFile {
  const text = code.toString();
  const head = [`//! ${title}`, "", ...importLines(text, own), ""];
  return { path, text: head.join("\n") + "\n" + text };
}
