/** Broken systems: each is refused, and the refusal names the accesses at fault. */
import { locationPrinter } from "@assassyn/ir";
import { expect, test } from "vitest";
import { certify } from "../src/index.js";
import type { Edit } from "./forms.js";
import { CLUSTERED, edited, SHARED } from "./forms.js";

type Case = readonly [name: string, codes: string, ...edits: readonly Edit[]];

const LOCKS: readonly Case[] = [
  // Locks
  ["a bracket dropped", "lock-not-held", ["%1 acquire read cnt", ""], ["%3 release cnt", ""]],
  [
    "a bracket of another lock",
    "lock-not-held",
    ["%1 acquire read cnt", "%1 acquire write sum"],
    ["%3 release cnt", "%3 release sum"],
  ],
  ["mode read for a write", "lock-mode", ["%4 acquire write sum", "%4 acquire read sum"]],
  ["a mutex for reading", "mutex-read lock-mode", ["%0 acquire write items", "%0 acquire read items"]],
  [
    "an effect behind its bracket",
    "lock-not-held",
    ["%5 sum[%0] <= %2 @0:12:3\n    %6 release sum", "%6 release sum\n    %5 sum[%0] <= %2 @0:12:3"],
  ],
  ["a set without the lock", "lock-not-held", ["commits cnt, items", "commits items"]],
  [
    "a pop left to the set",
    "lock-not-held",
    ["%0 acquire write items", ""],
    ["%2 release items", ""],
    ["port a", "commits items\n    port a"],
  ],
  ["a set out of order", "commit-order", ["commits cnt, items", "commits items, cnt"]],
  [
    "a set with a deleted lock",
    "commit-order",
    ["  atomic flag(adder)", "  deleted lock\n  atomic flag(adder)"],
    ["commits cnt, items", "commits cnt, items, #4"],
  ],
  [
    "nested against the order",
    "lock-order",
    ["%7 acquire write items", "%7 acquire write items\n    %11 acquire read cnt\n    %12 release cnt"],
  ],
  [
    "nested in itself",
    "lock-order",
    ["%7 acquire write items", "%7 acquire write items\n    %11 acquire write items"],
  ],
  [
    "held across a wait",
    "lock-held-across",
    ["%3 wait_until %0 @0:21:3", "%9 acquire write sum\n    %3 wait_until %0 @0:21:3\n    %10 release sum"],
  ],
  [
    "held across a log",
    "lock-held-across",
    ['%8 log("x") @0:24:3', '%9 acquire write sum\n    %8 log("x") @0:24:3\n    %10 release sum'],
  ],
  [
    "held at finish",
    "lock-held-across",
    ['%8 log("x") @0:24:3', "%9 acquire write sum\n    %8 finish @0:24:3\n    %10 release sum"],
  ],
  ["held at the end of a body", "lock-held-across", ["%9 release items", ""]],
  ["held at the end of an arm", "lock-held-across", ["%10 release sum", ""]],
  [
    "released in an arm",
    "stray-lock lock-held-across",
    ["%3 release value", ""],
    ["%5 acquire read cnt", "%3 release value\n      %5 acquire read cnt"],
  ],
  [
    "a lock that is not there",
    "stray-lock",
    ["%6 release sum", "%6 release sum\n    %11 acquire write #9\n    %12 release #9"],
  ],
  // Protection
  ["no protection", "unprotected", ["  atomic credit(other)\n", ""]],
  ["a lock for something else", "protected-twice unprotected", ["for value(adder.c)", "for flag(adder)"]],
  ["two protections", "protected-twice", ["  atomic stamp", "  atomic stamp\n  atomic reg(cnt)"]],
  [
    "two writers in one slot",
    "two-writers",
    ["lock sum: rwlock for reg(sum)", "deleted lock"],
    ["  atomic stamp", "  atomic stamp\n  atomic reg(sum)"],
    ["%4 acquire write sum", ""],
    ["%6 release sum", ""],
    ["%8 acquire write sum", ""],
    ["%10 release sum", ""],
  ],
  [
    "two pushers in one slot",
    "two-writers",
    ["lock items: mutex for fifo(adder.a)", "deleted lock"],
    ["  atomic stamp", "  atomic stamp\n  atomic fifo(adder.a)"],
    ["commits cnt, items", "commits cnt"],
    ["%0 acquire write items", ""],
    ["%2 release items", ""],
    ["%7 acquire write items", ""],
    ["%9 release items", ""],
  ],
  [
    "one pusher, but an observer",
    "foreign-access",
    ["lock items: mutex for fifo(adder.a)", "deleted lock"],
    ["  atomic stamp", "  atomic stamp\n  atomic fifo(adder.a)"],
    ["commits cnt, items", "commits cnt"],
    ["%0 acquire write items", ""],
    ["%2 release items", ""],
    ["%7 acquire write items", ""],
    ["%8 adder.a.push(%2) @0:13:3", ""],
    ["%9 release items", ""],
    ["%10 release sum", "%10 release sum\n      %11: b1 = fifo(adder.a).valid @0:34:3"],
  ],
  ["an owner who is not alone", "foreign-access", ["%8 log", "%9: i32 = own[%0] @0:25:3\n    %8 log"]],
  // Steps
  [
    "no barrier before the commit",
    "pending-state",
    ["  step run show\n  step barrier\n", "  step run show\n"],
  ],
  ["no barrier behind the commit", "pending-state", ["  step commit\n  step barrier\n", "  step commit\n"]],
  [
    "no barrier between producer and user",
    "same-phase same-phase same-phase",
    ["Driver\n  step barrier\n", "Driver\n"],
  ],
  [
    "producer and user at once",
    "same-phase same-phase same-phase",
    ["run adder, other, Driver", "run adder, other, Driver, show"],
    ["  step run show\n  step barrier\n", ""],
  ],
  ["a module twice", "steps", ["run show", "run show, other"]],
  ["a module left out", "steps", ["run adder, other, Driver", "run adder, other"]],
  ["no commit", "steps", ["  step commit\n", ""]],
  ["two commits", "steps", ["  step commit\n", "  step commit\n  step barrier\n  step commit\n"]],
  [
    "a run behind the commit",
    "steps",
    [
      "  step run show\n  step barrier\n  step commit\n  step barrier\n",
      "  step commit\n  step barrier\n  step run show\n  step barrier\n",
    ],
  ],
  [
    "a mailbox without clusters",
    "steps",
    ["  step run adder", "  mailbox reg(cnt) from Driver to 0\n  step run adder"],
  ],
  [
    "a cluster as owner, without clusters",
    "clusters",
    ["owned reg(own) by other", "owned reg(own) by cluster 0"],
  ],
  ["mail without clusters", "steps", ["  step commit\n", "  step commit\n  step receive effects\n"]],
];

