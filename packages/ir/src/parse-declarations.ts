/** The first pass of the text reader: everything but bodies. */
import { createDiagnostic } from "@assassyn/diagnostics";
import type {
  ArrayDeclaration,
  ArrayId,
  ExposedSlot,
  ExternDeclaration,
  ExternId,
  Loc,
  ModuleId,
  ModuleKind,
  Port,
  PortId,
  SlotId,
  SystemConfig,
} from "./ir.js";
import { arrayId, DEFAULT_CONFIG, externId, moduleId, portId, slotId } from "./ir.js";
import { irMessages } from "./messages.js";
import type { TextErrors } from "./text-errors.js";
import type { TextScanner } from "./text-scanner.js";
import { TextFailure } from "./text-scanner.js";
import type { Type } from "./types.js";

/** Ids of all arenas together; a text that asks for more is not a design, and would only exhaust memory. */
const MAX_ARENA = 20_000_000;

/** A module without its body. */
export interface ModuleHeader {
  readonly kind: ModuleKind;
  readonly name: string;
  readonly source: string;
  readonly loc: Loc;
  readonly ports: Port[];
  readonly exposed: ExposedSlot[];
  readonly portIds: Map<string, PortId>;
  readonly slotIds: Map<string, SlotId>;
  /** Offset of what follows `commits`, read when all locks are known. */
  commitsAt: number | undefined;
  /** Least length of the arena. */
  arena: number;
  /** Offsets of the header line and of the body's lines. */
  readonly start: number;
  readonly bodyStart: number;
  bodyEnd: number;
}

/** All declarations, and names to ids. */
export interface Declarations {
  readonly name: string;
  readonly files: readonly string[];
  readonly config: SystemConfig;
  readonly arrays: readonly (ArrayDeclaration | null)[];
  readonly externs: readonly (ExternDeclaration | null)[];
  readonly modules: readonly (ModuleHeader | null)[];
  readonly arrayIds: ReadonlyMap<string, ArrayId>;
  readonly externIds: ReadonlyMap<string, ExternId>;
  readonly moduleIds: ReadonlyMap<string, ModuleId>;
  /** Offsets of the lines about threads, which name what may follow them. */
  readonly concurrencyAt: readonly number[];
}

const MODULE_KINDS: ReadonlyMap<string, ModuleKind> = new Map([
  ["module", "stage"],
  ["driver", "driver"],
  ["testbench", "testbench"],
  ["downstream", "downstream"],
]);

/** First words of the lines about threads. */
const CONCURRENCY_WORDS = new Set(["receiver", "lock", "atomic", "owned", "cluster", "mailbox", "step"]);

/** Reads declarations line by line and skips the lines of bodies, which start with `%`, `}`, `yield` or `detached`. */
export class DeclarationReader {
  readonly #scanner: TextScanner;
  readonly #errors: TextErrors;
  readonly #files: string[] = [];
  readonly #arrays: (ArrayDeclaration | null)[] = [];
  readonly #externs: (ExternDeclaration | null)[] = [];
  readonly #modules: (ModuleHeader | null)[] = [];
  readonly #arrayIds = new Map<string, ArrayId>();
  readonly #externIds = new Map<string, ExternId>();
  readonly #moduleIds = new Map<string, ModuleId>();
  readonly #concurrencyAt: number[] = [];
  #config: SystemConfig = DEFAULT_CONFIG;
  #current: ModuleHeader | undefined;
  #arena = 0;

  constructor(scanner: TextScanner, errors: TextErrors) {
    this.#scanner = scanner;
    this.#errors = errors;
  }

  /** The declarations, or undefined when there is not even a `system` line. */
  read(): Declarations | undefined {
    const scanner = this.#scanner;
    let name = "";
    try {
      if (!scanner.skipEmptyLines() || !scanner.eatWord("system")) scanner.fail("`system NAME {`");
      name = scanner.name("the name of the system");
      scanner.need("{");
      this.#lineEnd();
    } catch (error) {
      this.#errors.failure(error);
      return undefined;
    }
    while (scanner.skipEmptyLines() && !this.#errors.full) {
      const code = scanner.peek();
      const word = code === 37 || code === 125 ? "%" : scanner.peekWord();
      if (word !== "%" && word !== "yield" && word !== "detached") {
        try {
          this.#declaration(word);
          this.#lineEnd();
        } catch (error) {
          this.#errors.failure(error);
        }
      }
      scanner.nextLine();
    }
    this.#closeModule(scanner.text.length);
    return {
      name,
      files: this.#files,
      config: this.#config,
      arrays: this.#arrays,
      externs: this.#externs,
      modules: this.#modules,
      arrayIds: this.#arrayIds,
      externIds: this.#externIds,
      moduleIds: this.#moduleIds,
      concurrencyAt: this.#concurrencyAt,
    };
  }

