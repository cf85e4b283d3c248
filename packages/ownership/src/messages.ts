/** Every message of this package. Accesses are in words: module, operation, place. */
import { defineCatalogue, message } from "@assassyn/diagnostics";

/** The catalogue of the ownership certificate. */
export const ownershipMessages = defineCatalogue("ownership", {
  unprotected: message<{ access: string; location: string }>(
    "error",
    (a) => `${a.access} touches ${a.location}, which has no lock, is not atomic, and has no owner`,
    "In the parallel form every location that modules touch is under a lock, atomic, or owned. `lock-insertion` gives each a lock; a pass behind it that adds accesses protects them.",
  ),
  "protected-twice": message<{ location: string; first: string; second: string }>(
    "error",
    (a) => `${a.location} is protected by ${a.first} and by ${a.second}`,
    "Two threads that rely on different protections of one location do not exclude each other, so a location has exactly one.",
  ),
  "lock-not-held": message<{ access: string; location: string; lock: string; held: string }>(
    "error",
    (a) => `${a.access} touches ${a.location} without its lock "${a.lock}"${a.held}`,
    "Such an operation stands between `acquire` and `release` of the location's lock, or it is a write, push, call or expose of a module whose `commits` name the lock.",
  ),
  "lock-mode": message<{ access: string; location: string; lock: string }>(
    "error",
    (a) => `${a.access} writes ${a.location} while it holds "${a.lock}" for reading only`,
    "A `rwlock` that is acquired in mode `read` admits other readers at the same time. A write needs mode `write`.",
  ),
  "mutex-read": message<{ access: string; lock: string }>(
    "error",
    (a) => `${a.access} acquires the mutex "${a.lock}" for reading: a mutex has only one mode, write`,
    "Only a `rwlock` can be shared by readers.",
  ),
  "lock-order": message<{ access: string; lock: string; held: string }>(
    "error",
    (a) =>
      `${a.access} acquires "${a.lock}" while it holds "${a.held}": locks are acquired in ascending order`,
    "Two threads that acquire two locks in different orders can wait for each other for ever. The order is that of the lock's numbers.",
  ),
  "lock-held-across": message<{ access: string; lock: string; what: string }>(
    "error",
    (a) => `${a.access} is reached while "${a.lock}" is held: no lock is held across ${a.what}`,
    "A lock is held around single operations. Across a `wait_until`, a log, a barrier or the end of the body it would block others for long, or for ever.",
  ),
  "stray-lock": message<{ access: string; reason: string }>(
    "error",
    (a) => `${a.access}: ${a.reason}`,
    "Every `acquire` names a lock that exists, and every `release` one that its region holds.",
  ),
  "commit-order": message<{ module: string; reason: string }>(
    "error",
    (a) => `the set \`commits\` of ${a.module}: ${a.reason}`,
    "A module acquires the locks of its `commits` together when its body ends, in ascending order.",
  ),
  "two-writers": message<{ location: string; access: string }>(
    "error",
    (a) => `${a.location} has one slot for pending effects and no lock, but ${a.access} is its second writer`,
    "A location without a lock keeps what one module writes. A second writer would overwrite it, whether in the same phase or a later one of the same cycle.",
  ),
  "foreign-access": message<{ access: string; location: string; owner: string }>(
    "error",
    (a) => `${a.access} touches ${a.location}, which belongs to ${a.owner}`,
    "An owned location is plain memory that nobody but its owner touches; another cluster sees a copy that came by mail.",
  ),
  steps: message<{ subject: string; reason: string }>(
    "error",
    (a) => `${a.subject} ${a.reason}`,
    "A cycle runs every module once, takes effects in once, and has a barrier wherever somebody relies on what others did.",
  ),
  "pending-state": message<{ access: string; location: string; change: string }>(
    "error",
    (a) => `${a.access} touches ${a.location} while ${a.change}: there is no barrier between them`,
    "Bodies read committed state, which nobody may change while they run. A barrier stands before and behind the commit.",
  ),
  "same-phase": message<{ access: string; location: string; reason: string }>(
    "error",
    (a) => `${a.access} reads ${a.location}, which ${a.reason}`,
    "Flags and exposed values are read behind a barrier that stands behind the step of their producer; in one cluster, behind the producer itself.",
  ),
  clusters: message<{ subject: string; reason: string }>(
    "error",
    (a) => `${a.subject} ${a.reason}`,
    "Where a design is cut into clusters, every module is in exactly one, nothing is under a lock or atomic, and each location belongs to a cluster.",
  ),
  "missing-mail": message<{ access: string; location: string; cluster: number }>(
    "error",
    (a) => `${a.access} changes ${a.location}, but no mailbox carries it to cluster ${a.cluster}`,
    "An effect reaches every cluster that keeps the location by mail: a mailbox from each writer to each of these clusters, the writer's own included.",
  ),
  "wrong-mail": message<{ subject: string; reason: string }>(
    "error",
    (a) => `${a.subject} ${a.reason}`,
    "There is one mailbox for each writer of a location, and it leads only to clusters that keep the location.",
  ),
});
