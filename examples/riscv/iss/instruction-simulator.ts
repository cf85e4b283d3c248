/**
 * An instruction-set simulator of RV32I: one instruction a step, no pipeline, no timing. It is the reference
 * that the pipelined CPU beside it is compared with, and shares nothing with it but the ISA manual.
 *
 * Section numbers refer to "The RISC-V Instruction Set Manual, Volume I: Unprivileged ISA", version 20191213.
 */

/** Bytes of instruction memory and of data memory, both at address 0. */
export const MEMORY_BYTES = 0x1_0000;

/** A word store to this address halts the machine; the stored word is the program's result. */
export const HALT_ADDRESS = 0x8000_0000;

/** What a simulator starts from. */
export interface InstructionSimulatorOptions {
  /** Words of the instruction memory, from address 0. The rest is zero. */
  readonly program: ArrayLike<number>;
  /** Words of the data memory, from address 0. Default: a copy of `program`, as in the CPU. */
  readonly data?: ArrayLike<number>;
}

/** One retired instruction. All words are unsigned, 0 … 2³² − 1. */
export interface Retirement {
  /** Address of the instruction. */
  readonly pc: number;
  /** The instruction word. */
  readonly instruction: number;
  /** Destination register 1 … 31, or 0 if the instruction writes none. */
  readonly rd: number;
  /** The word written to `rd`, or 0 if the instruction writes none. */
  readonly value: number;
}

/** A program did something that this machine has no answer to; `pc` is the address of the instruction. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
  constructor(
    message: string,
    readonly pc: number,
  ) {
    super(`${message} at pc ${hex(pc)}`);
  }
}

/**
 * RV32I with separate instruction and data memories and one memory-mapped register, {@link HALT_ADDRESS}.
 *
 * @example
 * const simulator = new InstructionSimulator({ program: readImage(text) });
 * while (!simulator.halted) console.log(simulator.step());
 * console.log(simulator.result, simulator.retired);
 */
export class InstructionSimulator {
  readonly #program = new Uint32Array(MEMORY_BYTES / 4);
  readonly #memory = new DataView(new ArrayBuffer(MEMORY_BYTES));
  readonly #registers = new Uint32Array(32);
  #pc = 0;
  #retired = 0;
  #result: number | undefined;

