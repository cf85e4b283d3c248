/** `src/mail.rs`: all mailboxes of the design. */
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter } from "@assassyn/emit-core";
import type { Wiring } from "./wiring.js";

/** Writes the struct `Mail`. */
export function mailFile(wiring: Wiring): OutputFile {
  const code = new CodeWriter();
  const types = [...new Set(wiring.lists.map(({ type }) => type.replace(/<.*/, "")))];
  code.line("//! What modules of one cluster have to say to other clusters.").line();
  if (types.length > 0) {
    code.line(`use assassyn_runtime::parallel::{${["Boxes", ...types].sort().join(", ")}};`);
    code.line();
  }
  code.line("/// A list of mailboxes for each kind of content.").line("#[derive(Debug)]");
  if (wiring.lists.length === 0) {
    code.line("#[derive(Default)]").line("pub struct Mail;");
    return { path: "src/mail.rs", text: code.toString() };
  }
  code.block("pub struct Mail {", "}", () => {
    for (const { name, type } of wiring.lists) code.line(`pub ${name}: Boxes<${type}>,`);
  });
  code.line();
  code.block("impl Default for Mail {", "}", () =>
    code.line("/// Nothing was sent.").block("fn default() -> Self {", "}", () =>
      code.block("Self {", "}", () => {
        for (const { name, length } of wiring.lists) code.line(`${name}: Boxes::new(${length}),`);
      }),
    ),
  );
  return { path: "src/mail.rs", text: code.toString() };
}
