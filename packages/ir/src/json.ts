/**
 * The JSON form of a system, for tools in other languages: the shape of {@link System} with three changes: bit patterns are strings of
 * decimal digits, types are strings such as `"u8"`, and a `version` stands in front.
 */
import type { Diagnostic } from "@assassyn/diagnostics";
import { createDiagnostic } from "@assassyn/diagnostics";
import type {
  ArrayDeclaration,
  ArrayId,
  ExposedSlot,
  ExternDeclaration,
  Loc,
  Module,
  ModuleId,
  Operation,
  OpId,
  Port,
  PortId,
  Region,
  SlotId,
  System,
} from "./ir.js";
import { BINARY_OPERATORS, arrayId, externId, IR_VERSION, moduleId, opId, portId, slotId } from "./ir.js";
import { decodeConcurrency, decodeLock } from "./json-concurrency.js";
import { decodeLogPiece, JsonFailure, JsonValue } from "./json-decode.js";
import { irMessages } from "./messages.js";
import { assertNever } from "./operations.js";
import type { Type } from "./types.js";
import { printType } from "./types.js";

/** A value that `JSON.stringify` writes as it is. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The document: `version` is {@link IR_VERSION}. */
export interface JsonSystem {
  readonly version: number;
  readonly system: Json;
}

/** What plain IR data consists of. */
type Data = string | number | boolean | bigint | null | undefined | readonly Data[] | object;

/** The JSON form of a system. */
export function toJson(system: System): JsonSystem {
  return { version: IR_VERSION, system: encode(system) };
}

function encode(value: Data): Json {
  if (typeof value === "bigint") return value.toString();
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((entry: Data) => encode(entry));
  if (isType(value)) return printType(value);
  const result: Record<string, Json> = {};
  for (const [key, entry] of Object.entries(value)) {
    const field: Data = entry;
    if (field !== undefined) result[key] = encode(field);
  }
  return result;
}

const isType = (value: object): value is Type => "class" in value && "width" in value;

/** The outcome of {@link fromJson}. */
export interface DecodedSystem {
  readonly system?: System;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads what {@link toJson} wrote, after `JSON.parse`. The shape is checked completely; whether the system makes sense is for `verify`.
 *
 * @example fromJson(JSON.parse(text)).system
 */
export function fromJson(document: unknown): DecodedSystem {
  try {
    const root = new JsonValue(document);
    const version = root.field("version");
    if (version.integer() !== IR_VERSION) {
      const found = JSON.stringify(version.value);
      return {
        diagnostics: [createDiagnostic(irMessages["json-version"], { found, supported: IR_VERSION })],
      };
    }
    return { system: decodeSystem(root.field("system")), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof JsonFailure)) throw error;
    return {
      diagnostics: [
        createDiagnostic(irMessages["json-shape"], { path: error.path, expected: error.expected }),
      ],
    };
  }
}

const optional = <Key extends string, T>(
  key: Key,
  value: T | undefined,
): { readonly [K in Key]?: T } | Record<never, never> => (value === undefined ? {} : { [key]: value });

function decodeSystem(value: JsonValue): System {
  const config = value.field("config");
  return {
    name: value.field("name").string(),
    files: value.field("files").list((entry) => entry.string()),
    config: {
      cycles: config.field("cycles").integer(),
      idle: config.field("idle").integer(),
      fifoLimit: config.field("fifoLimit").integer(),
      parallel: config.field("parallel").boolean(),
      threads: config.field("threads").integer(),
      log: config.field("log").choice(["located", "json", "plain"]),
    },
    arrays: value.field("arrays").list((entry) => entry.nullable(decodeArray)),
    externs: value.field("externs").list((entry) => entry.nullable(decodeExtern)),
    modules: value.field("modules").list((entry) => entry.nullable(decodeModule)),
    ...optional("concurrency", value.field("concurrency").optional(decodeConcurrency)),
  };
}

function decodeLoc(value: JsonValue): Loc {
  return {
    file: value.field("file").integer(),
    line: value.field("line").integer(),
    column: value.field("column").integer(),
  };
}

function decodeArray(value: JsonValue): ArrayDeclaration {
  return {
    name: value.field("name").string(),
    type: value.field("type").type(),
    size: value.field("size").integer(),
    scalar: value.field("scalar").boolean(),
    initial: value.field("initial").list((entry) => entry.pattern()),
    fill: value.field("fill").pattern(),
    ...optional(
      "file",
      value.field("file").optional((entry) => entry.string()),
    ),
    loc: decodeLoc(value.field("loc")),
  };
}

function decodeSlot(value: JsonValue): ExposedSlot {
  return { name: value.field("name").string(), type: value.field("type").type() };
}

function decodeExtern(value: JsonValue): ExternDeclaration {
  return {
    name: value.field("name").string(),
    parameters: value.field("parameters").list(decodeSlot),
    results: value.field("results").list(decodeSlot),
    loc: decodeLoc(value.field("loc")),
  };
}

function decodePort(value: JsonValue): Port {
  return {
    ...decodeSlot(value),
    ...optional(
      "depth",
      value.field("depth").optional((entry) => entry.integer()),
    ),
    loc: decodeLoc(value.field("loc")),
  };
}