const CLUSTERS: readonly Case[] = [
  ["a module in two clusters", "clusters", ["cluster 0 cost 9: adder", "cluster 0 cost 9: adder, other"]],
  [
    "a module in no cluster",
    "clusters missing-mail",
    ["cluster 1 cost 9: other, Driver", "cluster 1 cost 9: other"],
  ],
  ["a lock", "clusters", ["  cluster 0", "  lock cnt: mutex for reg(cnt)\n  cluster 0"]],
  ["an atomic", "clusters", ["  cluster 0", "  atomic reg(out)\n  cluster 0"]],
  [
    "a bracket",
    "clusters clusters clusters",
    ["  cluster 0", "  lock cnt: mutex for reg(cnt)\n  cluster 0"],
    ["%1: i32 = cnt[%0]", "%7 acquire write cnt\n    %1: i32 = cnt[%0]\n    %8 release cnt"],
  ],
  ["a set", "clusters", ["driver Driver @0:20:1 {", "driver Driver @0:20:1 {\n    commits"]],
  [
    "externs in two clusters",
    "clusters",
    ["%3 adder.a.push(%2) @0:4:3", "%3 adder.a.push(%2) @0:4:3\n    %4: b32 = extern f(%2) @0:5:3"],
  ],
  // Owners
  ["no owner", "unprotected", ["  owned reg(out) by cluster 2\n", ""]],
  [
    "two owners",
    "protected-twice",
    ["  owned reg(out) by cluster 2\n", "  owned reg(out) by cluster 2\n  owned reg(out) by cluster 1\n"],
  ],
  ["a module as owner", "clusters unprotected", ["owned reg(out) by cluster 2", "owned reg(out) by after"]],
  [
    "a FIFO away from its module",
    "clusters wrong-mail wrong-mail",
    ["owned fifo(adder.a) by cluster 0", "owned fifo(adder.a) by cluster 1"],
  ],
  [
    "an observer away from its FIFO",
    "foreign-access",
    ["%2: i32 = cnt[%1] @0:32:3", "%2: i32 = cnt[%1] @0:32:3\n    %4: b1 = fifo(adder.a).valid @0:34:3"],
  ],
  // Mail
  ["no mail from a writer", "missing-mail missing-mail", ["  mailbox reg(cnt) from Driver to 1, 2\n", ""]],
  [
    "no mail to the writer's own copy",
    "missing-mail",
    ["mailbox reg(cnt) from other to 1, 2", "mailbox reg(cnt) from other to 2"],
  ],
  [
    "no mail to a reader",
    "missing-mail",
    ["mailbox reg(cnt) from other to 1, 2", "mailbox reg(cnt) from other to 1"],
  ],
  ["no mail from a pusher at home", "missing-mail", ["  mailbox fifo(adder.a) from adder to 0\n", ""]],
  ["no mail from a caller", "missing-mail", ["  mailbox credit(adder) from Driver to 0\n", ""]],
  ["no mail for a flag", "missing-mail missing-mail", ["  mailbox flag(adder) from adder to 2\n", ""]],
  ["no mail for a value", "missing-mail", ["  mailbox value(adder.c) from adder to 2\n", ""]],
  [
    "two mailboxes",
    "wrong-mail",
    [
      "  mailbox credit(adder) from Driver to 0\n",
      "  mailbox credit(adder) from Driver to 0\n  mailbox credit(adder) from Driver to 0\n",
    ],
  ],
  ["one cluster twice", "wrong-mail", ["from Driver to 1, 2", "from Driver to 1, 2, 2"]],
  [
    "mail to nowhere",
    "wrong-mail",
    ["mailbox reg(cnt) from other to 1, 2", "mailbox reg(cnt) from other to 1, 2, 3"],
  ],
  [
    "mail of the stamp",
    "wrong-mail wrong-mail",
    ["  mailbox flag(adder)", "  mailbox stamp from adder to 2\n  mailbox flag(adder)"],
  ],
  [
    "mail of a flag from another module",
    "wrong-mail wrong-mail",
    ["  mailbox flag(adder)", "  mailbox flag(adder) from other to 2\n  mailbox flag(adder)"],
  ],
  [
    "mail to strangers",
    "wrong-mail",
    ["mailbox credit(adder) from Driver to 0", "mailbox credit(adder) from Driver to 0, 2"],
  ],
  [
    "mail from strangers",
    "wrong-mail",
    [
      "mailbox credit(adder) from Driver to 0",
      "mailbox credit(adder) from Driver to 0\n  mailbox credit(adder) from other to 0",
    ],
  ],
  [
    "mail of a value home",
    "wrong-mail",
    ["mailbox value(adder.c) from adder to 2", "mailbox value(adder.c) from adder to 0, 2"],
  ],
  // Steps
  ["effects never received", "steps", ["  step receive effects\n", ""]],
  [
    "effects received late",
    "steps",
    [
      "  step receive effects\n  step run adder, other, Driver\n",
      "  step run adder, other, Driver\n  step receive effects\n",
    ],
  ],
  [
    "effects received twice",
    "steps",
    ["  step receive effects\n", "  step receive effects\n  step receive effects\n"],
  ],
  [
    "no barrier before effects",
    "pending-state",
    ["  step run show, after\n  step barrier\n", "  step run show, after\n"],
  ],
  ["a commit", "steps", ["  step receive effects\n", "  step receive effects\n  step commit\n"]],
  ["values never received", "same-phase same-phase same-phase", ["  step receive values\n", ""]],
  [
    "values without a barrier",
    "same-phase same-phase same-phase",
    ["Driver\n  step barrier\n  step receive values\n", "Driver\n  step receive values\n  step barrier\n"],
  ],
  [
    "values received behind their reader",
    "same-phase same-phase same-phase",
    ["  step receive values\n  step run show, after\n", "  step run show, after\n  step receive values\n"],
  ],
  [
    "values received twice",
    "steps",
    ["  step receive values\n", "  step receive values\n  step receive values\n"],
  ],
  [
    "a user before its producer in one cluster",
    "same-phase same-phase same-phase",
    ["run show, after", "run after, show"],
  ],
];

