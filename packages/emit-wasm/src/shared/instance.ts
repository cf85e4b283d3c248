/** Code of a body that serves every member of a class: what differs comes from the record that a parameter points to. */
import type { OpId } from "@assassyn/ir";
import type { FunctionBuilder } from "../binary/function-builder.js";
import { I32, op } from "../binary/opcodes.js";
import type { Records } from "./records.js";

/** The second parameter of functions that serve a class: the address of the record. */
export const RECORD = 1;
/** Most addresses that a body loads before it starts; further ones are loaded at each use. */
const MOST_LOADED = 12;

/** The member that runs, as code sees it. The code itself is emitted for the first member. */
export class Instance {
  readonly #records: Records;
  readonly #firstSite: number;
  readonly #loaded = new Map<FunctionBuilder, Map<number, number>>();

  /** @param firstSite that of the first member */
  constructor(records: Records, firstSite: number) {
    this.#records = records;
    this.#firstSite = firstSite;
  }

  /**
   * Makes `f` find the state of the member. Addresses are loaded at their first use while code runs straight on, up to {@link enter}.
   */
  attach(f: FunctionBuilder): void {
    const loaded = new Map<number, number>();
    this.#loaded.set(f, loaded);
    f.relocate = (address) => {
      const base = this.#baseOf(address);
      if (base === undefined) return undefined;
      const offset = address - (this.#records.bases[base] ?? 0);
      let local = loaded.get(base);
      if (local === undefined) {
        local = this.#load(f, base);
        if (!this.#isEntered(f)) loaded.set(base, local);
      }
      return { local, offset };
    };
  }

  readonly #entered = new Set<FunctionBuilder>();

  #isEntered(f: FunctionBuilder): boolean {
    return this.#entered.has(f);
  }

  /**
   * Loads the base of an address into a local that the caller moves from member to member, so that it is loaded once only. Returns the local
   * and what is added to it.
   */
  pin(f: FunctionBuilder, address: number): { readonly local: number; readonly offset: number } {
    const base = this.#baseOf(address);
    if (base === undefined) throw new Error("an address that is the same for every member");
    const local = this.#load(f, base);
    this.#loaded.get(f)?.set(base, local);
    return { local, offset: address - (this.#records.bases[base] ?? 0) };
  }

  /** Stands where the body begins: loads all addresses that it may use. */
  enter(f: FunctionBuilder): void {
    const loaded = this.#loaded.get(f);
    if (loaded === undefined) throw new Error("a function that serves no class");
    for (let base = 0; base < Math.min(this.#records.bases.length, MOST_LOADED); base += 1)
      if (!loaded.has(base)) loaded.set(base, this.#load(f, base));
    this.#entered.add(f);
  }

  /** Makes a function that was cut out of the body find the state of the member. */
  attachPart(f: FunctionBuilder): void {
    f.relocate = (address) => {
      const base = this.#baseOf(address);
      if (base === undefined) return undefined;
      const local = f.once(`base ${base}`, I32, () => this.#push(f, base));
      return { local, offset: address - (this.#records.bases[base] ?? 0) };
    };
  }

  /** Pushes a site of the member plus a number. */
  site(f: FunctionBuilder, site: number, plus: number): void {
    if (this.#records.site === undefined) throw new Error("a class without sites");
    f.get(RECORD);
    f.memory(op.i32Load, this.#records.site);
    const distance = site - this.#firstSite + plus;
    if (distance === 0) return;
    f.i32(distance);
    f.code(op.i32Add);
  }

  /** Pushes a constant of at most 64 bits that differs between members. False: it does not. */
  constant(f: FunctionBuilder, id: OpId, width: number): boolean {
    const at = this.#records.constants.get(id);
    if (at === undefined) return false;
    f.get(RECORD);
    f.memory(width <= 32 ? op.i32Load : op.i64Load, at);
    return true;
  }

  #load(f: FunctionBuilder, base: number): number {
    const local = f.local(I32);
    this.#push(f, base);
    f.set(local);
    return local;
  }

  #push(f: FunctionBuilder, base: number): void {
    f.get(RECORD);
    f.memory(op.i32Load, 4 * base);
  }

  #baseOf(address: number): number | undefined {
    const { spans } = this.#records;
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const span = spans[low];
    return span !== undefined && span.start <= address ? span.base : undefined;
  }
}
