/** Modules and components with their index ranges into instances. */
import type { IndexParameter, ModuleDeclaration, UseDeclaration } from "@assassyn/syntax";
import { DECLARATION_WEIGHT } from "./design.js";
import type { Entity, FamilyEntity } from "./entities.js";
import { describe, ERROR } from "./entities.js";
import { constantInteger, constantRange, lookUp, valueOf } from "./values.js";
import type { Frame } from "./frame.js";
import { constantFrame, elaborateIn } from "./frame.js";
import { genericArgument } from "./functions.js";
import { runSteps } from "./elaborator.js";
import { frontendMessages as messages } from "./messages.js";
import { ModuleInstance } from "./module-instance.js";
import { didYouMean } from "./nearest.js";
import { declareRegister } from "./registers.js";
import { Scope } from "./scope.js";
import { resolveType } from "./type-nodes.js";

/** Calls `make` for every combination of indices, row-major, in a scope that knows them. */
function expand(
  frame: Frame,
  name: string,
  indices: readonly IndexParameter[],
  make: (scope: Scope, suffix: string) => Entity,
): Entity {
  if (indices.length === 0) return make(new Scope(frame.scope), "");
  const ranges: { low: bigint; high: bigint }[] = [];
  for (const index of indices) {
    const first = indices.find((each) => each.name.name === index.name.name);
    if (first !== undefined && first !== index) {
      frame.design.report(messages["duplicate-name"], { name: index.name.name }, index.name, {
        labels: [{ span: first.name, message: "declared here first" }],
      });
      return ERROR;
    }
    const range = constantRange(frame, index.range);
    if (range === undefined) return ERROR;
    ranges.push(range);
  }
  const family: FamilyEntity = { kind: "family", name, ranges, members: new Map() };
  const walk = (position: number, chosen: readonly bigint[]): void => {
    const range = ranges[position];
    if (range === undefined) {
      const scope = new Scope(frame.scope);
      for (const [at, index] of indices.entries())
        scope.define(index.name.name, index.name, { kind: "integer", value: chosen[at] ?? 0n });
      family.members.set(chosen.join(","), make(scope, chosen.map((value) => `_${value}`).join("")));
      return;
    }
    for (let value = range.low; value < range.high; value += 1n) {
      frame.design.count(
        indices[position] ?? frame.design.current ?? { file: 0, start: 0, end: 0 },
        DECLARATION_WEIGHT,
      );
      walk(position + 1, [...chosen, value]);
    }
  };
  walk(0, []);
  return family;
}

/** The name of a module; driver and testbench have one without being given it. */
export function moduleName(node: ModuleDeclaration): string {
  return node.name?.name ?? (node.class === "driver" ? "Driver" : "Testbench");
}

/** Makes the instances of a module; their bodies are lowered later. */
export function instantiateModule(frame: Frame, node: ModuleDeclaration): Entity {
  const { design, place } = frame;
  const name = moduleName(node);
  return expand(frame, name, node.indices, (scope, suffix) => {
    const flat = place.prefix + name + place.suffix + suffix;
    const id = design.nextModule(flat, node.name ?? node);
    const source = place.source + name;
    const module = new ModuleInstance(design, id, node, scope, {
      name: flat,
      source,
      place: { prefix: `${flat}_`, suffix: "", source: `${source}_` },
      depth: frame.depth,
      expansion: frame.expansion,
    });
    design.modules.push(module);
    declarePorts({ ...frame, scope }, module);
    hoist({ ...frame, scope, place: module.place }, module);
    return { kind: "module", module };
  });
}

function declarePorts(frame: Frame, module: ModuleInstance): void {
  const { design, scope } = frame;
  for (const [index, port] of module.declaration.ports.entries()) {
    const type = resolveType(frame, port.type);
    const depth = port.depth && constantInteger(frame, port.depth);
    if (depth !== undefined && port.depth !== undefined && (depth < 1n || depth > 2n ** 31n)) {
      design.report(
        messages["bad-size"],
        { what: "the depth of a FIFO", value: String(depth), largest: "2^31" },
        port.depth,
      );
    }
    if (scope.own(port.name.name) !== undefined) {
      design.report(messages["duplicate-name"], { name: port.name.name }, port.name);
      continue;
    }
    if (type === undefined) {
      // Keeps the numbers of the ports behind it; nothing is emitted any more.
      module.broken = true;
      scope.define(port.name.name, port.name, ERROR);
    } else scope.define(port.name.name, port.name, { kind: "port", module, index: module.ports.length });
    if (type === undefined) continue;
    module.ports.push({
      name: port.name.name,
      type,
      depth: depth === undefined ? undefined : Number(depth),
      span: port.name,
      fifo: design.fifos + index,
      popped: false,
      pushers: [],
    });
  }
  design.fifos += module.declaration.ports.length;
}

