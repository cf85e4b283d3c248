import { ByteWriter } from "./byte-writer.js";
import type { ValueType } from "./opcodes.js";
import { bulk, EMPTY_BLOCK, I32, I64, op, ORIGIN_GLOBAL } from "./opcodes.js";

/** A block that can be branched to: its nesting depth. Valid until its `end`. */
export type Label = number;

/** Replaces an address by a base in a local and a distance from it; undefined for an address that stays as it is. */
export type Relocate = (address: number) => { readonly local: number; readonly offset: number } | undefined;

/** Parameters and at most one result of a function. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
}

/**
 * The body of one function under construction: instructions, and the locals they need.
 *
 * @example
 * const body = new FunctionBuilder({ parameters: [I32], result: I32 });
 * body.get(0);
 * body.i32(1);
 * body.code(op.i32Add);
 */
export class FunctionBuilder {
  readonly signature: Signature;
  /** Set in functions that serve several modules: where what is at an address of the one emitted lies for the one that runs. */
  relocate: Relocate | undefined;
  #code = new ByteWriter(1024);
  /** What stands before all code: the locals of {@link once}. */
  readonly #prologue = new ByteWriter(0);
  readonly #once = new Map<string, number>();
  readonly #locals: ValueType[] = [];
  /** Locals of each type that {@link recycleLocals} made free again, and how many of them are taken. */
  readonly #pools: Record<ValueType, { readonly members: number[]; taken: number }> = {
    [I32]: { members: [], taken: 0 },
    [I64]: { members: [], taken: 0 },
  };
  #depth = 0;

  /**
   * @param relocatable memory at fixed addresses is a copy of its own in each instance: a global says where it starts
   */
  constructor(
    signature: Signature,
    private readonly relocatable = false,
  ) {
    this.signature = signature;
  }

  /** Size of the code so far, in bytes. */
  get size(): number {
    return this.#code.length;
  }

  /** A local that nothing else uses until {@link recycleLocals}. Its content is undefined. */
  local(type: ValueType): number {
    const pool = this.#pools[type];
    let index = pool.members[pool.taken];
    if (index === undefined) {
      index = this.signature.parameters.length + this.#locals.length;
      this.#locals.push(type);
      pool.members.push(index);
    }
    pool.taken += 1;
    return index;
  }

  /** A local that is never recycled. */
  permanentLocal(type: ValueType): number {
    this.#locals.push(type);
    return this.signature.parameters.length + this.#locals.length - 1;
  }

  /** Lets the locals handed out by {@link local} be handed out again. */
  recycleLocals(): void {
    this.#pools[I32].taken = 0;
    this.#pools[I64].taken = 0;
  }

  /** A local that is set where the function begins, to what `emit` pushes. The same for the same name. */
  once(name: string, type: ValueType, emit: () => void): number {
    const known = this.#once.get(name);
    if (known !== undefined) return known;
    const code = this.#code;
    this.#code = this.#prologue;
    emit();
    const local = this.permanentLocal(type);
    this.set(local);
    this.#code = code;
    this.#once.set(name, local);
    return local;
  }

  /** Pushes the base of a fixed address of the state, and returns the offset that a load or store must add. */
  at(address: number): number {
    const moved = this.relocate?.(address);
    if (moved === undefined) {
      this.#origin();
      return address;
    }
    this.get(moved.local);
    return moved.offset;
  }

  /** Pushes the address to which fixed addresses of the state are added: 0, or the start of this thread's own copy. */
  #origin(): void {
    if (!this.relocatable) return this.i32(0);
    this.get(
      this.once("origin", I32, () => {
        this.#code.byte(op.globalGet);
        this.#code.unsigned(ORIGIN_GLOBAL);
      }),
    );
  }

  /** Adds the base of a fixed address of the state to the distance on the stack, and returns the offset that a load or store must add. */
  rebase(address: number): number {
    const moved = this.relocate?.(address);
    if (moved !== undefined) this.get(moved.local);
    else if (this.relocatable) this.#origin();
    else return address;
    this.code(op.i32Add);
    return moved?.offset ?? address;
  }

  /** Pushes a fixed address of the state. */
  address(address: number): void {
    const moved = this.relocate?.(address);
    this.i32(moved?.offset ?? address);
    if (moved !== undefined) this.get(moved.local);
    else if (this.relocatable) this.#origin();
    else return;
    this.code(op.i32Add);
  }

  /** Pushes a global that was imported. */
  globalGet(index: number): void {
    this.#code.byte(op.globalGet);
    this.#code.unsigned(index);
  }

  /** An atomic instruction; `opcode` is its second byte, its operands must be aligned to `bytes`. */
  atomic(opcode: number, bytes: 4 | 8, offset: number): void {
    this.#code.byte(op.atomicPrefix);
    this.#code.unsigned(opcode);
    this.#code.unsigned(Math.log2(bytes));
    this.#code.unsigned(offset);
  }

  /** An instruction without immediates. */
  code(opcode: number): void {
    this.#code.byte(opcode);
  }

  /** Pushes a 32-bit constant; bits above the 32nd are ignored. */
  i32(value: number): void {
    this.#code.byte(op.i32Const);
    this.#code.signed(value);
  }

  /** Pushes a 64-bit constant; bits above the 64th are ignored. */
  i64(value: bigint): void {
    this.#code.byte(op.i64Const);
    this.#code.signed64(value);
  }

  get(local: number): void {
    this.#code.byte(op.localGet);
    this.#code.unsigned(local);
  }

  set(local: number): void {
    this.#code.byte(op.localSet);
    this.#code.unsigned(local);
  }

  tee(local: number): void {
    this.#code.byte(op.localTee);
    this.#code.unsigned(local);
  }

  call(functionIndex: number): void {
    this.#code.byte(op.call);
    this.#code.unsigned(functionIndex);
  }

  /** A load or store; `offset` is added to the address on the stack. Promises no alignment: it costs nothing on today's machines. */
  memory(opcode: number, offset: number): void {
    this.#code.byte(opcode);
    this.#code.unsigned(0);
    this.#code.unsigned(offset);
  }

  block(): Label {
    return this.#open(op.block, EMPTY_BLOCK);
  }

  loop(): Label {
    return this.#open(op.loop, EMPTY_BLOCK);
  }

  /** Opens an `if` on the condition on the stack; with a type it leaves a value. */
  if(result?: ValueType): Label {
    return this.#open(op.if, result ?? EMPTY_BLOCK);
  }

  else(): void {
    this.#code.byte(op.else);
  }

  end(): void {
    this.#depth -= 1;
    this.#code.byte(op.end);
  }

  br(label: Label): void {
    this.#code.byte(op.br);
    this.#code.unsigned(this.#depth - label);
  }

  brIf(label: Label): void {
    this.#code.byte(op.brIf);
    this.#code.unsigned(this.#depth - label);
  }

  memorySize(): void {
    this.#code.byte(op.memorySize);
    this.#code.byte(0);
  }

  memoryGrow(): void {
    this.#code.byte(op.memoryGrow);
    this.#code.byte(0);
  }

  /** Copies; takes destination, source, byte count. */
  memoryCopy(): void {
    this.#code.byte(op.bulkPrefix);
    this.#code.unsigned(bulk.memoryCopy);
    this.#code.byte(0);
    this.#code.byte(0);
  }

  /** Fills; takes destination, byte, byte count. */
  memoryFill(): void {
    this.#code.byte(op.bulkPrefix);
    this.#code.unsigned(bulk.memoryFill);
    this.#code.byte(0);
  }

  /** Copies from a passive data segment; takes destination, offset in the segment, byte count. */
  memoryInit(segment: number): void {
    this.#code.byte(op.bulkPrefix);
    this.#code.unsigned(bulk.memoryInit);
    this.#code.unsigned(segment);
    this.#code.byte(0);
  }

  #open(opcode: number, blockType: number): Label {
    this.#code.byte(opcode);
    this.#code.byte(blockType);
    this.#depth += 1;
    return this.#depth;
  }

  /** Writes the function as an entry of the code section. @throws Error when a block is still open. */
  encodeTo(section: ByteWriter): void {
    if (this.#depth !== 0) throw new Error(`${this.#depth} blocks of a function were never closed`);
    const header = new ByteWriter(64);
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
    }
    header.unsigned(runs.length);
    for (const run of runs) {
      header.unsigned(run.count);
      header.byte(run.type);
    }
    section.unsigned(header.length + this.#prologue.length + this.#code.length + 1);
    section.append(header);
    section.append(this.#prologue);
    section.append(this.#code);
    section.byte(op.end);
  }
}
