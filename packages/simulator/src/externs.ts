/** Calls the embedder's functions from generated code. Arguments and result lie in memory, in 64-bit words. */
import type { ExternDescription, ExternFunction } from "@assassyn/ir";
import { packExternResults, toNumeric } from "@assassyn/ir";
import { readCell, typeOfText, writeCell } from "./cells.js";
import type { WasmImports } from "./platform.js";

/** The reason of the last failure of an extern function, by site. */
export type ExternFailures = Map<number, string>;

const cellBytes = (width: number): number => 8 * Math.ceil(width / 64);

/**
 * The imports of a module.
 *
 * @throws Error if a function has no body.
 */
export function makeImports(
  declarations: readonly ExternDescription[],
  bodies: Readonly<Record<string, ExternFunction>>,
  view: () => DataView,
  failures: ExternFailures,
): WasmImports {
  const imports: Record<string, WasmImports[string]> = {};
  for (const { name, parameters, results } of declarations) {
    const body = Object.hasOwn(bodies, name) ? bodies[name] : undefined;
    if (body === undefined) throw new Error(`extern ${name} has no body; pass one in the option "externs"`);
    const parameterTypes = parameters.map(typeOfText);
    const resultTypes = results.map(typeOfText);
    const resultWidth = resultTypes.reduce((sum, type) => sum + type.width, 0);
    imports[`extern_${name}`] = (scratch, site) => {
      let at = scratch;
      const values = parameterTypes.map((type) => {
        const bits = readCell(view(), at, cellBytes(type.width));
        at += cellBytes(type.width);
        return toNumeric(bits, type);
      });
      let bits = 0n;
      try {
        bits = packExternResults(resultTypes, body(...values));
      } catch (error) {
        failures.set(site, error instanceof Error ? error.message : String(error));
        return 1;
      }
      writeCell(view(), scratch, cellBytes(resultWidth), bits);
      return 0;
    };
  }
  return imports;
}
