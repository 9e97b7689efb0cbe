import type { Words } from "./words.ts";

export function fish({ verbs, first, second, valued }: Words): string {
  return [
    `# fish completion of pawl
function __pawl_at --description 'Whether these are the words of the verb before the cursor'
  set -l verb ''
  set -l valued ''
  for word in (commandline -opc)[2..-1]
    if test -n "$valued"
      set valued ''
      continue
    end
    switch "$word"
      case ${valued.join(" ")}
        set valued 1
      case '-*'
      case '*'
        if contains -- "$verb" ${[...second.keys()].join(" ")}
          set verb "$verb $word"
          break
        else if test -n "$verb"
          break
        end
        set verb "$word"
    end
  end
  test "$verb" = "$argv[1]"
end
complete -c pawl -e`,
    ...first.map(([word, summary]) => offer("", word, summary)),
    ...[...second].flatMap(([group, words]) => words.map(([word, summary]) => offer(group, word, summary))),
    ...verbs.filter(({ words }) => words.length > 0).map(({ name, words }) => offerBehind(name, words)),
    ...verbs.flatMap(({ name, flags }) => flags.map((flag) => offerFlag(name, flag))),
  ].join("\n");
}

function offerBehind(verb: string, words: readonly string[]): string {
  const last = verb.split(" ").at(-1);
  const behind = quote(`__pawl_at "${verb}"; and test (commandline -opc)[-1] = ${last}`);
  return `complete -c pawl -f -n ${behind} -a ${quote(words.join(" "))}`;
}

type Flag = Words["verbs"][number]["flags"][number];

function offer(verb: string, word: string, summary: string): string {
  return `complete -c pawl -f -n ${at(verb)} -a ${word} -d ${quote(summary)}`;
}

function offerFlag(verb: string, { name, short, value, choices, summary }: Flag): string {
  const letter = short === undefined ? "" : ` -s ${short}`;
  const words = choices === undefined ? "" : ` -f -a ${quote(choices.join(" "))}`;
  const argument = value === undefined ? "" : ` -r${words}`;
  return `complete -c pawl -n ${at(verb)} -l ${name}${letter}${argument} -d ${quote(summary)}`;
}

function at(verb: string): string {
  return quote(`__pawl_at "${verb}"`);
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
