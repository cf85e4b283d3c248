/**
 * Plans of random designs. A plan is plain data in which every reference is a number that is taken modulo the choices at hand, so
 * **every** plan can be built into a well-formed system. That is what makes shrinking work: whatever fast-check removes, the rest
 * is still a design.
 */
import type { BinaryOperator, CastOperator, FormatSpec, Type, UnaryOperator } from "@assassyn/ir";

/**
 * How daring an operation is, 0 to 99. In a careful design it means nothing. Else the operation is left without its guard from
 * {@link RISK_ALWAYS} on in every cycle, from {@link RISK_LATE} on in the last cycles only, so that much has happened before the fault.
 */
export type Risk = number;
/** See {@link Risk}. */
export const RISK_LATE = 80;
/** See {@link Risk}. */
export const RISK_ALWAYS = 97;

/** A value. `pick` numbers choose among what exists where the expression stands. */
export type ExpressionPlan =
  | { readonly kind: "const"; readonly type: Type; readonly value: bigint }
  /** A value computed before in an enclosing region. */
  | { readonly kind: "local"; readonly pick: number }
  /** An element of an array. */
  | {
      readonly kind: "read";
      readonly array: number;
      readonly index: ExpressionPlan;
      readonly guard: number;
      readonly risk: Risk;
    }
  /** A FIFO of the module, or for a downstream whatever it may observe. */
  | { readonly kind: "observe"; readonly what: number; readonly pick: number; readonly risk: Risk }
  | { readonly kind: "cycle" }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: ExpressionPlan }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ExpressionPlan;
      readonly right: ExpressionPlan;
      readonly guard: number;
      readonly risk: Risk;
    }
  | {
      readonly kind: "cast";
      readonly operator: CastOperator;
      readonly operand: ExpressionPlan;
      readonly type: Type;
    }
  | { readonly kind: "slice"; readonly operand: ExpressionPlan; readonly from: number; readonly to: number }
  | { readonly kind: "concat"; readonly operands: readonly ExpressionPlan[] }
  | {
      readonly kind: "select";
      readonly condition: ExpressionPlan;
      readonly then: ExpressionPlan;
      readonly else: ExpressionPlan;
    }
  | {
      readonly kind: "select1hot";
      readonly selector: ExpressionPlan;
      readonly arms: readonly ExpressionPlan[];
      readonly risk: Risk;
    }
  /** An `if` with a value: only the chosen arm is evaluated. */
  | {
      readonly kind: "choose";
      readonly condition: ExpressionPlan;
      readonly then: ExpressionPlan;
      readonly else: ExpressionPlan;
    };

/** A piece of a log line: text, then maybe an argument. */
export interface LogPiecePlan {
  readonly text: string;
  readonly argument: number;
  readonly spec: FormatSpec;
}

/** A statement of a body. */
export type StatementPlan =
  | { readonly kind: "let"; readonly value: ExpressionPlan; readonly name: number; readonly exposed: boolean }
  | {
      readonly kind: "log";
      readonly pieces: readonly LogPiecePlan[];
      readonly arguments: readonly ExpressionPlan[];
    }
  | {
      readonly kind: "write";
      readonly array: number;
      readonly index: ExpressionPlan;
      readonly value: ExpressionPlan;
      /** Whether the index is brought into range; a write out of range is counted, not a fault. */
      readonly inRange: boolean;
      readonly risk: Risk;
    }
  | {
      readonly kind: "call";
      readonly callee: number;
      readonly arguments: readonly ExpressionPlan[];
      readonly risk: Risk;
    }
  | {
      readonly kind: "push";
      readonly callee: number;
      readonly port: number;
      readonly value: ExpressionPlan;
      readonly risk: Risk;
    }
  | { readonly kind: "credit"; readonly callee: number; readonly every: number }
  | { readonly kind: "pop"; readonly port: number; readonly risk: Risk }
  | {
      readonly kind: "when";
      readonly condition: ExpressionPlan;
      readonly then: readonly StatementPlan[];
      readonly else: readonly StatementPlan[];
    }
  | { readonly kind: "wait"; readonly condition: ExpressionPlan; readonly rarely: boolean }
  | {
      readonly kind: "assert";
      readonly condition: ExpressionPlan;
      readonly message: number;
      readonly risk: Risk;
    }
  | { readonly kind: "finish"; readonly condition: ExpressionPlan; readonly risk: Risk }
  /** Writes, and reads in range, behind conditions on a few bits of one value that may exclude each other. */
  | {
      readonly kind: "cases";
      readonly of: ExpressionPlan;
      readonly array: number;
      readonly value: ExpressionPlan;
      readonly constants: readonly number[];
      readonly risk: Risk;
    };

/** Cycles in which the modules with a {@link ModulePlan.gap} do nothing; the run is longer by as many. */
export interface GapPlan {
  /** The first of them, at least 1. */
  readonly from: number;
  readonly length: number;
}

/** A FIFO port. `depth` 0 is none declared; `deep` makes it as deep as the run is long, so that it never overflows. */
export interface PortPlan {
  readonly type: Type;
  readonly name: number;
  readonly depth: number;
  readonly deep: boolean;
}

/** How a stage takes its inputs at the start of its body. A driver with `bare` goes quiet in the late cycles, so that the run may end idle. */
export type TakeStyle = "take" | "each" | "peek" | "body" | "bare";

/** What a downstream uses at the start of its body, so that it uses at least one value. */
export interface UsePlan {
  readonly module: number;
  readonly slot: number;
  readonly how: number;
  readonly risk: Risk;
}

/** A module. What its kind has no use for is ignored. */
export interface ModulePlan {
  readonly kind: "stage" | "driver" | "testbench" | "downstream";
  readonly name: number;
  readonly ports: readonly PortPlan[];
  readonly take: TakeStyle;
  readonly uses: readonly UsePlan[];
  /** Downstreams may use those of a smaller rank: their topological order differs from the order of declaration. */
  readonly rank: number;
  /** Further instances of the module, as an index range would make them. */
  readonly copies: number;
  /** Arrays that each instance has for itself; the others can reach them, too. */
  readonly own: readonly ArrayPlan[];
  /** How the driver feeds a stage that nobody calls. */
  readonly feed: { readonly every: number; readonly arguments: readonly ExpressionPlan[] };
  /** How the module keeps quiet in the gap of the design, if there is one; 0 for not at all. */
  readonly gap: number;
  readonly body: readonly StatementPlan[];
}

/** A register array. */
export interface ArrayPlan {
  readonly name: number;
  readonly type: Type;
  readonly size: number;
  readonly scalar: boolean;
  readonly initial: readonly bigint[];
  readonly fill: bigint;
}

/** A whole design. */
export interface SystemPlan {
  readonly cycles: number;
  /** Cycle from which late risks are taken, as a share of `cycles` in percent. */
  readonly late: number;
  readonly idle: number;
  readonly gap: GapPlan | undefined;
  readonly careful: boolean;
  readonly arrays: readonly ArrayPlan[];
  readonly driver: ModulePlan;
  /** Where the driver stands among the others. */
  readonly driverPlace: number;
  readonly others: readonly ModulePlan[];
}
