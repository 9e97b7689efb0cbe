/** What programs are made of; words are separated by `~` or the end of a line. */
function words(list: string): readonly string[] {
  return list
    .split(/[~\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

export const plainFunctions = words(`
  length ~ keys ~ keys_unsorted ~ values ~ nulls ~ booleans ~ numbers ~ strings ~ arrays ~ objects
  iterables ~ scalars ~ not ~ type ~ add ~ any ~ all ~ flatten ~ floor ~ ceil ~ round ~ sqrt ~ fabs
  abs ~ tostring ~ tonumber ~ tojson ~ fromjson ~ sort ~ unique ~ group_by(.) ~ min ~ max ~ reverse
  first ~ last ~ to_entries ~ from_entries ~ paths ~ explode ~ implode ~ ascii_downcase ~ ascii_upcase
  ltrimstr("a") ~ rtrimstr("c") ~ trim ~ ltrim ~ rtrim ~ utf8bytelength ~ isnan ~ isinfinite
  isnormal ~ infinite ~ nan ~ empty ~ error ~ recurse ~ transpose ~ tojson ~ ascii ~ todate ~ fromdate
  gmtime ~ mktime ~ @text ~ @json ~ @csv ~ @tsv ~ @html ~ @uri ~ @sh ~ @base64 ~ @base64d ~ @urid
  @base32 ~ @base32d ~ toarray ~ getpath(["a"]) ~ tostream ~ splits("a") ~ combinations ~ exp10 ~ log2
  exp2 ~ significand ~ logb ~ trunc ~ significand ~ frexp ~ modf ~ have_literal_numbers
`);

/** `F` stands for a filter, `P` for a path, `N` for a small number, `R` for a regular expression, `S` for a string. */
export const functions = words(`
  map(F) ~ map_values(F) ~ select(F) ~ has(F) ~ in(F) ~ inside(F) ~ contains(F) ~ index(F) ~ rindex(F)
  indices(F) ~ startswith(F) ~ endswith(F) ~ join(S) ~ split(S) ~ sort_by(F) ~ group_by(F)
  unique_by(F) ~ min_by(F) ~ max_by(F) ~ any(F) ~ all(F) ~ any(F; F) ~ all(F; F) ~ flatten(N)
  range(N) ~ range(N; N) ~ range(N; 5; 2) ~ range(N; 0; -1) ~ limit(N; F) ~ first(F) ~ last(F)
  nth(N) ~ nth(N; F) ~ skip(N; F) ~ isempty(F) ~ with_entries(F) ~ walk(F) ~ path(P) ~ paths(F)
  pick(P) ~ del(P) ~ del(P, P) ~ to_entries ~ getpath(F) ~ setpath(F; F) ~ delpaths(F) ~ delpaths([F])
  error(F) ~ tojson | fromjson ~ test(R) ~ match(R) ~ [match(R; "g")] ~ capture(R) ~ [scan(R)]
  sub(R; S) ~ gsub(R; S) ~ splits(R) ~ split(R; null) ~ ltrimstr(F) ~ rtrimstr(F) ~ trimstr(F)
  pow(F; F) ~ log ~ min_by(F) ~ add(F) ~ recurse(.[]?) ~ recurse(.[]?; F) ~ reduce F as $x (F; F)
  foreach F as $x (F; F) ~ foreach F as $x (F; F; F)
  [limit(N; recurse(if type == "number" and . < 3 then . + 1 else empty end))] ~ until(true; F)
  to_entries ~ bsearch(F) ~ splits(S) ~ strptime("%Y-%m-%dT%H:%M:%SZ") ~ strftime("%Y %j %H")
  tostream ~ fromstream(tostream) ~ [1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]])]
  getpath(path(P)) ~ ltrimstr(S) ~ @base64 | @base64d ~ limit(N; F, F) ~ $__loc__ ~ ldexp(F; N)
  scalb(F; N) ~ tojson ~ getpath([])
`);

export const operators = words(`
  + ~ - ~ * ~ / ~ % ~ == ~ != ~ < ~ <= ~ > ~ >= ~ and ~ or ~ // ~ , ~ |
`);

export const assignments = words(`
  = ~ |= ~ += ~ -= ~ *= ~ /= ~ %= ~ //=
`);

export const regexes = [
  ...words(
    String.raw`a ~ [a-c]+ ~ (?<x>a)(?<y>b)? ~ \d+ ~ ^ ~ $ ~ x|X ~ (a)|(b) ~ \s* ~ . ~ \w\b ~ (?i)ABC ~ [^a] ~ a{2}`,
  ),
  "",
  "(",
];
