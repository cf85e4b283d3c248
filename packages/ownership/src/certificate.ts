/** What `certify` gives back. */
import type { Diagnostic } from "@assassyn/diagnostics";
import type { ClusterId, Location, LockId, ModuleId } from "@assassyn/ir";

/** What keeps threads apart at one location. */
export type Protection =
  | {
      readonly kind: "lock";
      readonly lock: LockId;
      readonly name: string;
      readonly type: "mutex" | "rwlock";
      /** Acquisitions in the text of the bodies: brackets, ≥ 0. */
      readonly brackets: number;
      /** Modules that publish under it when their bodies end, ≥ 0. */
      readonly commits: number;
    }
  | { readonly kind: "atomic" }
  | { readonly kind: "module"; readonly module: ModuleId }
  | {
      readonly kind: "cluster";
      readonly cluster: ClusterId;
      /** Clusters that keep a copy, which mail or the initial state makes equal; the owner among them. Ascending. */
      readonly copies: readonly ClusterId[];
      /** Modules whose effects come by mail. */
      readonly mail: readonly ModuleId[];
    };

/** That one location is safe, and why. */
export interface ProvenLocation {
  readonly location: Location;
  readonly protection: Protection;
  /** Modules that change it, by id; of a FIFO its pushers and its owner. */
  readonly writers: readonly ModuleId[];
  /** Modules that read it, by id. */
  readonly readers: readonly ModuleId[];
  /** The proof in words. */
  readonly argument: string;
}

/** The proof for a whole system. Plain data, equal for equal systems. */
export interface Certificate {
  /** `sequential`: one thread; `locks`: one simulator that threads share; `clusters`: each worker has its own part. */
  readonly form: "sequential" | "locks" | "clusters";
  /** Barriers of a cycle. */
  readonly barriers: number;
  /** Every location that somebody touches, in the order in which modules first do. */
  readonly locations: readonly ProvenLocation[];
}

/** The outcome of `certify`: a certificate, or the reasons why there is none. */
export interface CertificationResult {
  readonly certificate?: Certificate;
  readonly diagnostics: readonly Diagnostic[];
}
