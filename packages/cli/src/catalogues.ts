import { messages as configMessages } from "@assassyn/config";
import type { ExplainedMessage } from "@assassyn/diagnostics";
import { collectMessages } from "@assassyn/diagnostics";
import type { Plugin } from "@assassyn/plugin-api";
import { messages as cliMessages } from "./messages.js";
import { faultMessages } from "./run/fault-report.js";

/** Every message that the command, the packages behind it and the plugins can report, by code. */
export async function catalogues(
  plugins: readonly Plugin[] = [],
): Promise<ReadonlyMap<string, ExplainedMessage>> {
  const [syntax, frontend, upstream, ir, compiler, passManager, passes, ownership] = await Promise.all([
    import("@assassyn/syntax"),
    import("@assassyn/frontend"),
    import("@assassyn/import-upstream"),
    import("@assassyn/ir"),
    import("@assassyn/compiler"),
    import("@assassyn/pass-manager"),
    import("@assassyn/passes"),
    import("@assassyn/ownership"),
  ]);
  return collectMessages([
    cliMessages,
    faultMessages,
    configMessages,
    syntax.messages,
    frontend.frontendMessages,
    upstream.messages,
    ir.irMessages,
    compiler.messages,
    passManager.passManagerMessages,
    passes.passMessages,
    ownership.ownershipMessages,
    ...plugins.flatMap((plugin) => plugin.catalogues ?? []),
  ]);
}
