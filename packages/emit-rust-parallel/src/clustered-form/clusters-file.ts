/** `src/clusters.rs`: the cycle of each cluster, and what crosses between them. */
import type { ClusterId, ModuleId } from "@assassyn/ir";
import { clusterId } from "@assassyn/ir";
import type { OutputFile } from "@assassyn/emit-core";
import { CodeWriter, portKey } from "@assassyn/emit-core";
import type { Body, DesignModel, Layout, ModuleModel } from "@assassyn/emit-rust";
import {
  arrayModel,
  importLines,
  linkNames,
  moduleModel,
  printNumber,
  usesExterns,
  withoutTexts,
} from "@assassyn/emit-rust";
import type { PushSites } from "./access.js";
import { slotOf } from "./wiring.js";
import type { Wire, Wiring } from "./wiring.js";

/** Everything that the file is about. */
export interface ClusterContext {
  readonly design: DesignModel;
  readonly layout: Layout;
  readonly bodies: readonly Body[];
  readonly wiring: Wiring;
  readonly sites: PushSites;
  /** Field of the state that holds the mailboxes. */
  readonly mailField: string;
  /** By cluster: its modules. */
  readonly clusters: readonly (readonly ModuleId[])[];
  /** By cluster: estimated nanoseconds of a cycle. */
  readonly work: readonly number[];
  /** A barrier stands before the downstreams. */
  readonly split: boolean;
}

/** Statements of a function, so that none grows with the design. */
const CHUNK = 24;

/** A function of one cluster: what it does, in pieces. */
interface Duty {
  /** `stages_0` */
  readonly name: string;
  readonly pieces: readonly (readonly string[])[];
}

