/**
 * Declarations of a file, a system or a component.
 *
 * Names of a scope see each other whatever their order, so this happens in two rounds: first every name is put into its scope, then the
 * returned steps make registers, modules and instances in the order of the source. Compile-time `if` and `for` among the items are expanded
 * behind the plain ones, which their conditions may name; their steps stay in place.
 */
import type { Span } from "@assassyn/diagnostics";
import { assertNever } from "@assassyn/ir";
import type { ForNode, IfNode, ImportDeclaration, Item } from "@assassyn/syntax";
import { configure } from "./config.js";
import type { Entity } from "./entities.js";
import { ERROR } from "./entities.js";
import { constantRange, valueOf } from "./values.js";
import { DECLARATION_WEIGHT } from "./design.js";
import type { Steps, Where } from "./elaborator.js";
import { declareExtern } from "./extern-function.js";
import { declareExternModule } from "./extern-module.js";
import type { Frame } from "./frame.js";
import { elaborateIn } from "./frame.js";
import { instantiateComponent, instantiateModule, moduleName } from "./instances.js";
import { frontendMessages as messages } from "./messages.js";
import { declareRegister } from "./registers.js";
import { Scope } from "./scope.js";
import { chosenBranch } from "./statements.js";
import { resolveType } from "./type-nodes.js";

/** Declares the names of the items in the frame's scope, and returns what remains to be done. */
export function declareItems(frame: Frame, items: readonly Item[], where: Where): Steps {
  const steps: Steps = [];
  const pending: { item: IfNode<Item> | ForNode<Item>; steps: Steps }[] = [];
  for (const item of items) {
    frame.design.count(item, DECLARATION_WEIGHT);
    if (item.kind === "if" || item.kind === "for") {
      const own: Steps = [];
      steps.push(own);
      pending.push({ item, steps: own });
    } else declareItem(frame, item, where, steps);
  }
  for (const { item, steps: own } of pending) {
    if (item.kind === "if") {
      const branch = chosenBranch(frame, item);
      if (branch !== "unknown") own.push(declareItems(frame, branch, where));
    } else own.push(...expandFor(frame, item, where));
  }
  return steps;
}

function expandFor(frame: Frame, item: ForNode<Item>, where: Where): Steps {
  const steps: Steps = [];
  const range = constantRange(frame, item.range);
  if (range === undefined) return steps;
  for (let index = range.low; index < range.high; index += 1n) {
    frame.design.count(item, DECLARATION_WEIGHT);
    const scope = new Scope(frame.scope);
    scope.define(item.variable.name, item.variable, { kind: "integer", value: index });
    const place = { ...frame.place, suffix: `${frame.place.suffix}_${index}` };
    steps.push(declareItems({ ...frame, scope: new Scope(scope), place }, item.body, where));
  }
  return steps;
}

type PlainItem = Exclude<Item, IfNode<Item> | ForNode<Item>>;

function declareItem(frame: Frame, item: PlainItem, where: Where, steps: Steps): void {
  const { design, scope } = frame;
  /** A name whose meaning is made when it is first asked for, at the latest by its step. */
  const lazily = (name: string, span: Span, meaning: () => Entity): void => {
    if (!isFree(frame, name, span)) return;
    const binding = scope.define(name, span, () => elaborateIn(frame, meaning));
    steps.push(() => void design.resolve(binding));
  };
  switch (item.kind) {
    case "import":
      return declareImport(frame, item, steps);
    case "system": {
      if (where === "imported") return;
      if (where !== "file") {
        design.report(messages["misplaced"], { what: "a system", where: `in a ${where}` }, item.name);
        return;
      }
      if (design.system !== undefined) {
        design.report(messages["second-system"], { name: item.name.name }, item.name, {
          labels: [{ span: design.system.name, message: "the first one" }],
        });
        return;
      }
      design.system = item;
      steps.push(declareItems({ ...frame, scope: new Scope(scope) }, item.items, "system"));
      return;
    }
    case "config":
      if (where === "system") steps.push(() => configure(frame, item));
      else design.report(messages["misplaced"], { what: "`config`", where: "outside of a system" }, item);
      return;
    case "const":
      lazily(item.name.name, item.name, () => valueOf(frame, item.value));
      return;
    case "type-alias":
      lazily(item.name.name, item.name, () => {
        const type = resolveType(frame, item.type);
        return type === undefined ? ERROR : { kind: "type", type: { ...type, name: item.name.name } };
      });
      return;
    case "register":
      lazily(item.name.name, item.name, () => declareRegister(frame, item));
      return;
    case "module":
      lazily(moduleName(item), item.name ?? item, () => instantiateModule(frame, item));
      return;
    case "use":
      lazily(item.name.name, item.name, () => instantiateComponent(frame, item));
      return;
    case "function":
      if (isFree(frame, item.name.name, item.name))
        scope.define(item.name.name, item.name, { kind: "function", declaration: item, frame });
      return;
    case "component":
      if (isFree(frame, item.name.name, item.name))
        scope.define(item.name.name, item.name, { kind: "component", declaration: item, frame });
      return;
    case "extern-function":
      lazily(item.name.name, item.name, () => declareExtern(frame, item));
      return;
    case "extern-module":
      lazily(item.name.name, item.name, () => declareExternModule(frame, item));
      return;
    default:
      assertNever(item);
  }
}

/** True when the scope does not have the name yet; reports otherwise. */
function isFree(frame: Frame, name: string, span: Span): boolean {
  const earlier = frame.scope.own(name);
  if (earlier === undefined) return true;
  const labels = earlier.span === undefined ? [] : [{ span: earlier.span, message: "declared here first" }];
  frame.design.report(messages["duplicate-name"], { name }, span, { labels });
  return false;
}

function declareImport(frame: Frame, item: ImportDeclaration, steps: Steps): void {
  const { design } = frame;
  const found = design.host.resolveImport(item.path.value, item.path.file);
  if (found.kind === "error") {
    design.report(messages["import-failed"], { path: item.path.value, reason: found.reason }, item.path);
    design.incomplete = true;
    frame.scope.incomplete = true;
    return;
  }
  const file = design.elaborator.openFile(design, found.unit, "imported");
  frame.scope.import(file.scope);
  if (file.steps !== undefined) steps.push(file.steps);
}
