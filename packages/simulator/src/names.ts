/** Finds parts of a design by name. Error texts equal those of the reference interpreter. */
import type {
  ArrayDescription,
  ExposedDescription,
  FifoDescription,
  ModuleDescription,
  SimulationDescription,
} from "@assassyn/ir";

/** The names of a design. Every lookup throws a `RangeError` for a name that does not exist. */
export class Names {
  readonly #arrays = new Map<string, ArrayDescription>();
  readonly #modules = new Map<string, ModuleDescription>();
  readonly #fifos = new Map<string, FifoDescription>();

  constructor(description: SimulationDescription) {
    for (const array of description.arrays) this.#arrays.set(array.name, array);
    for (const module of description.modules) this.#modules.set(module.name, module);
  }

  /** The array or register `name`. */
  array(name: string): ArrayDescription {
    const found = this.#arrays.get(name);
    if (found === undefined) throw new RangeError(`no register is called ${name}`);
    return found;
  }

  /** Address of an element. */
  element(name: string, index: number): { readonly array: ArrayDescription; readonly address: number } {
    const array = this.array(name);
    if (!Number.isInteger(index) || index < 0 || index >= array.size) {
      const elements = `${array.size} element${array.size === 1 ? "" : "s"}`;
      throw new RangeError(`${name}[${index}] is out of range: ${name} has ${elements}`);
    }
    return { array, address: array.address + index * array.bytes };
  }

  /** The module `name`. */
  module(name: string): ModuleDescription {
    const found = this.#modules.get(name);
    if (found === undefined) throw new RangeError(`no module is called ${name}`);
    return found;
  }

  /** The FIFO `module.port`. */
  fifo(name: string): FifoDescription {
    const known = this.#fifos.get(name);
    if (known !== undefined) return known;
    const { module, member } = this.#member(name);
    const found = module.fifos.find((fifo) => fifo.name === member);
    if (found === undefined) throw new RangeError(`no FIFO is called ${name}`);
    this.#fifos.set(name, found);
    return found;
  }

  /** The exposed value `module.name`. */
  exposed(name: string): { readonly module: ModuleDescription; readonly slot: ExposedDescription } {
    const { module, member } = this.#member(name);
    const slot = module.exposed.find((candidate) => candidate.name === member);
    if (slot === undefined) throw new RangeError(`no exposed value is called ${name}`);
    return { module, slot };
  }

  #member(name: string): { readonly module: ModuleDescription; readonly member: string } {
    const dot = name.lastIndexOf(".");
    if (dot < 0) throw new RangeError(`${name} is not of the form module.name`);
    return { module: this.module(name.slice(0, dot)), member: name.slice(dot + 1) };
  }
}
