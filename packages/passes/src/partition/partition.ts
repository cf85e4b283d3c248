/** The pass `partition`. */
import type { Module, PassContext } from "@assassyn/plugin-api";
import { definePass, moduleOf, rewriteModule } from "@assassyn/plugin-api";
import { eachModule } from "../each-module.js";
import { passMessages } from "../messages.js";
import { PARALLEL_TARGETS } from "../parallel/targets.js";
import { planPartition } from "./plan-partition.js";
import type { Profile } from "./profile.js";
import { parseProfile, strangersIn } from "./profile.js";

const NAME = "partition";

/**
 * Cuts the design into clusters. Locks and their brackets vanish: what two clusters touch has one owner, and effects reach it as mail.
 *
 *     lock cnt: mutex for reg(cnt)        owned reg(cnt) by cluster 0 because "written by Driver, by mail; …"
 *                                         cluster 0 cost 9: Driver
 *                                         cluster 1 cost 6: reader
 *                                         mailbox reg(cnt) from Driver to 0, 1
 *     step run Driver, reader             step receive effects
 *     step barrier                        step run Driver, reader
 *     step commit                         step barrier
 *     step barrier
 *     %1 acquire write cnt
 *     %2 cnt[%0] <= %4                    %2 cnt[%0] <= %4
 *     %3 release cnt
 */
export const partition = definePass({
  name: NAME,
  description: "Cuts the design into clusters that share nothing and write to each other",
  options: {
    "max-threads": {
      type: "integer",
      description: "At most so many clusters",
      default: 8,
      minimum: 1,
      maximum: 64,
    },
    shape: {
      type: "choice",
      description: "Whether downstreams run with the modules they use, or behind a second barrier",
      choices: ["auto", "joined", "split"],
      default: "auto",
    },
    balance: {
      type: "integer",
      description: "By how many percent a cluster may cost more than an equal share",
      default: 10,
      minimum: 0,
      maximum: 100,
    },
    profile: {
      type: "string",
      description: "The text of a profile, which says how often each module runs",
      default: "",
    },
  },
  requires: ["self-shared"],
  targets: PARALLEL_TARGETS,
  run(cx) {
    const { options } = cx;
    const profile = profileOf(cx, options.profile);
    const plan = planPartition(cx.base, {
      maxThreads: options["max-threads"],
      shape: options.shape,
      balance: options.balance,
      ...(profile === undefined ? {} : { profile }),
    });
    if (plan.kind === "loop") {
      const modules = plan.modules.map((id) => moduleOf(cx.base, id));
      const names = modules.map((module) => module.name);
      cx.report(passMessages["downstream-loop"], { names }, modules[0]?.loc);
      return;
    }
    eachModule(cx, withoutLocks);
    cx.updateConcurrency(plan.concurrency);
  },
});

/** The profile of an option; says what is wrong with it, and then there is none. */
function profileOf(cx: PassContext<unknown>, text: string): Profile | undefined {
  if (text === "") return undefined;
  const parsed = parseProfile(text);
  if (parsed.kind === "error") {
    cx.report(passMessages["bad-profile"], { reason: parsed.reason });
    return undefined;
  }
  const strangers = strangersIn(parsed.profile, cx.base);
  const [name] = strangers;
  if (name !== undefined)
    cx.report(passMessages["strange-profile"], {
      name,
      more: strangers.length - 1,
      of: parsed.profile.design,
    });
  return parsed.profile;
}

/** The module without brackets and acquisition set; the same object if it has none. */
function withoutLocks(module: Module): Module {
  const rewritten = rewriteModule(module, NAME, {
    operation: (operation) =>
      operation.kind === "acquire" || operation.kind === "release" ? null : operation,
  });
  if (rewritten.commits === undefined) return rewritten;
  const { commits: _, ...bare } = rewritten;
  return bare;
}
