import type { Words } from "./words.ts";

export function zsh({ verbs, first, second, choices, valued }: Words): string {
  return `#compdef pawl
# zsh completion of pawl
_pawl() {
  local verb="" valued="" word previous="$words[CURRENT-1]"
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
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
  if [[ "$words[CURRENT]" == --*=* ]]; then
    previous="\${words[CURRENT]%%=*}"
    compset -P '*='
  fi
  case "$previous" in
${choices.map(([flags, values]) => `    ${flags.join("|")}) compadd -- ${values.join(" ")}; return ;;`).join("\n")}
  esac
  case "$verb" in
    "") offered=(${first.map(described).join(" ")}) ;;
${[...second].map(([group, words]) => `    ${group}) offered=(${words.map(described).join(" ")}) ;;`).join("\n")}
    *)
${verbs
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => {
    const last = name.split(" ").at(-1);
    return `      if [[ "$verb" == "${name}" && "$previous" == ${last} ]]; then compadd -- ${words.join(" ")}; return; fi`;
  })
  .join("\n")}
      if [[ "$words[CURRENT]" != -* || "$words[CURRENT]" == *=* ]]; then _files; return; fi
      case "$verb" in
${verbs
  .map(({ name, flags }) => {
    const words = flags.map((flag) => described([`--${flag.name}`, flag.summary]));
    return `        "${name}") offered=(${words.join(" ")}) ;;`;
  })
  .join("\n")}
      esac ;;
  esac
  _describe 'word' offered
}
# In a file of $fpath this is the first completion; sourced, it is only made known.
if [[ "$funcstack[1]" == _pawl ]]; then _pawl "$@"; else compdef _pawl pawl; fi`;
}

/** As `_describe` wants it: `word:summary`. */
function described([word, summary]: readonly [string, string]): string {
  return `'${word}:${summary.replaceAll("'", "'\\''")}'`;
}
