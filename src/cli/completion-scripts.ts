import type { CompletedVerb } from "./verb/completion.ts";

type Script = (verbs: readonly CompletedVerb[]) => string;

/** A completion script per shell: verbs, flags of the verb, values of flags that have choices, else files. */
export const scripts: Readonly<Record<string, Script>> = { bash, zsh, fish };

function bash(verbs: readonly CompletedVerb[]): string {
  return `# bash completion of pawl
_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case "$verb" in
      "") verb="$word" ;;
      ${groupsOf(verbs).join("|")}) verb="$verb $word"; break ;;
      *) break ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
${choicesOf(verbs)
  .map(
    ([flag, choices]) =>
      `    --${flag}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return ;;`,
  )
  .join("\n")}
  esac
  case "$verb" in
    "") COMPREPLY=($(compgen -W "${firstWords(verbs).join(" ")}" -- "$current")) ;;
${groupsOf(verbs)
  .map(
    (group) =>
      `    ${group}) COMPREPLY=($(compgen -W "${secondWords(verbs, group).join(" ")}" -- "$current")) ;;`,
  )
  .join("\n")}
${verbs
  .map(({ name, flags }) => {
    const names = flags.map((flag) => `--${flag.name}`).join(" ");
    return `    "${name}") [[ $current == -* ]] && COMPREPLY=($(compgen -W "${names}" -- "$current")) ;;`;
  })
  .join("\n")}
  esac
}
complete -o default -F _pawl pawl`;
}

function zsh(verbs: readonly CompletedVerb[]): string {
  return `#compdef pawl
# zsh completion of pawl, through its bash completion
autoload -U +X bashcompinit && bashcompinit
${bash(verbs)}`;
}

function fish(verbs: readonly CompletedVerb[]): string {
  const lines = ["# fish completion of pawl", "complete -c pawl -e"];
  const none = "__fish_use_subcommand";
  for (const word of firstWords(verbs)) {
    const summary = verbs.find(({ name }) => name === word)?.summary ?? `Verbs of ${word}`;
    lines.push(`complete -c pawl -f -n ${none} -a ${word} -d ${quote(summary)}`);
  }
  for (const group of groupsOf(verbs)) {
    for (const { name, summary } of verbs.filter((verb) => verb.name.startsWith(`${group} `))) {
      const second = name.split(" ")[1];
      const when = quote(`__fish_seen_subcommand_from ${group}`);
      lines.push(`complete -c pawl -f -n ${when} -a ${second} -d ${quote(summary)}`);
    }
  }
  for (const { name, flags } of verbs) {
    const when = quote(`__fish_seen_subcommand_from ${name.split(" ").at(-1)}`);
    for (const flag of flags) {
      const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
      const choices = flag.choices === undefined ? "" : ` -f -a ${quote(flag.choices.join(" "))}`;
      const value = flag.value === undefined ? "" : ` -r${choices}`;
      lines.push(`complete -c pawl -n ${when} -l ${flag.name}${short}${value} -d ${quote(flag.summary)}`);
    }
  }
  return lines.join("\n");
}

function firstWords(verbs: readonly CompletedVerb[]): string[] {
  return [...new Set(verbs.map(({ name }) => name.split(" ")[0]!))];
}

function groupsOf(verbs: readonly CompletedVerb[]): string[] {
  return [...new Set(verbs.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0]!))];
}

function secondWords(verbs: readonly CompletedVerb[], group: string): string[] {
  return verbs.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.split(" ")[1]!);
}

function choicesOf(verbs: readonly CompletedVerb[]): [string, readonly string[]][] {
  const found = new Map<string, readonly string[]>();
  for (const flag of verbs.flatMap(({ flags }) => flags)) {
    if (flag.choices !== undefined) found.set(flag.name, flag.choices);
  }
  return [...found];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