  #lineEnd(): void {
    if (!this.#scanner.atLineEnd()) this.#scanner.fail("the end of the line");
  }

  #closeModule(end: number): void {
    if (this.#current !== undefined) this.#current.bodyEnd = end;
    this.#current = undefined;
  }

  #declaration(word: string): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    if (CONCURRENCY_WORDS.has(word)) {
      this.#concurrencyAt.push(start);
      scanner.skipLine();
      return;
    }
    const kind = MODULE_KINDS.get(word);
    if (kind !== undefined) {
      this.#closeModule(start);
      scanner.at += word.length;
      this.#module(kind, start);
      return;
    }
    scanner.at += word.length;
    switch (word) {
      case "file":
        this.#files.push(scanner.string());
        return;
      case "config":
        this.#readConfig();
        return;
      case "reg":
        this.#array();
        return;
      case "extern":
        this.#extern();
        return;
      case "port":
        this.#port();
        return;
      case "exposes":
        this.#slot();
        return;
      case "commits":
        this.#owner(start).commitsAt = scanner.at;
        scanner.skipLine();
        return;
      case "arena": {
        const header = this.#owner(start);
        header.arena = scanner.integer("the number of operations", MAX_ARENA);
        this.#arena += header.arena;
        if (this.#arena > MAX_ARENA)
          throw new TextFailure(
            "text-value",
            start,
            `all arenas together hold at most ${MAX_ARENA} operations`,
          );
        return;
      }
      case "deleted":
        this.#deleted(start);
        return;
      default:
        scanner.fail("an operation (`%0 …`), a declaration, or `}`", start);
    }
  }

  #deleted(start: number): void {
    const scanner = this.#scanner;
    if (scanner.eatWord("reg")) this.#arrays.push(null);
    else if (scanner.eatWord("extern")) this.#externs.push(null);
    else if (scanner.eatWord("lock")) this.#concurrencyAt.push(start);
    else if (scanner.eatWord("module")) {
      this.#closeModule(start);
      this.#modules.push(null);
    } else scanner.fail("`reg`, `extern`, `module` or `lock`");
  }

  #readConfig(): void {
    const scanner = this.#scanner;
    const config: { -readonly [Key in keyof SystemConfig]: SystemConfig[Key] } = { ...this.#config };
    const flag = (): boolean => {
      if (scanner.eatWord("true")) return true;
      if (!scanner.eatWord("false")) scanner.fail("`true` or `false`");
      return false;
    };
    scanner.need("{");
    while (!scanner.eat("}")) {
      const at = scanner.at;
      const key = scanner.name("a setting");
      scanner.need(":");
      if (key === "cycles") config.cycles = scanner.integer("a number of cycles");
      else if (key === "idle") config.idle = scanner.integer("a number of cycles");
      else if (key === "fifo_limit") config.fifoLimit = scanner.integer("a number of elements");
      else if (key === "parallel") config.parallel = flag();
      else if (key === "threads") config.threads = scanner.integer("a number of threads");
      else if (key === "log") {
        const log = scanner.name("`located`, `json` or `plain`");
        if (log !== "located" && log !== "json" && log !== "plain")
          return scanner.fail("`located`, `json` or `plain`", scanner.at - log.length);
        config.log = log;
      } else scanner.fail("`cycles`, `idle`, `fifo_limit`, `parallel`, `threads` or `log`", at);
      if (!scanner.eat(",")) {
        scanner.need("}");
        break;
      }
    }
    this.#config = config;
  }

  #array(): void {
    const scanner = this.#scanner;
    const name = scanner.name("the name of a register");
    scanner.need(":");
    let type: Type;
    let size = 1;
    let scalar = true;
    if (scanner.eat("[")) {
      type = scanner.type();
      scanner.need(";");
      size = scanner.integer("the number of elements");
      scanner.need("]");
      scalar = scanner.eatWord("scalar");
    } else type = scanner.type();
    const file = scanner.eatWord("from") ? scanner.string() : undefined;
    const initial: bigint[] = [];
    if (scanner.eat("=")) {
      scanner.need("[");
      for (scanner.skipLineBreaks(); !scanner.eat("]"); scanner.skipLineBreaks()) {
        initial.push(scanner.pattern());
        scanner.skipLineBreaks();
        if (!scanner.eat(",")) {
          scanner.need("]");
          break;
        }
      }
    }
    const fill = scanner.eatWord("fill") ? scanner.pattern() : 0n;
    const loc = scanner.location();
    this.#arrayIds.set(name, arrayId(this.#arrays.length));
    this.#arrays.push({
      name,
      type,
      size,
      scalar,
      initial,
      fill,
      ...(file === undefined ? {} : { file }),
      loc,
    });
  }

  #extern(): void {
    const scanner = this.#scanner;
    const list = (): { name: string; type: Type }[] => {
      const result: { name: string; type: Type }[] = [];
      scanner.need("(");
      while (!scanner.eat(")")) {
        const name = scanner.name("a name");
        scanner.need(":");
        result.push({ name, type: scanner.type() });
        if (!scanner.eat(",")) {
          scanner.need(")");
          break;
        }
      }
      return result;
    };
    const name = scanner.name("the name of an extern");
    const parameters = list();
    scanner.need("->");
    const results = list();
    this.#externIds.set(name, externId(this.#externs.length));
    this.#externs.push({ name, parameters, results, loc: scanner.location() });
  }

  #module(kind: ModuleKind, start: number): void {
    const scanner = this.#scanner;
    // A header that cannot be read still opens a module, so that its body is read and its errors are found.
    let header: ModuleHeader = emptyHeader(kind, start);
    const index = this.#modules.push(header) - 1;
    this.#current = header;
    const name = scanner.name("the name of a module");
    const source = scanner.eatWord("of") ? scanner.name("the name of a declaration") : name;
    const loc = scanner.location();
    scanner.need("{");
    header = { ...header, name, source, loc, bodyStart: scanner.at };
    this.#modules[index] = header;
    this.#current = header;
    this.#moduleIds.set(name, moduleId(index));
  }

  #owner(at: number): ModuleHeader {
    if (this.#current === undefined)
      return this.#scanner.fail("a declaration of the system: this one stands in modules only", at);
    return this.#current;
  }

  #port(): void {
    const scanner = this.#scanner;
    const header = this.#owner(scanner.at);
    const name = scanner.name("the name of a port");
    scanner.need(":");
    const type = scanner.type();
    const depth = scanner.eatWord("depth") ? scanner.integer("the depth of a FIFO") : undefined;
    const loc = scanner.location();
    header.portIds.set(name, portId(header.ports.length));
    header.ports.push({ name, type, ...(depth === undefined ? {} : { depth }), loc });
  }

  #slot(): void {
    const scanner = this.#scanner;
    const header = this.#owner(scanner.at);
    const name = scanner.name("the name of an exposed value");
    scanner.need(":");
    header.slotIds.set(name, slotId(header.exposed.length));
    header.exposed.push({ name, type: scanner.type() });
  }
}

function emptyHeader(kind: ModuleKind, start: number): ModuleHeader {
  const loc = { file: 0, line: 1, column: 1 };
  return {
    kind,
    name: "",
    source: "",
    loc,
    ports: [],
    exposed: [],
    portIds: new Map(),
    slotIds: new Map(),
    commitsAt: undefined,
    arena: 0,
    start,
    bodyStart: start,
    bodyEnd: start,
  };
}

/** The id that a name or `#3` stands for. */
export function resolve<Id extends number>(
  scanner: TextScanner,
  errors: TextErrors,
  what: string,
  ids: ReadonlyMap<string, Id>,
  make: (index: number) => Id,
): Id {
  if (scanner.eat("#")) return make(scanner.integer("a number"));
  const start = scanner.at;
  const name = scanner.name(what);
  const id = ids.get(name);
  if (id !== undefined) return id;
  errors.add(
    createDiagnostic(
      irMessages["text-unknown-name"],
      { what, name: JSON.stringify(name) },
      errors.span(start, scanner.at),
    ),
  );
  return make(0);
}
