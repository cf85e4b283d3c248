import type { AnyOptionSpec, CommandContext } from "../command.js";
import { createDiagnostic } from "@assassyn/diagnostics";
import { CommandError, EXIT } from "../errors.js";
import { messages } from "../messages.js";
import { commandSpecs } from "./index.js";

/** Prints a completion script made from the table of commands. */
export function runCompletion({ positional, io }: CommandContext<unknown>): Promise<number> {
  const [shell = ""] = positional;
  const script =
    shell === "bash"
      ? bashScript()
      : shell === "zsh"
        ? zshScript()
        : shell === "fish"
          ? fishScript()
          : undefined;
  if (script === undefined) {
    throw new CommandError(
      EXIT.usage,
      createDiagnostic(
        messages["bad-option"],
        { option: "completion", reason: `"${shell}" is not a shell it knows` },
        undefined,
        { help: "the shells are bash, zsh and fish" },
      ),
    );
  }
  io.stdout.write(script);
  return Promise.resolve(EXIT.ok);
}

/** The parts of `-o, --output <path>`. */
function parseFlags(option: AnyOptionSpec): { short: string | undefined; long: string; takesValue: boolean } {
  const [, short, long = "", value] = /^(?:(-\w), )?(--[\w-]+)(?: ([<[].*))?$/.exec(option.flags) ?? [];
  return { short, long, takesValue: value?.startsWith("<") === true };
}

const optionsOf = (spec: (typeof commandSpecs)[number]) =>
  Object.values(spec.options)
    .flatMap((option) =>
      option.negative === undefined
        ? [option]
        : [option, { ...option, flags: option.flags.replace("--", "--no-"), description: option.negative }],
    )
    .map((option) => ({ ...option, ...parseFlags(option) }));

function bashScript(): string {
  const cases = commandSpecs.map((spec) => {
    const options = optionsOf(spec);
    const words = [
      ...options.flatMap(({ short, long }) => (short === undefined ? [long] : [long, short])),
      "--help",
    ];
    const values = options
      .filter(({ takesValue }) => takesValue)
      .map(({ short, long, choices }) => {
        const names = short === undefined ? long : `${long}|${short}`;
        const reply =
          choices === undefined
            ? 'compgen -f -- "$current"'
            : `compgen -W "${choices.join(" ")}" -- "$current"`;
        return `        ${names}) mapfile -t COMPREPLY < <(${reply}); return ;;\n`;
      });
    const choices = spec.argument?.choices?.join(" ");
    return `    ${spec.name})
      case "$previous" in
${values.join("")}      esac
      options="${words.join(" ")}"
      words="${choices ?? ""}"
      ;;
`;
  });
  return `# bash completion for assassyn; written by \`assassyn completion bash\`
_assassyn() {
  local current previous command options words
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${commandSpecs.map(({ name }) => name).join(" ")} --help --version" -- "$current")
    return
  fi
  case "$command" in
${cases.join("")}    *) return ;;
  esac
  if [[ "$current" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n "$words" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$current"; compgen -f -X '!*.asyn' -- "$current"; compgen -f -X '!*.ir' -- "$current")
  fi
}
complete -F _assassyn assassyn
`;
}

/** Text without the characters that mean something inside zsh's descriptions. */
function describe(text: string): string {
  return text
    .replaceAll(/[[\]:'"\\]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function zshScript(): string {
  const cases = commandSpecs.map((spec) => {
    const options = optionsOf(spec).map(({ short, long, takesValue, choices, description }) => {
      const action = choices === undefined ? "value:_files" : `value:(${choices.join(" ")})`;
      const value = takesValue ? `:${action}` : "";
      const exclusive = short === undefined ? "" : `(${short} ${long})`;
      const names = short === undefined ? long : `'{${short},${long}}'`;
      return `        '${exclusive}${names}[${describe(description)}]${value}' \\\n`;
    });
    const choices = spec.argument?.choices;
    const argument =
      spec.argument === undefined
        ? ""
        : choices === undefined
          ? `        '*:${spec.argument.kind}:_files -g "*.(asyn|ir)(-.)"' \\\n`
          : `        '1:${spec.argument.kind}:(${choices.join(" ")})' \\\n`;
    return `    ${spec.name})
      _arguments \\
${options.join("")}${argument}        '(- *)'{-h,--help}'[print the help]'
      ;;
`;
  });
  return `#compdef assassyn
# zsh completion for assassyn; written by \`assassyn completion zsh\`
_assassyn() {
  local -a commands
  commands=(
${commandSpecs.map(({ name, summary }) => `    '${name}:${describe(summary)}'\n`).join("")}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("")}  esac
}
compdef _assassyn assassyn
`;
}

/** A word in fish's single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function fishScript(): string {
  const lines = commandSpecs.flatMap((spec) => {
    const condition = `-n '__fish_seen_subcommand_from ${spec.name}'`;
    const options = optionsOf(spec).map(({ short, long, takesValue, choices, description }) => {
      const names = `${short === undefined ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
      const value = takesValue ? (choices === undefined ? " -r" : ` -x -a ${quoted(choices.join(" "))}`) : "";
      return `complete -c assassyn ${condition} ${names}${value} -d ${quoted(description)}\n`;
    });
    const choices = spec.argument?.choices;
    const argument =
      choices === undefined ? [] : [`complete -c assassyn ${condition} -f -a ${quoted(choices.join(" "))}\n`];
    return [
      `complete -c assassyn -n __fish_use_subcommand -f -a ${spec.name} -d ${quoted(spec.summary)}\n`,
      ...argument,
      ...options,
    ];
  });
  return `# fish completion for assassyn; written by \`assassyn completion fish\`\n${lines.join("")}`;
}
