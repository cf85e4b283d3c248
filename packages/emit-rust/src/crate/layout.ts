/** What a layout contributes to the generated crate. */
import type { StateAccess } from "../state-access.js";
import type { CodeWriter } from "@assassyn/emit-core";
import type { ArrayModel, DesignModel, ModuleModel } from "./model.js";
import type { References } from "./references.js";
import type { Body } from "./sharing.js";

/** A field of a module's struct. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly initial: string;
  readonly comment?: string;
}

/** The parts in which the layouts `fast` and `classic` differ. */
export interface Layout {
  /** How the body of a module reaches the state. */
  access(design: DesignModel, module: ModuleModel, references: References): StateAccess;
  /** Fields of the struct but those that both layouts have. */
  fields(design: DesignModel, module: ModuleModel): readonly Field[];
  /** Statements of the commit of one module on `self`; `cx` is the context and `module` the index. Empty when nothing waits. */
  commit(design: DesignModel, module: ModuleModel): readonly string[];
  /** Number of activations owed, on `self`. */
  readonly credit: string;
  /** The committed elements as a slice; `owner` is the struct that holds them. */
  elements(array: ArrayModel, mutable: boolean, owner: string): string;
  /** Statements that run a module in a cycle by `call` and note the outcome; `state`, `cx`, `externs` and `active` are in scope. */
  runModule(
    code: CodeWriter,
    design: DesignModel,
    module: ModuleModel,
    references: References,
    call: string,
  ): void;
  /** What every function of a body takes before the context: names and types. Default: `state: &mut State`. */
  receive?(design: DesignModel, module: ModuleModel): readonly (readonly [name: string, type: string])[];
  /**
   * Sites and links stand in files of their own, `src/sites.rs` and `src/links.rs`, so that the files of modules stay the same when others
   * change or move. Default: within the bodies.
   */
  readonly tablesApart?: boolean;
  /** Type by which functions of bodies take the embedder's functions; default `&mut dyn Externs`. */
  readonly externs?: string;
  /** Writes the items of a group of equal modules, in place of one struct that holds everything. */
  moduleItems?(code: CodeWriter, design: DesignModel, module: ModuleModel): void;
  /** Writes further items behind the function of a body. */
  bodyItems?(code: CodeWriter, design: DesignModel, body: Body): void;
  /** The statement that loads initial contents from a table, if it is not `load(elements, table)`; `load` makes one for a place. */
  load?(array: ArrayModel, owner: string, load: (elements: string) => string): string;
  /** Further items of `src/state.rs`. */
  items(code: CodeWriter, design: DesignModel): void;
}