function decodeModule(value: JsonValue): Module {
  return {
    kind: value.field("kind").choice(["stage", "driver", "testbench", "downstream"]),
    name: value.field("name").string(),
    source: value.field("source").string(),
    ports: value.field("ports").list(decodePort),
    exposed: value.field("exposed").list(decodeSlot),
    ...optional(
      "commits",
      value.field("commits").optional((entry) => entry.list(decodeLock)),
    ),
    operations: value.field("operations").list((entry) => entry.nullable(decodeOperation)),
    body: decodeRegion(value.field("body")),
    loc: decodeLoc(value.field("loc")),
  };
}

const decodeId = (value: JsonValue): OpId => opId(value.integer());

function decodeRegion(value: JsonValue): Region {
  return {
    operations: value.field("operations").list(decodeId),
    ...optional("result", value.field("result").optional(decodeId)),
  };
}

const KINDS = [
  "const",
  "unary",
  "binary",
  "cast",
  "slice",
  "concat",
  "select",
  "select1hot",
  "cycle",
  "array-read",
  "fifo-valid",
  "fifo-peek",
  "exposed-get",
  "exposed-valid",
  "triggered",
  "fifo-pop",
  "extern-call",
  "array-write",
  "fifo-push",
  "call",
  "wait",
  "finish",
  "assert",
  "log",
  "expose",
  "acquire",
  "release",
  "if",
] as const satisfies readonly Operation["kind"][];

function decodeOperation(value: JsonValue): Operation {
  const kind = value.field("kind").choice(KINDS);
  const base = {
    loc: decodeLoc(value.field("loc")),
    ...optional(
      "name",
      value.field("name").optional((entry) => entry.string()),
    ),
    ...optional(
      "origin",
      value.field("origin").optional((entry) => entry.string()),
    ),
  };
  const id = (field: string): OpId => decodeId(value.field(field));
  const ids = (field: string): OpId[] => value.field(field).list(decodeId);
  const type = (): Type => value.field("type").type();
  const array = (): ArrayId => arrayId(value.field("array").integer());
  const module = (): ModuleId => moduleId(value.field("module").integer());
  const port = (): PortId => portId(value.field("port").integer());
  const slot = (): SlotId => slotId(value.field("slot").integer());
  switch (kind) {
    case "const":
      return { kind, type: type(), value: value.field("value").pattern(), ...base };
    case "unary":
      return {
        kind,
        type: type(),
        operator: value.field("operator").choice(["not", "neg"]),
        operand: id("operand"),
        ...base,
      };
    case "binary": {
      const operator = value.field("operator").choice(BINARY_OPERATORS);
      return { kind, type: type(), operator, left: id("left"), right: id("right"), ...base };
    }
    case "cast":
      return {
        kind,
        type: type(),
        operator: value.field("operator").choice(["zext", "sext", "bitcast"]),
        operand: id("operand"),
        ...base,
      };
    case "slice":
      return {
        kind,
        type: type(),
        operand: id("operand"),
        high: value.field("high").integer(),
        low: value.field("low").integer(),
        ...base,
      };
    case "concat":
      return { kind, type: type(), operands: ids("operands"), ...base };
    case "select":
      return { kind, type: type(), condition: id("condition"), then: id("then"), else: id("else"), ...base };
    case "select1hot":
      return { kind, type: type(), selector: id("selector"), arms: ids("arms"), ...base };
    case "cycle":
      return { kind, type: type(), ...base };
    case "array-read":
      return { kind, type: type(), array: array(), index: id("index"), ...base };
    case "fifo-valid":
    case "fifo-peek":
      return { kind, type: type(), module: module(), port: port(), ...base };
    case "exposed-get":
    case "exposed-valid":
      return { kind, type: type(), module: module(), slot: slot(), ...base };
    case "triggered":
      return { kind, type: type(), module: module(), ...base };
    case "fifo-pop":
      return { kind, type: type(), port: port(), ...base };
    case "extern-call":
      return {
        kind,
        type: type(),
        extern: externId(value.field("extern").integer()),
        arguments: ids("arguments"),
        ...base,
      };
    case "array-write":
      return { kind, type: null, array: array(), index: id("index"), value: id("value"), ...base };
    case "fifo-push":
      return { kind, type: null, module: module(), port: port(), value: id("value"), ...base };
    case "call":
      return { kind, type: null, module: module(), ...base };
    case "wait":
      return { kind, type: null, condition: id("condition"), ...base };
    case "finish":
      return { kind, type: null, ...base };
    case "assert":
      return {
        kind,
        type: null,
        condition: id("condition"),
        message: value.field("message").string(),
        ...base,
      };
    case "log":
      return {
        kind,
        type: null,
        pieces: value.field("pieces").list(decodeLogPiece),
        arguments: ids("arguments"),
        ...base,
      };
    case "expose":
      return { kind, type: null, slot: slot(), value: id("value"), ...base };
    case "acquire":
      return {
        kind,
        type: null,
        lock: decodeLock(value.field("lock")),
        mode: value.field("mode").choice(["read", "write"]),
        ...base,
      };
    case "release":
      return { kind, type: null, lock: decodeLock(value.field("lock")), ...base };
    case "if":
      return {
        kind,
        type: value.field("type").nullable((entry) => entry.type()),
        condition: id("condition"),
        then: decodeRegion(value.field("then")),
        else: decodeRegion(value.field("else")),
        ...base,
      };
    default:
      return assertNever(kind);
  }
}
