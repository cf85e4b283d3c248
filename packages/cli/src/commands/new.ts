import path from "node:path";
import { existsSync } from "node:fs";
import { createDiagnostic } from "@assassyn/diagnostics";
import { RESERVED_WORDS } from "@assassyn/syntax";
import type { CommandContext } from "../command.js";
import { CommandError, EXIT } from "../errors.js";
import { refuseOption } from "../failure.js";
import { writeNewFolder } from "../files/atomic-folder.js";
import { messages } from "../messages.js";
import { createPlugin } from "./new-plugin.js";

/** Creates a folder with a first design, a configuration and a .gitignore; or, with the word `plugin` in front, the package of a plugin. */
export function runNew({ positional, io }: CommandContext<unknown>): Promise<number> {
  const [first = "", second, ...more] = positional;
  if (more.length > 0 || (second !== undefined && first !== "plugin"))
    refuseOption("new", "it takes one name, or the word plugin and a name");
  // A design that is to be called plugin is `./plugin`.
  if (first === "plugin") {
    if (second === undefined) refuseOption("new plugin", "the name of the plugin is missing");
    return Promise.resolve(createPlugin(second, io));
  }
  const name = first;
  const base = path.basename(name);
  if (!/^[A-Za-z][\w-]*$/.test(base) || base.length > 100) {
    throw new CommandError(EXIT.usage, createDiagnostic(messages["bad-name"], { name }));
  }
  const target = path.resolve(io.cwd, name);
  if (existsSync(target))
    throw new CommandError(EXIT.usage, createDiagnostic(messages.exists, { path: name }));
  writeNewFolder(target, name, [
    { path: `${base}.asyn`, content: firstDesign(systemName(base)) },
    {
      path: "assassyn.config.json",
      content: `${JSON.stringify({ entry: `${base}.asyn` }, undefined, 2)}\n`,
    },
    { path: ".gitignore", content: "target/\n*.wasm\n*.vcd\n" },
  ]);
  io.stderr.write(`created ${name}; next: assassyn run ${name}\n`);
  return Promise.resolve(EXIT.ok);
}

/** A reserved word names a system only in its raw form. */
function systemName(base: string): string {
  const name = base.replaceAll("-", "_");
  return RESERVED_WORDS.some((word) => word === name) ? `r#${name}` : name;
}

function firstDesign(system: string): string {
  return `/// A driver sends numbers to a stage, which adds them up.
system ${system} {
  config { cycles: 20, idle: 5 }

  reg count: u32                        // visible in the next cycle, as every register
  reg total: u32

  module accumulate(value: u32) {
    take value                          // wait until the port has a value, then pop it
    let sum = total + value
    total <= sum
    log("total = {}", sum)
  }

  driver {
    count <= count + 1
    when count < 10 {
      accumulate(value: count)          // an asynchronous call: it runs in the next cycle
    }
  }
}
`;
}