/** The certificate as lines of text. */
function proof(text: string): string {
  const system = edited(text);
  const print = locationPrinter(system);
  const { certificate, diagnostics } = certify(system);
  expect(diagnostics).toEqual([]);
  const lines = certificate?.locations.map(
    ({ location, protection, writers, readers, argument }) =>
      `${print(location)}: ${JSON.stringify(protection)}\n  written by [${writers.join()}], read by [${readers.join()}]: ${argument}\n`,
  );
  return `${certificate?.form}, ${certificate?.barriers} barriers\n${lines?.join("")}`;
}

test("the forms are certified as they are, with an argument for each location", async () => {
  await expect(proof(SHARED)).toMatchFileSnapshot("goldens/shared-certificate.expect.txt");
  await expect(proof(CLUSTERED)).toMatchFileSnapshot("goldens/clustered-certificate.expect.txt");
});

const refusals = (text: string, edits: readonly Edit[]) => certify(edited(text, edits));

const ALL = [
  ...LOCKS.map(([name, codes, ...edits]) => ({ text: SHARED, name, codes, edits })),
  ...CLUSTERS.map(([name, codes, ...edits]) => ({ text: CLUSTERED, name, codes, edits })),
];

test.each(ALL)("refused: $name", ({ text, codes, edits }) => {
  const { certificate, diagnostics } = refusals(text, edits);
  expect(certificate).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(codes.split(" ").map((code) => `ownership/${code}`));
});

