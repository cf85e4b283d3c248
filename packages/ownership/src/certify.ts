/** The one entry of the package. */
import type { System } from "@assassyn/ir";
import { derive } from "./accesses.js";
import type { CertificationResult } from "./certificate.js";
import { certifyClustered } from "./clustered-form.js";
import { Report } from "./report.js";
import { certifyShared } from "./shared-form.js";

/**
 * Re-derives from the final IR of a system that its threads share nothing by accident: between two barriers every location has one writer, is
 * under its lock, is an atomic with one writer, or belongs to a module or cluster that alone touches it; locks are taken in one order and never
 * held across a wait, a log or the end of a body; barriers separate whoever relies on what others did; effects reach other clusters by mail.
 *
 * The system is one that the IR's verifier accepts. A system without a parallel form is for one thread, which needs no proof. Linear in the
 * size of the system.
 *
 * @returns a certificate, or the refusals, which name the accesses at fault
 * @example
 * const { certificate, diagnostics } = certify(system);
 * if (certificate === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
 */
export function certify(system: System): CertificationResult {
  const { concurrency } = system;
  if (concurrency === undefined)
    return { certificate: { form: "sequential", barriers: 0, locations: [] }, diagnostics: [] };
  const report = new Report(system);
  const derivation = derive(system);
  const isClustered = concurrency.clusters.length > 0;
  const proof = (isClustered ? certifyClustered : certifyShared)(system, concurrency, derivation, report);
  const { diagnostics } = report;
  if (diagnostics.length > 0) return { diagnostics };
  return { certificate: { form: isClustered ? "clusters" : "locks", ...proof }, diagnostics };
}
