import type { OptimizationOptions, Schedule } from "@assassyn/emit-core";
import type { System } from "@assassyn/ir";
import type { FunctionIndex, WasmModuleBuilder } from "./binary/module-builder.js";
import type { Facts } from "./facts.js";
import type { Idle } from "./idle.js";
import type { Layout } from "./layout.js";
import type { Classes } from "./shared/classes.js";
import type { Instance } from "./shared/instance.js";
import type { Mail } from "./threads/mail.js";
import type { Sites } from "./sites.js";

/** The functions that generated code calls. */
export interface RuntimeFunctions {
  /** `(1 + site, code, detail)`: notes a stop; the smallest site wins. */
  readonly stop: FunctionIndex;
  /** `(address of the ring's address, address of its mask, head, bytes of an element)`: doubles a full ring. */
  readonly grow: FunctionIndex;
  /** `(limbs, signed)`: divides the wide numbers at the scratch address; absent when no division is wide. */
  readonly divide: FunctionIndex | undefined;
  /** By extern id: `(scratch address, site) -> 0, or 1 for a failure`. */
  readonly externs: readonly (FunctionIndex | undefined)[];
}

/** The first parameter of every function that runs a part of a cycle: the number of that cycle, an i64. */
export const CYCLE = 0;

/** What all emitters of one module share. */
export interface EmitContext {
  readonly system: System;
  readonly schedule: Schedule;
  readonly layout: Layout;
  readonly sites: Sites;
  readonly builder: WasmModuleBuilder;
  readonly functions: RuntimeFunctions;
  /** Memory for wide divisions and for the arguments of extern functions. */
  readonly scratch: number;
  /** Bytes that each operand of a wide division has there. */
  readonly scratchStride: number;
  /** Most operations of one function, roughly. */
  readonly partWeight: number;
  /** Which optimisations are left out. */
  readonly optimizations: OptimizationOptions;
  readonly facts: Facts;
  /** When the system is idle; absent where no cycle is passed over. */
  readonly idle?: Idle | undefined;
  /** Which modules share a function. */
  readonly classes: Classes;
  /** The member of a class that the code at hand is for; absent in code of one module. */
  readonly instance?: Instance;
  /** Constants in memory, collected while code is emitted. */
  readonly data: { readonly address: number; readonly bytes: Uint8Array }[];
  /** Where effects go that leave their cluster; absent in a module for one thread. */
  readonly mail?: Mail;
}