/** Constants and registers at the top of a body are known to the whole body, and to others as `m.r`. */
function hoist(frame: Frame, module: ModuleInstance): void {
  const { scope } = frame;
  for (const statement of module.declaration.body.statements) {
    if (statement.kind !== "register" && statement.kind !== "const") continue;
    const { name } = statement;
    const earlier = scope.own(name.name);
    if (earlier !== undefined) {
      const labels =
        earlier.span === undefined ? [] : [{ span: earlier.span, message: "declared here first" }];
      frame.design.report(messages["duplicate-name"], { name: name.name }, name, { labels });
    } else if (statement.kind === "register")
      scope.define(name.name, name, () =>
        elaborateIn(frame, () => declareRegister(module.frame ?? frame, statement)),
      );
    else
      scope.define(name.name, name, () =>
        elaborateIn(frame, () => valueOf(constantFrame(module.frame ?? frame), statement.value)),
      );
  }
}

/** Makes the instances of a component. */
export function instantiateComponent(frame: Frame, node: UseDeclaration): Entity {
  const component = lookUp(frame, node.component.name, node.component);
  if (component.kind === "error") return ERROR;
  if (component.kind !== "component") {
    frame.design.report(
      messages["not-callable"],
      { what: `${describe(component)}, which is no component,` },
      node.component,
    );
    return ERROR;
  }
  frame.design.checkDepth(frame.depth + 1, describe(component), node);
  const { declaration } = component;
  if (node.generics.length !== declaration.generics.length) {
    frame.design.report(
      messages["generic-count"],
      { what: describe(component), expected: declaration.generics.length, found: node.generics.length },
      node.component,
      { labels: [{ span: declaration.name, message: "declared here" }] },
    );
    return ERROR;
  }
  return expand(frame, node.name.name, node.indices, (indexScope, suffix) => {
    const outer: Frame = { ...frame, scope: indexScope };
    const parameters = new Scope(component.frame.scope);
    for (const [index, generic] of declaration.generics.entries()) {
      const argument = node.generics[index];
      if (argument !== undefined)
        parameters.define(generic.name.name, generic.name, genericArgument(outer, generic.class, argument));
    }
    const inner: Frame = {
      ...component.frame,
      scope: new Scope(parameters),
      depth: frame.depth + 1,
      expansion: { span: node, outer: frame.expansion },
      place: {
        prefix: `${frame.place.prefix}${node.name.name}${frame.place.suffix}${suffix}_`,
        suffix: "",
        source: `${frame.place.source}${node.name.name}_`,
      },
    };
    if (!bindInputs(outer, node, { ...inner, scope: parameters }, declaration.inputs)) return ERROR;
    elaborateIn(inner, () =>
      runSteps(frame.design.elaborator.declareItems(inner, declaration.items, "component")),
    );
    return { kind: "instance", name: node.name.name, scope: inner.scope };
  });
}

/** Inputs are expressions of the place of use, evaluated where the component reads them. */
function bindInputs(
  outer: Frame,
  node: UseDeclaration,
  inner: Frame,
  inputs: readonly {
    readonly name: { readonly name: string };
    readonly type: Parameters<typeof resolveType>[1];
  }[],
): boolean {
  const what = `component \`${node.component.name}\``;
  let correct = true;
  const given = new Map<string, (typeof node.arguments)[number]>();
  for (const argument of node.arguments) {
    const { name } = argument;
    if (name === undefined) {
      outer.design.report(messages["unnamed-argument"], { what }, argument);
      correct = false;
    } else if (!inputs.some((input) => input.name.name === name.name)) {
      const help = didYouMean(
        name.name,
        inputs.map((input) => input.name.name),
      );
      outer.design.report(
        messages["unknown-argument"],
        { name: name.name, what },
        name,
        help === undefined ? {} : { help },
      );
      correct = false;
    } else if (given.has(name.name)) {
      outer.design.report(messages["repeated-argument"], { name: name.name }, name);
      correct = false;
    } else given.set(name.name, argument);
  }
  const missing = inputs
    .filter((input) => !given.has(input.name.name))
    .map((input) => `\`${input.name.name}\``);
  if (missing.length > 0 && correct) {
    outer.design.report(
      messages["missing-argument"],
      {
        names: `${missing.length === 1 ? "input" : "inputs"} ${missing.join(", ")}`,
        what: `the use of ${what}`,
      },
      node.component,
    );
    correct = false;
  }
  if (!correct) return false;
  for (const input of inputs) {
    const argument = given.get(input.name.name);
    const type = elaborateIn(inner, () => resolveType(inner, input.type));
    if (argument === undefined || type === undefined) return false;
    inner.scope.define(input.name.name, argument, {
      kind: "input",
      name: input.name.name,
      expression: argument.value,
      frame: outer,
      type,
      span: argument,
    });
  }
  return true;
}
