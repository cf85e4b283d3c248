/**
 * The tree of a dump: what `repr(sys)` of the Python front end says, line by line, comments included, so that
 * {@link printDump} gives the text back. Offsets are UTF-16 code units of the dump.
 */

/** A part of the dump, `[start, end)`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A name where it stands. */
export interface Name extends Place {
  readonly text: string;
}

/** A type as written. Records are bits, whose fields the dump itself resolves into slices. */
export type DumpType =
  | (Place & { readonly kind: "plain"; readonly class: "u" | "i" | "b"; readonly width: number })
  | (Place & { readonly kind: "record"; readonly fields: readonly RecordField[] });

/** A field of a record; the order in the dump says nothing about the position in the bits. */
export interface RecordField {
  readonly name: Name;
  readonly type: DumpType;
}

/** An operand: a constant with its type, or the name of a value. */
export type Operand = ConstantOperand | NameOperand;
/** `(-5:i16)`. */
export interface ConstantOperand extends Place {
  readonly kind: "constant";
  readonly value: bigint;
  readonly type: DumpType;
}
/** A value by its bare name, of this module or of another one. */
export interface NameOperand extends Name {
  readonly kind: "name";
}

/** A whole dump. */
export interface DumpSystem extends Place {
  readonly name: Name;
  readonly arrays: readonly DumpArray[];
  readonly modules: readonly DumpModule[];
}

/** `cnt = [i32; 1];` and the comments that list its uses. */
export interface DumpArray extends Place {
  readonly name: Name;
  readonly type: DumpType;
  readonly size: bigint;
  /** The lines `|- Read  by: …` as they stand. */
  readonly uses: readonly string[];
}

/** What stands in `#[…]`. */
export interface Attribute extends Place {
  /** `timing: 2`, `no_arbiter: True`, `downstream`, `memory.SRAM`, `memory.DRAM`. */
  readonly text: string;
}

/** A stage, driver, testbench or downstream. */
export interface DumpModule extends Place {
  readonly name: Name;
  /** The name behind the word `module`; equals `name` in every dump seen. */
  readonly definition: Name;
  readonly attributes: readonly Attribute[] | undefined;
  /** Undefined where no list of ports stands. */
  readonly ports: readonly DumpPort[] | undefined;
  readonly body: readonly Statement[];
  /** The comments `// External: …` and `//  .usedby: …` in front, as they stand. */
  readonly external: readonly string[];
}

/** `a: Port<i32>`. */
export interface DumpPort extends Place {
  readonly name: Name;
  readonly type: DumpType;
}

/** `AdderInstance.a`. */
export interface PortReference extends Place {
  readonly module: Name;
  readonly port: Name;
}

/** One line of a body, or a condition with its lines. */
export type Statement =
  | LetStatement
  | WriteStatement
  | PushStatement
  | CallStatement
  | LogStatement
  | IfStatement
  | EffectStatement;

/** `name = value`. */
export interface LetStatement extends Place {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Value;
}
/** `array[index] <= value` with the name of the writer in a comment. */
export interface WriteStatement extends Place {
  readonly kind: "write";
  readonly array: Name;
  readonly index: Operand;
  readonly value: Operand;
  readonly writer: string;
  readonly meta: Operand;
}
/** `M.p.push(x)`. */
export interface PushStatement extends Place {
  readonly kind: "push";
  readonly target: PortReference;
  readonly value: Operand;
  /** Name under which a `bind` lists the push. */
  readonly handle: Name;
  readonly meta: Operand;
}
/** `async_call bind`. */
export interface CallStatement extends Place {
  readonly kind: "call";
  readonly bind: Name;
  readonly meta: Operand;
}
/** `log('…', a, b)`. */
export interface LogStatement extends Place {
  readonly kind: "log";
  /** The Python string as written, quotes included. */
  readonly format: Name;
  readonly arguments: readonly Operand[];
  readonly meta: Operand;
}
/** `if c { … }`. */
export interface IfStatement extends Place {
  readonly kind: "if";
  readonly condition: Operand;
  readonly body: readonly Statement[];
}
/** An intrinsic without a result. */
export interface EffectStatement extends Place {
  readonly kind: "effect";
  readonly effect: "wait_until" | "assert" | "finish";
  /** One operand, none for `finish`. */
  readonly operands: readonly Operand[];
}

/** The binary operators as written. */
export type BinarySign =
  "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>" | "<" | ">" | "<=" | ">=" | "==" | "!=";