  /** @throws RangeError if a memory image is longer than the memory. */
  constructor({ program, data = program }: InstructionSimulatorOptions) {
    if (Math.max(program.length, data.length) > MEMORY_BYTES / 4)
      throw new RangeError(`an image has more than ${MEMORY_BYTES / 4} words`);
    this.#program.set(program);
    Array.from(data).forEach((word, index) => this.#memory.setUint32(4 * index, word, true));
  }

  /** Address of the next instruction. */
  get pc(): number {
    return this.#pc;
  }

  /** Whether the program has stored to the halt register. */
  get halted(): boolean {
    return this.#result !== undefined;
  }

  /** The word that the program stored to the halt register, or `undefined` before. */
  get result(): number | undefined {
    return this.#result;
  }

  /** Instructions retired so far, the halting store included. */
  get retired(): number {
    return this.#retired;
  }

  /** The word in integer register `index`, 0 … 31. */
  register(index: number): number {
    return at(this.#registers, index);
  }

  /** The data memory's word at `address`, a multiple of 4. */
  dataWord(address: number): number {
    return this.#memory.getUint32(address, true);
  }

  /**
   * Executes one instruction.
   *
   * @throws SimulationError on an illegal or unsupported instruction, a misaligned access or jump, an
   * address outside of the memories, or when the machine has halted; the state is then what it was before.
   */
  step(): Retirement {
    const pc = this.#pc;
    if (this.halted) throw new SimulationError("the machine has halted", pc);
    if (pc >= MEMORY_BYTES) throw new SimulationError("instruction fetch outside of the memory", pc);
    const instruction = at(this.#program, pc >>> 2);
    const destination = (instruction >>> 7) & 31;
    const value = this.#execute(instruction);
    const rd = value === undefined ? 0 : destination;
    const written = rd === 0 ? 0 : (value ?? 0) >>> 0;
    this.#registers[rd] = written;
    this.#retired += 1;
    return { pc, instruction, rd, value: written };
  }

  /** Steps until the program halts, and returns its result; throws after `limit` instructions without a halt. */
  run(limit = 10_000_000): number {
    while (this.#result === undefined) {
      if (this.#retired >= limit) throw new SimulationError(`no halt after ${limit} instructions`, this.#pc);
      this.step();
    }
    return this.#result;
  }

  /** Carries out all effects but the write of `rd`, whose value it returns (`undefined`: no destination). */
  #execute(instruction: number): number | undefined {
    const pc = this.#pc;
    const funct3 = (instruction >>> 12) & 7;
    const funct7 = instruction >>> 25;
    const rs1 = at(this.#registers, (instruction >>> 15) & 31);
    const rs2 = at(this.#registers, (instruction >>> 20) & 31);
    const immediate = immediatesOf(instruction);
    const next = pc + 4;

    switch (instruction & 0x7f) {
      case 0x37: // LUI (2.4)
        this.#pc = next;
        return immediate.u;
      case 0x17: // AUIPC (2.4)
        this.#pc = next;
        return pc + immediate.u;
      case 0x6f: // JAL (2.5)
        this.#jump(pc + immediate.j);
        return next;
      case 0x67: // JALR (2.5): the lowest bit of the target is cleared
        if (funct3 !== 0) break;
        this.#jump((rs1 + immediate.i) & ~1);
        return next;
      case 0x63: {
        // BEQ, BNE, BLT, BGE, BLTU, BGEU (2.5)
        const taken = branchTaken(funct3, rs1, rs2);
        if (taken === undefined) break;
        if (taken) this.#jump(pc + immediate.b);
        else this.#pc = next;
        return undefined;
      }
      case 0x03: {
        // LB, LH, LW, LBU, LHU (2.6)
        const value = this.#load(funct3, (rs1 + immediate.i) >>> 0);
        if (value === undefined) break;
        this.#pc = next;
        return value;
      }
      case 0x23: // SB, SH, SW (2.6)
        if (funct3 > 2) break;
        this.#store(funct3, (rs1 + immediate.s) >>> 0, rs2);
        this.#pc = next;
        return undefined;
      case 0x13: {
        // ADDI, SLTI, SLTIU, XORI, ORI, ANDI, SLLI, SRLI, SRAI (2.4)
        const isShift = funct3 === 1 || funct3 === 5;
        const value = operate(isShift ? funct7 : 0, funct3, rs1, immediate.i);
        if (value === undefined) break;
        this.#pc = next;
        return value;
      }
      case 0x33: {
        // ADD, SUB, SLL, SLT, SLTU, XOR, SRL, SRA, OR, AND (2.4)
        const value = operate(funct7, funct3, rs1, rs2);
        if (value === undefined) break;
        this.#pc = next;
        return value;
      }
      case 0x0f: // FENCE (2.7): nothing to order on a machine with one hart and no devices
        if (funct3 !== 0) break;
        this.#pc = next;
        return undefined;
      case 0x73: // ECALL, EBREAK (2.8)
        if (instruction === 0x0000_0073)
          throw new SimulationError("ECALL: there is no environment to call", pc);
        if (instruction === 0x0010_0073) throw new SimulationError("EBREAK: there is no debugger", pc);
        break;
    }
    throw new SimulationError(`illegal instruction ${hex(instruction)}`, pc);
  }

  /** Goes to `target`; without the C extension it must be a multiple of 4 (2.5). */
  #jump(target: number): void {
    if ((target & 3) !== 0)
      throw new SimulationError(`jump to the misaligned address ${hex(target)}`, this.#pc);
    this.#pc = target >>> 0;
  }

  /** The extended value of a load (2.6), or `undefined` if `funct3` names none. */
  #load(funct3: number, address: number): number | undefined {
    switch (funct3) {
      case 0:
        return this.#memory.getInt8(this.#access(address, 1));
      case 1:
        return this.#memory.getInt16(this.#access(address, 2), true);
      case 2:
        return this.#memory.getUint32(this.#access(address, 4), true);
      case 4:
        return this.#memory.getUint8(this.#access(address, 1));
      case 5:
        return this.#memory.getUint16(this.#access(address, 2), true);
      default:
        return undefined;
    }
  }

  /** Stores the low 1, 2 or 4 bytes of `value` (2.6). */
  #store(funct3: number, address: number, value: number): void {
    if (address === HALT_ADDRESS && funct3 === 2) {
      this.#result = value;
      return;
    }
    const checked = this.#access(address, 1 << funct3);
    if (funct3 === 0) this.#memory.setUint8(checked, value);
    else if (funct3 === 1) this.#memory.setUint16(checked, value, true);
    else this.#memory.setUint32(checked, value, true);
  }

  /** Checks alignment and range of an access of `size` bytes, and returns its address. */
  #access(address: number, size: number): number {
    if (address % size !== 0) throw new SimulationError(`misaligned access to ${hex(address)}`, this.#pc);
    if (address >= MEMORY_BYTES)
      throw new SimulationError(`access to ${hex(address)}, outside of the memory`, this.#pc);
    return address;
  }
}

/** The five immediates of section 2.3, each sign-extended; an instruction means at most one of them. */
function immediatesOf(instruction: number) {
  const sign = instruction >> 31;
  return {
    i: instruction >> 20,
    s: ((instruction >> 25) << 5) | ((instruction >>> 7) & 0x1f),
    b:
      (sign << 12) |
      (((instruction >>> 7) & 1) << 11) |
      (((instruction >>> 25) & 0x3f) << 5) |
      (((instruction >>> 8) & 0xf) << 1),
    u: instruction & 0xffff_f000,
    j:
      (sign << 20) |
      (((instruction >>> 12) & 0xff) << 12) |
      (((instruction >>> 20) & 1) << 11) |
      (((instruction >>> 21) & 0x3ff) << 1),
  };
}

/** Section 2.4: register and immediate computations; `undefined` if `funct7` and `funct3` name none. */
function operate(funct7: number, funct3: number, a: number, b: number): number | undefined {
  const shift = b & 31;
  switch ((funct7 << 3) | funct3) {
    case 0x000:
      return a + b;
    case 0x100: // funct7 0100000
      return a - b;
    case 0x001:
      return a << shift;
    case 0x002:
      return (a | 0) < (b | 0) ? 1 : 0;
    case 0x003:
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case 0x004:
      return a ^ b;
    case 0x005:
      return a >>> shift;
    case 0x105: // funct7 0100000
      return a >> shift;
    case 0x006:
      return a | b;
    case 0x007:
      return a & b;
    default:
      return undefined;
  }
}

/** Section 2.5: whether a conditional branch is taken; `undefined` if `funct3` names none. */
function branchTaken(funct3: number, a: number, b: number): boolean | undefined {
  switch (funct3) {
    case 0:
      return a === b;
    case 1:
      return a !== b;
    case 4:
      return (a | 0) < (b | 0);
    case 5:
      return (a | 0) >= (b | 0);
    case 6:
      return a < b;
    case 7:
      return a >= b;
    default:
      return undefined;
  }
}

function at(words: Uint32Array, index: number): number {
  const word = words[index];
  if (word === undefined) throw new RangeError(`no element ${index}`);
  return word;
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, "0")}`;
}
