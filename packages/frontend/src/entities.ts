/** What an expression or a name can stand for while a design is elaborated. */
import type { ArrayId, ExternId, OpId, SlotId } from "@assassyn/ir";
import type { ComponentDeclaration, Expression, FunctionDeclaration } from "@assassyn/syntax";
import type { Span } from "@assassyn/diagnostics";
import type { Frame } from "./frame.js";
import type { ModuleInstance } from "./module-instance.js";
import type { Scope } from "./scope.js";
import type { DataType } from "./types.js";

/** Stands for what could not be understood; a diagnostic exists, so nobody reports again. */
export interface ErrorEntity {
  readonly kind: "error";
}
/** An untyped compile-time integer of any size. */
export interface IntegerEntity {
  readonly kind: "integer";
  readonly value: bigint;
}
/** Compile-time text; `file` is the source it was written in, to which paths are relative. */
export interface StringEntity {
  readonly kind: "string";
  readonly value: string;
  readonly file: number;
}
/** `[1, 2, 3]` at compile time. */
export interface ListEntity {
  readonly kind: "list";
  readonly items: readonly Value[];
}
/**
 * A typed value. `constant` is its bit pattern where it is known at compile time; `operation` is its result in the module at hand, absent
 * for a constant that is not in the IR yet. The type of the operation is exactly `type.bits`.
 */
export interface DataEntity {
  readonly kind: "data";
  readonly type: DataType;
  readonly operation: OpId | undefined;
  readonly constant: bigint | undefined;
}
/** What an expression evaluates to in the end. */
export type Value = ErrorEntity | IntegerEntity | StringEntity | ListEntity | DataEntity;

export interface TypeEntity {
  readonly kind: "type";
  readonly type: DataType;
}
/** A register or register array. */
export interface Register {
  readonly kind: "register";
  readonly name: string;
  readonly array: ArrayId;
  readonly element: DataType;
  readonly size: number;
  readonly scalar: boolean;
  readonly span: Span;
}
/** A stage, driver, testbench or downstream; one instance. */
export interface ModuleEntity {
  readonly kind: "module";
  readonly module: ModuleInstance;
}
/** A module or `use` with index ranges: `members` by the indices joined with `,`. */
export interface FamilyEntity {
  readonly kind: "family";
  readonly name: string;
  readonly ranges: readonly { readonly low: bigint; readonly high: bigint }[];
  readonly members: Map<string, Entity>;
}
/** A port of a stage: `a` inside it. */
export interface PortEntity {
  readonly kind: "port";
  readonly module: ModuleInstance;
  readonly index: number;
}
/** `m.v`, whatever it turns out to be: a bound value, a port, a register of the module. */
export interface MemberEntity {
  readonly kind: "member";
  readonly module: ModuleInstance;
  readonly name: string;
  readonly span: Span;
}
/** `fifo(m.p)`. */
export interface FifoEntity {
  readonly kind: "fifo";
  readonly module: ModuleInstance;
  readonly index: number;
}
/** An input of a component: evaluated where it is used, in the scope of the `use`. */
export interface InputEntity {
  readonly kind: "input";
  readonly name: string;
  readonly expression: Expression;
  readonly frame: Frame;
  readonly type: DataType;
  readonly span: Span;
}
/** A component instance: its parts by name. */
export interface InstanceEntity {
  readonly kind: "instance";
  readonly name: string;
  readonly scope: Scope;
}
export interface FunctionEntity {
  readonly kind: "function";
  readonly declaration: FunctionDeclaration;
  readonly frame: Frame;
}
export interface ComponentEntity {
  readonly kind: "component";
  readonly declaration: ComponentDeclaration;
  readonly frame: Frame;
}
export interface ExternEntity {
  readonly kind: "extern";
  readonly name: string;
  readonly extern: ExternId;
  readonly parameters: readonly { readonly name: string; readonly type: DataType }[];
  readonly result: DataType;
}
export interface BuiltinEntity {
  readonly kind: "builtin";
  readonly name: BuiltinName;
}
/** The functions that the language brings. */
export type BuiltinName = (typeof BUILTIN_NAMES)[number];
export const BUILTIN_NAMES = [
  "width",
  "clog2",
  "cat",
  "zext",
  "sext",
  "bitcast",
  "select1hot",
  "cycle",
  "fifo",
  "file",
  "fill",
] as const;

export type Entity =
  | Value
  | TypeEntity
  | Register
  | ModuleEntity
  | FamilyEntity
  | PortEntity
  | MemberEntity
  | FifoEntity
  | InputEntity
  | InstanceEntity
  | FunctionEntity
  | ComponentEntity
  | ExternEntity
  | BuiltinEntity;

export const ERROR: ErrorEntity = { kind: "error" };

/** A value bound by `let` or `take` that another module may read. */
export interface BoundValue {
  readonly name: string;
  readonly value: Value;
  /** The region list that holds the operation; the `expose` goes behind it. */
  readonly list: readonly OpId[];
  readonly span: Span;
  /** A second definition of the same name. */
  second?: Span;
  slot?: SlotId;
}

/** How messages call it. */
export function describe(entity: Entity): string {
  switch (entity.kind) {
    case "error":
      return "this";
    case "integer":
      return `the constant ${entity.value}`;
    case "string":
      return "a string";
    case "list":
      return "a list";
    case "data":
      return "a value";
    case "type":
      return "a type";
    case "register":
      return entity.scalar ? `register \`${entity.name}\`` : `array \`${entity.name}\``;
    case "module":
      return `${entity.module.kind} \`${entity.module.name}\``;
    case "family":
      return `\`${entity.name}\``;
    case "port":
      return `port \`${entity.module.ports[entity.index]?.name ?? ""}\``;
    case "member":
      return `\`${entity.module.name}.${entity.name}\``;
    case "fifo":
      return "a FIFO";
    case "input":
      return `input \`${entity.name}\``;
    case "instance":
      return `component instance \`${entity.name}\``;
    case "function":
      return `function \`${entity.declaration.name.name}\``;
    case "component":
      return `component \`${entity.declaration.name.name}\``;
    case "extern":
      return `function \`${entity.name}\``;
    case "builtin":
      return `function \`${entity.name}\``;
  }
}
