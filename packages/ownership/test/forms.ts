/** Hand-written systems in both forms, which the certificate accepts, and the means to break them. */
import type { System } from "@assassyn/ir";
import { parseSystem } from "@assassyn/ir";

/** A text that has to occur, and what takes its place. */
export type Edit = readonly [from: string, to: string];

/** Parses a text after some edits. @throws Error if an edit changes nothing or the text does not parse */
export function edited(text: string, edits: readonly Edit[] = []): System {
  let result = text;
  for (const [from, to] of edits) {
    const next = result.replace(from, () => to);
    if (next === result) throw new Error(`there is no ${JSON.stringify(from)}`);
    result = next;
  }
  const { system, diagnostics } = parseSystem(result);
  const [problem] = diagnostics;
  if (system === undefined || problem !== undefined) throw new Error(problem?.message ?? "no system");
  return system;
}

/** Threads share everything: brackets, a set, atomics, and an owner. */
export const SHARED = `ir 1
system shared {
  file "t.asyn"
  reg cnt: i32
  reg sum: i32
  reg own: i32
  receiver shared
  lock cnt: rwlock for reg(cnt)
  lock sum: rwlock for reg(sum)
  lock items: mutex for fifo(adder.a)
  lock value: mutex for value(adder.c)
  atomic flag(adder)
  atomic flag(other)
  atomic flag(Driver)
  atomic flag(show)
  atomic credit(adder)
  atomic credit(other)
  atomic stamp
  owned reg(own) by other
  step run adder, other, Driver
  step barrier
  step run show
  step barrier
  step commit
  step barrier
  module adder @0:1:1 {
    port a: i32
    exposes c: i32
    %0 acquire write items
    %1: i32 = pop(a) @0:2:3
    %2 release items
    %3 acquire write value
    %4 expose c = %1 @0:3:3
    %5 release value
  }
  module other @0:10:1 {
    %0: b1 = 0
    %1 acquire read cnt
    %2: i32 = cnt[%0] @0:11:3
    %3 release cnt
    %4 acquire write sum
    %5 sum[%0] <= %2 @0:12:3
    %6 release sum
    %7 acquire write items
    %8 adder.a.push(%2) @0:13:3
    %9 release items
    %10 own[%0] <= %2 @0:14:3
  }
  driver Driver @0:20:1 {
    commits cnt, items
    %0: b1 = 1
    %1: b64 = cycle()
    %2: i32 = 5
    %3 wait_until %0 @0:21:3
    %4 cnt[%0] <= %2 @0:22:3
    %5 adder.a.push(%2) @0:23:3
    %6 call adder
    %7 call other
    %8 log("x") @0:24:3
  }
  downstream show @0:30:1 {
    %0: b1 = 0
    %1 acquire write value
    %2: b1 = exposed(adder.c).valid @0:31:3
    %3 release value
    %4 when %2 {
      %5 acquire read cnt
      %6: i32 = cnt[%0] @0:32:3
      %7 release cnt
      %8 acquire write sum
      %9 sum[%0] <= %6 @0:33:3
      %10 release sum
    }
  }
}
`;

/** Three clusters and two barriers; mail of every kind. */
export const CLUSTERED = `ir 1
system clustered {
  file "t.asyn"
  reg cnt: i32
  reg out: i32
  extern f(a: i32) -> (r: i32)
  receiver shared
  owned reg(cnt) by cluster 1
  owned reg(out) by cluster 2
  owned fifo(adder.a) by cluster 0
  owned credit(adder) by cluster 0
  owned credit(other) by cluster 1
  owned flag(adder) by cluster 0
  owned flag(other) by cluster 1
  owned flag(Driver) by cluster 1
  owned flag(show) by cluster 2
  owned flag(after) by cluster 2
  owned value(adder.c) by cluster 0
  owned value(show.d) by cluster 2
  cluster 0 cost 9: adder
  cluster 1 cost 9: other, Driver
  cluster 2 cost 9: show, after
  mailbox reg(cnt) from other to 1, 2
  mailbox reg(cnt) from Driver to 1, 2
  mailbox reg(out) from after to 1, 2
  mailbox fifo(adder.a) from adder to 0
  mailbox fifo(adder.a) from Driver to 0
  mailbox credit(adder) from Driver to 0
  mailbox flag(adder) from adder to 2
  mailbox value(adder.c) from adder to 2
  step receive effects
  step run adder, other, Driver
  step barrier
  step receive values
  step run show, after
  step barrier
  module adder @0:1:1 {
    port a: i32
    exposes c: i32
    %0: i32 = pop(a) @0:2:3
    %1 expose c = %0 @0:3:3
    %2: i32 = 1
    %3 adder.a.push(%2) @0:4:3
  }
  module other @0:10:1 {
    %0: b1 = 0
    %1: i32 = cnt[%0] @0:11:3
    %2 cnt[%0] <= %1 @0:12:3
    %3: b32 = extern f(%1) @0:13:3
    %4: i32 = out[%0] @0:14:3
  }
  driver Driver @0:20:1 {
    %0: b1 = 0
    %1: i32 = 5
    %2 cnt[%0] <= %1 @0:21:3
    %3 adder.a.push(%1) @0:22:3
    %4 call adder @0:23:3
    %5 call other @0:24:3
    %6: b64 = cycle()
  }
  downstream show @0:30:1 {
    exposes d: i32
    %0: b1 = exposed(adder.c).valid @0:31:3
    %1: b1 = 0
    %2: i32 = cnt[%1] @0:32:3
    %3 expose d = %2 @0:33:3
  }
  downstream after @0:40:1 {
    %0: b1 = 0
    %1: i32 = exposed(show.d) @0:41:3
    %2 out[%0] <= %1 @0:42:3
  }
}
`;
