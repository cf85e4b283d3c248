/** In which order modules run so that those with one body run together, and which bodies stand where they are called. */
import type { Module, ModuleId } from "@assassyn/ir";
import { walk } from "@assassyn/ir";
import type { Schedule } from "@assassyn/emit-core";
import { analyzeAccess, portKey } from "@assassyn/emit-core";
import type { DesignModel, ModuleModel } from "./model.js";
import { moduleModel } from "./model.js";
import type { Body } from "./sharing.js";

/** A design whose modules run in an order of their own, and the bodies with their members in it. */
export interface OrderedBodies {
  readonly design: DesignModel;
  readonly bodies: readonly Body[];
}

/**
 * Lets the instances of a body run one after the other as far as nobody can tell: whoever shares an element with another module, one of
 * them writing it, stays in front of it or behind it. Calls of the embedder's functions stay in order, and log lines that come in order.
 */
export function runTogether(design: DesignModel, bodies: readonly Body[]): OrderedBodies {
  if (bodies.every(({ links }) => links === undefined)) return { design, bodies };
  const bodyOf = new Map(bodies.flatMap((body) => body.members.map(({ id }) => [id, body] as const)));
  const { schedule } = design;
  const order = (ids: readonly ModuleId[]): ModuleId[] =>
    together(
      ids.map((id) => moduleModel(design, id)),
      bodyOf,
      schedule,
    );
  const stages = order(schedule.stages);
  const downstreams = order(schedule.downstreams);
  const position = new Map([...stages, ...downstreams].map((id, index) => [id, index]));
  const sorted = bodies.map((body): Body => {
    const rows = body.members.map((member, index) => ({
      member,
      links: body.links?.rows[index],
      sites: body.sites[index],
    }));
    rows.sort((a, b) => (position.get(a.member.id) ?? 0) - (position.get(b.member.id) ?? 0));
    return {
      ...body,
      members: rows.map(({ member }) => member),
      ...(body.links === undefined
        ? {}
        : { links: { fields: body.links.fields, rows: rows.map(({ links }) => links ?? []) } }),
      sites: body.sites.length > 1 ? rows.map(({ sites }) => sites ?? []) : body.sites,
    };
  });
  return { design: { ...design, schedule: { ...schedule, stages, downstreams } }, bodies: sorted };
}

/** A module that waits for others. */
interface Waiting {
  readonly id: ModuleId;
  readonly body: Body | undefined;
  readonly position: number;
  readonly followers: Set<Waiting>;
  /** Modules that have to run before. */
  blockers: number;
}

function together(
  models: readonly ModuleModel[],
  bodyOf: ReadonlyMap<ModuleId, Body>,
  schedule: Schedule,
): ModuleId[] {
  const all = models.map(({ id }, position): Waiting => ({
    id,
    body: bodyOf.get(id),
    position,
    followers: new Set(),
    blockers: 0,
  }));
  addConstraints(
    all.map((waiting, index) => ({ waiting, module: models[index]?.module })),
    schedule,
  );
  for (const { followers } of all) for (const follower of followers) follower.blockers += 1;
  const left = new Map<Body, number>();
  for (const { body } of all) if (body?.links !== undefined) left.set(body, (left.get(body) ?? 0) + 1);
  const singles: Waiting[] = [];
  const ready = new Map<Body, Waiting[]>();
  const makeReady = (waiting: Waiting): void => {
    const { body } = waiting;
    if (body?.links === undefined) {
      singles.push(waiting);
      return;
    }
    const list = ready.get(body) ?? [];
    if (list.length === 0) ready.set(body, list);
    // In the order of the schedule, the last one first to go.
    let at = list.length;
    while (at > 0 && (list[at - 1]?.position ?? 0) < waiting.position) at -= 1;
    list.splice(at, 0, waiting);
  };
  for (const waiting of all) if (waiting.blockers === 0) makeReady(waiting);
  const result: ModuleId[] = [];
  const run = (waiting: Waiting): void => {
    result.push(waiting.id);
    for (const follower of waiting.followers) {
      follower.blockers -= 1;
      if (follower.blockers === 0) makeReady(follower);
    }
  };
  for (let single = 0; single < singles.length || ready.size > 0;) {
    const next = singles[single];
    if (next !== undefined) {
      single += 1;
      run(next);
      continue;
    }
    // A body with few instances left opens the way for those with many.
    let body: Body | undefined;
    for (const candidate of ready.keys())
      if (body === undefined || (left.get(candidate) ?? 0) < (left.get(body) ?? 0)) body = candidate;
    if (body === undefined) break;
    const list = ready.get(body) ?? [];
    for (let waiting = list.pop(); waiting !== undefined; waiting = list.pop()) {
      left.set(body, (left.get(body) ?? 0) - 1);
      run(waiting);
    }
    ready.delete(body);
  }
  return result;
}

