import type { Word, Words } from "./words.ts";

export function bash({ verbs, first, second, choices, valued }: Words): string {
  return `# bash completion of pawl
_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb="" valued="" word
  # The words of --flag=value are three to bash.
  if [[ $current == "=" ]]; then current=""
  elif [[ $previous == "=" ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == "=" ]]; then valued=1; continue; fi
    if [[ -n $valued ]]; then valued=""; continue; fi
    case "$word" in
      ${valued.join("|")}) valued=1; continue ;;
      -*) continue ;;
    esac
    case "$verb" in
      "") verb="$word" ;;
      ${[...second.keys()].join("|")}) verb="$verb $word"; break ;;
      *) break ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
${choices.map(([flags, values]) => `    ${flags.join("|")}) ${reply(values)}; return ;;`).join("\n")}
  esac
  case "$verb" in
    "") ${reply(wordsAlone(first))} ;;
${[...second].map(([group, words]) => `    ${group}) ${reply(wordsAlone(words))} ;;`).join("\n")}
${verbs
  .map(({ name, flags, words }) => {
    const behind =
      words.length === 0 ? "" : ` || [[ $previous == ${name.split(" ").at(-1)} ]] && ${reply(words)}`;
    return `    "${name}") [[ $current == -* ]] && ${reply(flags.map(long))}${behind} ;;`;
  })
  .join("\n")}
  esac
}
complete -o default -F _pawl pawl`;
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current"))`;
}

function wordsAlone(words: readonly Word[]): string[] {
  return words.map(([word]) => word);
}

function long({ name }: { readonly name: string }): string {
  return `--${name}`;
}
