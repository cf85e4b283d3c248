/** Functions whose bodies the embedder supplies. */
import type { ExternFunctionDeclaration, ExternModuleDeclaration } from "@assassyn/syntax";
import type { Entity } from "./entities.js";
import { ERROR } from "./entities.js";
import type { Frame } from "./frame.js";
import { frontendMessages as messages } from "./messages.js";
import { resolveType } from "./type-nodes.js";
import { recordOf } from "./types.js";

/** Declares a function with a foreign body. */
export function declareExtern(
  frame: Frame,
  item: ExternFunctionDeclaration | ExternModuleDeclaration,
): Entity {
  const types = (
    parameters: ExternFunctionDeclaration["parameters"],
  ): { name: string; type: ReturnType<typeof recordOf> }[] =>
    parameters.flatMap((parameter) => {
      const type = resolveType(frame, parameter.type);
      return type === undefined ? [] : [{ name: parameter.name.name, type }];
    });
  const parameters = types(item.parameters);
  const results = types(item.results);
  if (parameters.length < item.parameters.length || results.length < item.results.length) return ERROR;
  const [first] = results;
  if (first === undefined) {
    frame.design.report(
      messages["missing-argument"],
      { names: "a result", what: `\`extern fn ${item.name.name}\`` },
      item.name,
    );
    return ERROR;
  }
  const name = frame.place.prefix + item.name.name + frame.place.suffix;
  const bare = (list: typeof parameters): { name: string; type: (typeof first)["type"]["bits"] }[] =>
    list.map((each) => ({ name: each.name, type: each.type.bits }));
  const extern = frame.design.addExtern({
    name,
    parameters: bare(parameters),
    results: bare(results),
    loc: frame.design.locate(item),
  });
  return {
    kind: "extern",
    name,
    extern,
    parameters,
    result: results.length === 1 ? first.type : recordOf(results),
  };
}