/** Writes the implementation of `Clustered` for the state. */
export function clustersFile(context: ClusterContext): OutputFile {
  const { design, wiring, clusters, work, split, mailField } = context;
  const code = new CodeWriter();
  const hasExterns = design.system.externs.some((declaration) => declaration !== null);
  const externCluster = clusters.findIndex((ids) => ids.some((id) => usesExterns(design, id)));
  code.line("/// Work and mail of each cluster, as the compiler estimates them.");
  code.block("static PLAN: Plan = Plan {", "};", () => {
    code.line(`work: &[${work.map((cost) => printNumber(BigInt(cost))).join(", ")}],`);
    const links = wiring.links().map(({ from, to, mailboxes }) => `(${from}, ${to}, ${mailboxes})`);
    code.line(`links: &[${links.join(", ")}],`).line(`split: ${split},`);
    code.line(`extern_cluster: ${externCluster < 0 ? "None" : `Some(${externCluster})`},`);
  });
  code.line();
  const each = (name: string, write: (cluster: ClusterId) => string[][]): Duty[] =>
    clusters.map((_, index) => ({
      name: `${name}_${index}`,
      pieces: chunked(write(clusterId(index))),
    }));
  const order = (ids: readonly ModuleId[], cluster: ClusterId): ModuleModel[] => {
    const own = new Set(clusters[cluster]);
    return ids.filter((id) => own.has(id)).map((id) => moduleModel(design, id));
  };
  const stages = each("stages", (cluster) => runStatements(context, order(design.schedule.stages, cluster)));
  const sends = each("send_values", (cluster) => sendStatements(context, wiring.sentBy(cluster)));
  const downstreams = each("downstreams", (cluster) =>
    runStatements(context, order(design.schedule.downstreams, cluster)),
  );
  const effects = each("receive_effects", (cluster) => effectStatements(context, cluster));
  const values = each("receive_values", (cluster) => valueStatements(context, wiring.receivedBy(cluster)));
  const commits = each("commit", (cluster) => commitStatements(context, cluster));
  const adoptions = each("adopt", (cluster) =>
    (clusters[cluster] ?? []).map((id) => {
      const { place } = moduleModel(design, id);
      return [`state.${place}.clone_from(&from.${place});`];
    }),
  );
  const context_ = "cx: &mut Context";
  code.block("impl Clustered for State {", "}", () => {
    code.line("type Mail = Mail;").line();
    code.block("fn plan() -> &'static Plan {", "}", () => code.line("&PLAN")).line();
    code
      .block("fn connect(&mut self, mail: Option<Arc<Mail>>) {", "}", () =>
        code.line(`self.${mailField} = mail;`),
      )
      .line();
    const externs = "externs: Option<&mut Self::Externs>";
    writeDispatch(code, `receive_effects(&mut self, cluster: usize, mail: &Mail, ${context_})`, effects);
    writeDispatch(code, `run_stages(&mut self, cluster: usize, ${context_}, ${externs})`, stages, sends);
    writeDispatch(code, "receive_values(&mut self, cluster: usize, mail: &Mail, cx: &Context)", values);
    writeDispatch(code, `run_downstreams(&mut self, cluster: usize, ${context_}, ${externs})`, downstreams);
    writeDispatch(code, `commit(&mut self, cluster: usize, ${context_})`, commits);
    writeDispatch(code, "adopt(&mut self, cluster: usize, from: &Self)", adoptions);
  });
  code.line();
  for (const duty of stages) writeDuty(code, duty, context_, "active");
  for (const duty of sends) writeSends(code, duty, mailField);
  for (const duty of downstreams) writeDuty(code, duty, context_);
  for (const duty of effects) writeDuty(code, duty, `mail: &Mail, ${context_}`);
  for (const duty of values) writeDuty(code, duty, "mail: &Mail, cx: &Context");
  for (const duty of commits) writeDuty(code, duty, context_);
  for (const duty of adoptions) writeDuty(code, duty, "from: &State");
  const text = code.toString().trimEnd() + "\n";
  // One look at the text for all names, so that it stays linear in the design.
  const words = new Set(withoutTexts(text).match(/\b[A-Za-z_][A-Za-z0-9_]*\b(?:::)?/g));
  const files = [...new Set(design.modules.map(({ file }) => file))].filter((file) => words.has(`${file}::`));
  const constants = design.modules.map(({ constant }) => constant).filter((constant) => words.has(constant));
  const own: (readonly [string, RegExp])[] = [
    ...(constants.length > 0 ? [[`design::${list(constants)}`, /./] as const] : []),
    ...(hasExterns ? [["externs::Externs", /\bdyn Externs\b/] as const] : []),
    ["mail::Mail", /\bMail\b/],
    ...(files.length > 0 ? [[`modules::${list(files)}`, /./] as const] : []),
    ["state::State", /\bState\b/],
  ];
  const parallel = ["Clustered", "Plan", ...(/\bdeliver\(/.test(text) ? ["clustered::deliver"] : [])];
  const head = [
    "//! The design in clusters, each of which one thread runs.",
    "",
    "use std::sync::Arc;",
    "",
    `use assassyn_runtime::parallel::{${parallel.toSorted().join(", ")}};`,
    ...importLines(text, own).filter((line, index) => line !== "" || index > 0),
    "",
  ];
  return { path: "src/clusters.rs", text: head.join("\n") + "\n" + text };
}

/** Runs modules one after the other and notes the outcome; `active` tells whether a stage was triggered. */
function runStatements({ design, bodies }: ClusterContext, order: readonly ModuleModel[]): string[][] {
  const places = new Map(
    bodies.flatMap((body) => body.members.map((member, row) => [member.id, { body, row }] as const)),
  );
  const runs: { readonly body: Body; readonly members: { row: number; model: ModuleModel }[] }[] = [];
  for (const model of order) {
    const found = places.get(model.id);
    if (found === undefined) continue;
    const last = runs.at(-1);
    const member = { row: found.row, model };
    if (last?.body === found.body) last.members.push(member);
    else runs.push({ body: found.body, members: [member] });
  }
  return runs.map(({ body, members }): string[] => {
    const statements = body.run.trimEnd().split("\n");
    const [first] = members;
    if (first === undefined) return [];
    const { module, id } = first.model;
    if (body.links === undefined) {
      return [
        `// ${module.kind} ${module.name}`,
        "cx.before();",
        ...statements,
        `cx.after(${moduleModel(design, id).constant}, ran);`,
      ];
    }
    const rows = members.map(({ row, model }) => `(${row}, ${model.index})`);
    const lines = Array.from(
      { length: Math.ceil(rows.length / 8) },
      (_, line) => `    ${rows.slice(line * 8, line * 8 + 8).join(", ")},`,
    );
    return [
      `// ${members.length} instances from ${module.name} on: row of the table, index of the module`,
      "for &(row, module) in &[",
      ...lines,
      "] {",
      `    let at = &${body.file}::${linkNames(body).table}[row];`,
      "    cx.before();",
      ...statements.map((line) => `    ${line}`),
      "    cx.after(module, ran);",
      "}",
    ];
  });
}

/** Publishes flags and values of the stages of a cluster. */
function sendStatements({ design }: ClusterContext, wires: readonly Wire[]): string[][] {
  return wires.flatMap((wire): string[][] => {
    const { location } = wire.mailbox;
    if (location.kind !== "flag" && location.kind !== "value") return [];
    const model = moduleModel(design, location.module);
    const place = `state.${model.place}`;
    if (location.kind === "flag")
      return [[`if ${place}.triggered {`, `    ${slotOf(wire)}.send(cx.cycle);`, "}"]];
    const slot = model.slots[location.slot];
    if (slot === undefined) throw new Error(`no slot #${location.slot} of ${model.name}`);
    const present = slot.presentField === undefined ? "" : ` && ${place}.${slot.presentField}`;
    return [
      [
        `if ${place}.triggered${present} {`,
        `    ${slotOf(wire)}.send(cx.cycle, ${place}.${slot.field});`,
        "}",
      ],
    ];
  });
}

/** Takes in flags and values. */
function valueStatements({ design }: ClusterContext, wires: readonly Wire[]): string[][] {
  return wires.flatMap((wire): string[][] => {
    const { location } = wire.mailbox;
    if (location.kind !== "flag" && location.kind !== "value") return [];
    const model = moduleModel(design, location.module);
    const place = `state.${model.place}`;
    const received = `${slotOf(wire)}.receive(cx.cycle)`;
    if (location.kind === "flag") return [[`${place}.triggered = ${received};`]];
    const slot = model.slots[location.slot];
    if (slot === undefined) throw new Error(`no slot #${location.slot} of ${model.name}`);
    const set = [
      `if let Some(value) = ${received} {`,
      `    ${place}.${slot.field} = value;`,
      ...(slot.presentField === undefined ? [] : [`    ${place}.${slot.presentField} = true;`]),
      "}",
    ];
    return [slot.presentField === undefined ? set : [`${place}.${slot.presentField} = false;`, ...set]];
  });
}

/** Commits what came by mail: for each element its writers in the order in which they count. */
function effectStatements(context: ClusterContext, cluster: ClusterId): string[][] {
  const { design, layout, wiring, sites } = context;
  const { schedule } = design;
  const received = wiring.receivedBy(cluster);
  const statements: string[][] = [];
  const done = new Set<string>();
  for (const wire of received) {
    const { location, writer } = wire.mailbox;
    switch (location.kind) {
      case "array": {
        if (done.has(`array ${location.array}`)) break;
        done.add(`array ${location.array}`);
        const array = arrayModel(design, location.array);
        const elements = layout.elements(array, true, `state.${moduleModel(design, array.holder).place}`);
        for (const one of schedule.arrays[location.array]?.writers ?? []) {
          const sent = wiring.find(location, one);
          if (sent !== undefined) statements.push([`${slotOf(sent)}.receive(cx.cycle, ${elements});`]);
        }
        break;
      }
      case "fifo": {
        const key = `fifo ${location.module} ${location.port}`;
        if (done.has(key)) break;
        done.add(key);
        const owner = moduleModel(design, location.module);
        const port = owner.ports[location.port];
        if (port === undefined) throw new Error(`no port #${location.port} of ${owner.name}`);
        const target = `target(${owner.constant}, ${location.port}, ${printNumber(BigInt(port.depth))})`;
        const pushers = schedule.ports[location.module]?.[location.port]?.pushers ?? [];
        const several = pushers.length > 1;
        const lines = pushers.flatMap((pusher) => {
          const sent = wiring.find(location, pusher);
          if (sent === undefined) return [];
          const places = sites.get(pusher)?.get(portKey(location.module, location.port)) ?? [];
          const { constant } = moduleModel(design, pusher);
          const fifo = `&mut state.${owner.place}.${port.field}`;
          return [
            `deliver(${slotOf(sent)}, ${fifo}, cx, ${target}, ${constant}, &[${places.join(", ")}], &mut ${several ? "earlier" : "None"});`,
          ];
        });
        statements.push(
          several ? ["{", "    let mut earlier = None;", ...lines.map((line) => `    ${line}`), "}"] : lines,
        );
        break;
      }
      case "credit":
        statements.push([
          `state.${moduleModel(design, location.module).place}.credit += ${slotOf(wire)}.receive(cx.cycle);`,
        ]);
        break;
      case "flag":
      case "value":
      case "stamp":
        break;
      default:
        throw new Error(`unexpected ${JSON.stringify(location satisfies never)} of #${String(writer)}`);
    }
  }
  return statements;
}

/** Commits what waited for the end of the cycle within the cluster. */
function commitStatements({ design, layout, clusters }: ClusterContext, cluster: ClusterId): string[][] {
  return (clusters[cluster] ?? []).flatMap((id): string[][] => {
    const model = moduleModel(design, id);
    const [representative = model] = model.group.members;
    const text = layout.commit(design, representative).join("\n");
    if (text === "") return [];
    const values = [
      ...(/\bcx\b/.test(text) ? ["cx"] : []),
      ...(/\bmodule\b/.test(text) ? [model.constant] : []),
    ];
    return [[`state.${model.place}.commit(${values.join(", ")});`]];
  });
}

/** What stands behind `::` in a `use` of several names. */
function list(names: readonly string[]): string {
  return names.length === 1 ? names.join() : `{${names.toSorted().join(", ")}}`;
}

function chunked(statements: readonly (readonly string[])[]): string[][] {
  return Array.from({ length: Math.ceil(statements.length / CHUNK) }, (_, index) =>
    statements.slice(index * CHUNK, index * CHUNK + CHUNK).flat(),
  );
}

/** Parameters that a text does not mention are hidden. */
function hide(parameters: string, text: string): string {
  return parameters.replaceAll(/\b(mail|cx|externs|cluster|from)(?=: )/g, (name: string) =>
    new RegExp(`\\b${name}\\b`).test(text) ? name : `_${name}`,
  );
}

const needsExterns = (lines: readonly string[]): boolean => /\bexterns\b/.test(lines.join("\n"));

/**
 * A function of the trait that leads to the functions of the clusters.
 *
 * @param sends what each cluster publishes behind its stages; with it, the function tells whether a stage was triggered
 */
function writeDispatch(
  code: CodeWriter,
  signature: string,
  duties: readonly Duty[],
  sends?: readonly Duty[],
): void {
  const inner = new CodeWriter();
  const shared = ["from", "mail", "cx"].filter((name) => signature.includes(`${name}:`));
  const call = ({ name }: Duty, piece: number, lines: readonly string[]): string =>
    `${name}_${piece}(${["self", ...shared, ...(needsExterns(lines) ? ["externs"] : [])].join(", ")})`;
  const arms = duties.flatMap((duty, index): [number, string[]][] => {
    const calls = duty.pieces.map((lines, piece) => call(duty, piece, lines));
    const published = (sends?.[index]?.pieces ?? []).map(
      (_, piece) => `send_values_${index}_${piece}(self, cx);`,
    );
    if (calls.length + published.length === 0) return [];
    const externs = duty.pieces.some(needsExterns)
      ? [`let Some(externs) = externs else { return${sends === undefined ? "" : " false"} };`]
      : [];
    if (sends === undefined) return [[index, [...externs, ...calls.map((text) => `${text};`)]]];
    const [first = "false", ...others] = calls;
    if (others.length + published.length === 0) return [[index, [...externs, first]]];
    return [
      [
        index,
        [
          ...externs,
          `let ${others.length > 0 ? "mut " : ""}active = ${first};`,
          ...others.map((text) => `active |= ${text};`),
          ...published,
          "active",
        ],
      ],
    ];
  });
  if (arms.length > 0) {
    inner.block("match cluster {", "}", () => {
      for (const [index, lines] of arms) inner.block(`${index} => {`, "}", () => inner.lines(lines));
      inner.line(sends === undefined ? "_ => {}" : "_ => false,");
    });
  } else if (sends !== undefined) inner.line("false");
  const text = inner.toString();
  code.block(`fn ${hide(signature, text)}${sends === undefined ? "" : " -> bool"} {`, "}", () =>
    code.lines(text === "" ? [] : text.trimEnd().split("\n")),
  );
  code.line();
}

function writeDuty(code: CodeWriter, { name, pieces }: Duty, parameters: string, active?: "active"): void {
  pieces.forEach((lines, index) => {
    const body = active === undefined ? lines : ["let mut active = false;", ...lines, "active"];
    const externs = needsExterns(lines) ? ", externs: &mut dyn Externs" : "";
    const takes = `state: &mut State, ${hide(parameters, body.join("\n"))}${externs}`;
    code.block(`fn ${name}_${index}(${takes})${active === undefined ? "" : " -> bool"} {`, "}", () =>
      code.lines(body),
    );
    code.line();
  });
}

/** Publishing needs the state only to look at it. */
function writeSends(code: CodeWriter, { name, pieces }: Duty, mailField: string): void {
  pieces.forEach((lines, index) => {
    code.block(`fn ${name}_${index}(state: &State, cx: &Context) {`, "}", () =>
      code.line(`let Some(mail) = &state.${mailField} else { return };`).lines(lines),
    );
    code.line();
  });
}