/** What stands right of `=`. */
export type Value =
  | BinaryValue
  | UnaryValue
  | ReadValue
  | SliceValue
  | SelectValue
  | Select1HotValue
  | ConcatValue
  | CastValue
  | PortValue
  | ValidValue
  | TriggeredValue
  | BindValue
  | PureValue
  | RequestValue
  | ExternalValue
  | ExternalOutputValue;

/** `a + b`. */
export interface BinaryValue extends Place {
  readonly kind: "binary";
  readonly operator: BinarySign;
  readonly left: Operand;
  readonly right: Operand;
}
/** `!a`, `-a`. */
export interface UnaryValue extends Place {
  readonly kind: "unary";
  readonly operator: "!" | "-";
  readonly operand: Operand;
}
/** `array[index]`. */
export interface ReadValue extends Place {
  readonly kind: "read";
  readonly array: Name;
  readonly index: Operand;
}
/** `x[(low:u1):(high:u3)]`, both included. */
export interface SliceValue extends Place {
  readonly kind: "slice";
  readonly operand: Operand;
  readonly low: ConstantOperand;
  readonly high: ConstantOperand;
}
/** `c ? a : b`. */
export interface SelectValue extends Place {
  readonly kind: "select";
  readonly condition: Operand;
  readonly then: Operand;
  readonly else: Operand;
}
/** Bit i of the selector chooses arm i. */
export interface Select1HotValue extends Place {
  readonly kind: "select1hot";
  readonly selector: Operand;
  readonly arms: readonly Operand[];
}
/** `{ high low }`; the first operand is more significant. */
export interface ConcatValue extends Place {
  readonly kind: "concat";
  readonly high: Operand;
  readonly low: Operand;
}
/** `zext a to u32`. */
export interface CastValue extends Place {
  readonly kind: "cast";
  readonly operator: "bitcast" | "zext" | "sext";
  readonly operand: Operand;
  readonly type: DumpType;
}
/** `M.p.pop()`, `M.p.peek()`, `M.p.valid()`. */
export interface PortValue extends Place {
  readonly kind: "port";
  readonly access: "pop" | "peek" | "valid";
  readonly target: PortReference;
  /** Present on a pop. */
  readonly meta?: Operand;
}
/** `x.valid()`: another module defined x in this cycle. */
export interface ValidValue extends Place {
  readonly kind: "valid";
  readonly operand: Operand;
}
/** `M.triggered()`. */
export interface TriggeredValue extends Place {
  readonly kind: "triggered";
  readonly module: Name;
}
/** `M.bind([a_push …])`: a name for what `async_call` calls; the pushes it lists push by themselves. */
export interface BindValue extends Place {
  readonly kind: "bind";
  readonly module: Name;
  readonly pushes: readonly { readonly handle: Name; readonly comment: string }[];
}
/** `pure_intrinsic.has_mem_resp(memory)`; `current_cycle` has no argument. */
export interface PureValue extends Place {
  readonly kind: "pure";
  readonly intrinsic: "current_cycle" | "has_mem_resp" | "get_mem_resp";
  readonly argument: Name | undefined;
}
/** A request to a DRAM: the memory, enable, address, and for a write the data. */
export interface RequestValue extends Place {
  readonly kind: "request";
  readonly request: "send_read_request" | "send_write_request";
  readonly operands: readonly Operand[];
}
/** An instance of a module written elsewhere. */
export interface ExternalValue extends Place {
  readonly kind: "external";
  readonly module: Name;
  readonly inputs: readonly { readonly name: Name; readonly value: Operand }[];
}
/** `instance.port` or `instance.port[index]`. */
export interface ExternalOutputValue extends Place {
  readonly kind: "external-output";
  readonly instance: Name;
  readonly output: Name;
  readonly index: Operand | undefined;
}

/** Width of a type in bits: that of its class, or the sum of a record's fields. */
export function widthOf(type: DumpType): number {
  return type.kind === "plain"
    ? type.width
    : type.fields.reduce((sum, field) => sum + widthOf(field.type), 0);
}

/** The type as the dump writes it. */
export function printDumpType(type: DumpType): string {
  return type.kind === "plain"
    ? `${type.class}${type.width}`
    : `record { ${type.fields.map((field) => `${field.name.text}: ${printDumpType(field.type)}`).join(", ")} }`;
}
