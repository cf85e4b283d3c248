/** Instruction words for tests, built field by field as in section 2.2 of the ISA manual. */

const OPCODES = {
  load: 0x03,
  fence: 0x0f,
  immediate: 0x13,
  auipc: 0x17,
  store: 0x23,
  register: 0x33,
  lui: 0x37,
  branch: 0x63,
  jalr: 0x67,
  jal: 0x6f,
  system: 0x73,
} as const;

/** Name of a major opcode. */
export type Opcode = keyof typeof OPCODES;

/** R-type: two registers to one. */
export function encodeR(
  opcode: Opcode,
  funct7: number,
  funct3: number,
  rd: number,
  rs1: number,
  rs2: number,
): number {
  return ((funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | OPCODES[opcode]) >>> 0;
}

/** I-type: a register and a signed 12-bit immediate. */
export function encodeI(opcode: Opcode, funct3: number, rd: number, rs1: number, immediate: number): number {
  return ((immediate << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | OPCODES[opcode]) >>> 0;
}

/** S-type: a store of `rs2` at `rs1` plus a signed 12-bit offset. */
export function encodeS(funct3: number, rs1: number, rs2: number, offset: number): number {
  return (
    (((offset >> 5) << 25) |
      (rs2 << 20) |
      (rs1 << 15) |
      (funct3 << 12) |
      ((offset & 31) << 7) |
      OPCODES.store) >>>
    0
  );
}

/** B-type: a branch by a signed, even 13-bit offset. */
export function encodeB(funct3: number, rs1: number, rs2: number, offset: number): number {
  const bits =
    (((offset >> 12) & 1) << 31) |
    (((offset >> 5) & 0x3f) << 25) |
    (((offset >> 1) & 0xf) << 8) |
    (((offset >> 11) & 1) << 7);
  return (bits | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | OPCODES.branch) >>> 0;
}

/** U-type: the upper 20 bits of `immediate`. */
export function encodeU(opcode: Opcode, rd: number, immediate: number): number {
  return ((immediate & 0xffff_f000) | (rd << 7) | OPCODES[opcode]) >>> 0;
}

/** J-type: a jump by a signed, even 21-bit offset. */
export function encodeJ(rd: number, offset: number): number {
  const bits =
    (((offset >> 20) & 1) << 31) |
    (((offset >> 1) & 0x3ff) << 21) |
    (((offset >> 11) & 1) << 20) |
    (((offset >> 12) & 0xff) << 12);
  return (bits | (rd << 7) | OPCODES.jal) >>> 0;
}

/** `lui` and `addi` that load the 32-bit `word` into `rd`. */
export function loadImmediate(rd: number, word: number): number[] {
  const low = (word << 20) >> 20;
  return [encodeU("lui", rd, word - low), encodeI("immediate", 0, rd, rd, low)];
}
