/** Reads waveforms with an independent parser (the npm package vcd-stream). */
import { createRequire } from "node:module";

/** One change of a signal. `undefined` stands for x. */
export interface VcdChange {
  readonly time: number;
  /** Path of the signal, scopes joined by dots, without the system's own. */
  readonly signal: string;
  readonly value: bigint | undefined;
}

interface Node {
  readonly kind: "scope" | "var";
  readonly name: string;
  readonly link: string;
  readonly body?: readonly Node[];
}

interface Parser {
  readonly info: { readonly wires: Node; readonly status: string };
  readonly change: {
    any(handler: (code: string, time: bigint, command: number, value?: bigint, mask?: bigint) => void): void;
  };
  write(text: string): boolean;
}

/** Command numbers that the parser gives to the changes of single bits. */
const SCALARS = new Map<number, bigint | undefined>([
  [14, 0n],
  [15, 1n],
  [16, undefined],
]);

/** Every change in the file, in its order. @throws Error if the parser does not understand the file */
export async function readVcd(text: string): Promise<VcdChange[]> {
  const require = createRequire(import.meta.url);
  const startParser: () => Promise<unknown> = require("vcd-stream/out/vcd.js");
  const wrapParser: (module: unknown) => Promise<Parser> = require("vcd-stream/lib/web-vcd-parser.js");
  const parser = await wrapParser(await startParser());
  const raw: { code: string; time: bigint; value: bigint | undefined }[] = [];
  parser.change.any((code, time, command, value, mask) => {
    if (SCALARS.has(command)) raw.push({ code, time, value: SCALARS.get(command) });
    else raw.push({ code, time, value: mask === 0n ? value : undefined });
  });
  if (!parser.write(text) || parser.info.status !== "simulation")
    throw new Error("the waveform is not understood");
  const names = new Map<string, string>();
  const collect = (node: Node, path: readonly string[]): void => {
    if (node.kind === "var")
      names.set(node.link, [...path, node.name.replace(/\[.*/, "")].slice(2).join("."));
    for (const child of node.body ?? [])
      collect(child, [...path, ...(child.kind === "scope" ? [child.name] : [])]);
  };
  collect(parser.info.wires, ["."]);
  return raw.map(({ code, time, value }) => ({
    time: Number(time),
    signal: names.get(code) ?? `?${code}`,
    value,
  }));
}