/** Readers behind the last writer, writers behind the last writer and its readers, for each element. */
function addConstraints(
  all: readonly { readonly waiting: Waiting; readonly module: Module | undefined }[],
  schedule: Schedule,
): void {
  const elements = new Map<string, { writer: Waiting | undefined; readers: Waiting[] }>();
  const use = (waiting: Waiting, key: string, writes: boolean): void => {
    let element = elements.get(key);
    if (element === undefined) elements.set(key, (element = { writer: undefined, readers: [] }));
    const { writer, readers } = element;
    if (writer !== undefined && writer !== waiting) writer.followers.add(waiting);
    if (!writes) {
      readers.push(waiting);
      return;
    }
    for (const reader of readers) if (reader !== waiting) reader.followers.add(waiting);
    element.writer = waiting;
    element.readers = [];
  };
  for (const { waiting, module } of all) {
    if (module === undefined) continue;
    const { id } = waiting;
    const access = analyzeAccess(module, id);
    for (const array of access.arrayReads) use(waiting, `array ${array}`, false);
    for (const { module: owner, port } of access.observes)
      use(waiting, `port ${portKey(owner, port)}`, false);
    walk(module, (operation) => {
      const { kind } = operation;
      if (kind === "exposed-get" || kind === "exposed-valid" || kind === "triggered")
        use(waiting, `value ${operation.module}`, false);
      if (kind === "extern-call") use(waiting, "externs", true);
    });
    use(waiting, `value ${id}`, true);
    use(waiting, `credit ${id}`, true);
    for (const array of access.arrayWrites) use(waiting, `array ${array}`, true);
    for (const port of access.pops) use(waiting, `port ${portKey(id, port)}`, true);
    for (const { module: owner, port } of access.pushes) use(waiting, `port ${portKey(owner, port)}`, true);
    // Calls of one stage by several modules add up in any order.
    for (const callee of access.calls) use(waiting, `credit ${callee}`, false);
    if (access.logs && schedule.logsInOrder) use(waiting, "log", true);
  }
}

/** Longest body that stands where it is called. */
const INLINE_LINES = 64;
/** Lines of bodies that may stand in the cycle together, so that it is compiled anew in a moment. */
const INLINE_TOTAL = 2000;

/**
 * Marks the bodies that stand where they are called: small ones, which one or two places call, as long as the design is small as well.
 *
 * @param runs how many places call each body
 */
export function inlined(bodies: readonly Body[], runs: ReadonlyMap<Body, number>): Body[] {
  const fits = (body: Body): boolean =>
    body.pieces.length === 1 &&
    (body.pieces[0]?.lines.length ?? 0) <= INLINE_LINES &&
    (runs.get(body) ?? 0) <= 2;
  const total = bodies
    .filter(fits)
    .reduce((sum, body) => sum + (body.pieces[0]?.lines.length ?? 0) * (runs.get(body) ?? 0), 0);
  return bodies.map((body) => (total <= INLINE_TOTAL && fits(body) ? { ...body, inline: true } : body));
}