/** Nobody touches anything, yet a barrier is missing. */
test.each([
  [
    "",
    "step run Driver\n  step commit\n  step barrier",
    "step 1 commits without a barrier between it and the modules of step 0",
  ],
  [
    "owned flag(Driver) by cluster 0\n  cluster 0 cost 2: Driver",
    "step receive effects\n  step run Driver",
    "step 0 receives the effects of step 1 of the cycle before without a barrier between them",
  ],
])("a missing barrier is refused where nothing is shared: %#", (owner, steps, message) => {
  const protection = owner === "" ? "atomic flag(Driver)" : owner;
  const text = `ir 1\nsystem quiet {\n  receiver shared\n  ${protection}\n  ${steps}\n  driver Driver {\n  }\n}\n`;
  expect(refusals(text, []).diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
});

const transcript = (text: string, cases: readonly Case[]): string =>
  cases
    .map(([name, , ...edits]) => {
      const lines = refusals(text, edits).diagnostics.flatMap(({ message, notes }) => [
        `  ${message}\n`,
        ...notes.map((note) => `    ${note}\n`),
      ]);
      return `${name}\n${lines.join("")}`;
    })
    .join("");

test("refusals name the accesses at fault", async () => {
  await expect(transcript(SHARED, LOCKS)).toMatchFileSnapshot("goldens/shared.expect.txt");
  await expect(transcript(CLUSTERED, CLUSTERS)).toMatchFileSnapshot("goldens/clustered.expect.txt");
});
