/** Where an expression or statement is being elaborated. */
import type { Span } from "@assassyn/diagnostics";
import type { Body } from "./body.js";
import type { Design } from "./design.js";
import type { ModuleInstance } from "./module-instance.js";
import type { Scope } from "./scope.js";

/** How the flat names of instances are made: `prefix + name + suffix`. */
export interface Place {
  readonly prefix: string;
  /** Indices of enclosing `for` loops: `_0_1`. */
  readonly suffix: string;
  /** Like `prefix`, without indices: the name of the declaration an instance belongs to. */
  readonly source: string;
}

/** The place of the top level. */
export const TOP: Place = { prefix: "", suffix: "", source: "" };

/** A call of a function or a use of a component that what is elaborated was expanded from. */
export interface Expansion {
  /** The call or use. */
  readonly span: Span;
  /** What the call or use itself was expanded from. */
  readonly outer: Expansion | undefined;
}

/** The surroundings of an expression or statement. Never changed; a block makes a new one. */
export interface Frame {
  readonly design: Design;
  readonly scope: Scope;
  /** Where operations go; absent where everything must be known at compile time. */
  readonly body: Body | undefined;
  /** Where `width(x)` may write x to look at its type, when there is no body. */
  readonly scratch?: Body | undefined;
  /** What helps where something here turns out not to be known at compile time. */
  readonly constantHelp?: string;
  readonly place: Place;
  /** How many inlined functions and components surround this. */
  readonly depth: number;
  /** The function call or use of a component that this was expanded from. */
  readonly expansion?: Expansion | undefined;
  /** True directly in a module, false inside an inlined function: only the former's bindings can be read by others. */
  readonly exposes: boolean;
}

/** The module whose body is being made, if any. */
export function moduleOf(frame: Frame): ModuleInstance | undefined {
  return frame.body?.module;
}

/** Does what is elaborated in a frame, so that messages name what it was expanded from. */
export function elaborateIn<Result>(frame: Frame, work: () => Result): Result {
  const { design } = frame;
  const before = design.expansion;
  design.expansion = frame.expansion;
  try {
    return work();
  } finally {
    design.expansion = before;
  }
}

/** The same surroundings, where nothing may happen at run time. */
export function constantFrame(frame: Frame): Frame {
  return frame.body === undefined ? frame : { ...frame, body: undefined, scratch: frame.body };
}
