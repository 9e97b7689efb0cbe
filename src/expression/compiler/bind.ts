import { CAUGHT, Raised } from "../raised.ts";
import type { Node, Pattern } from "../syntax/ast.ts";
import type { Value } from "../value/value.ts";
import { compileAccumulation } from "./accumulate.ts";
import { CONTINUE, type Code, Env, multiple, type Paths, type Signal, single, unwind } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import { compilePattern, type Matcher, patternNames } from "./pattern.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** `source as pattern ?// pattern | body`. */
export function compileBind(node: NodeOf<"bind">, scope: Scope, tail: boolean): Code {
  const source = compileNode(node.source, scope);
  const { one } = source;
  const { bind, inner } = compileBinder(node.patterns, scope);
  const simple = isSimple(node.patterns);
  const body = compileNode(node.body, inner, tail && simple && one !== null);
  const paths = (): Paths => (env, path, input, emit) =>
    source.each(env, input, (value) => bind(env, value, (bound) => body.paths(bound, path, input, emit)));
  if (simple && one !== null) {
    const { one: bodyOne } = body;
    if (bodyOne !== null)
      return single((env, input) => bodyOne(new Env(env.run, env, one(env, input)), input), paths);
    return multiple(
      (env, input, emit) => body.each(new Env(env.run, env, one(env, input)), input, emit),
      paths,
    );
  }
  return multiple(
    (env, input, emit) =>
      source.each(env, input, (value) => bind(env, value, (bound) => body.each(bound, input, emit))),
    paths,
  );
}

/** `reduce source as pattern (init; update)`: the last output of each update goes on; none makes null of it. */
export function compileReduce(node: NodeOf<"reduce">, scope: Scope): Code {
  const source = compileNode(node.source, scope);
  const { bind, inner } = compileBinder(node.patterns, scope);
  const init = compileNode(node.init, scope);
  const update = compileNode(node.update, inner);
  const { one: updateOne } = update;
  const accumulate = compileAccumulation(node.update, inner);
  const fold = (env: Env, input: Value, start: Value): Value => {
    let state = start;
    const owned = new Set<object>();
    const signal = source.each(env, input, (value) =>
      bind(env, value, (bound) => {
        env.run.step();
        if (accumulate !== null) {
          state = accumulate(bound, state, owned);
          return CONTINUE;
        }
        if (updateOne !== null) {
          state = updateOne(bound, state);
          return CONTINUE;
        }
        const before = state;
        state = null;
        return update.each(bound, before, (output) => {
          state = output;
          return CONTINUE;
        });
      }),
    );
    if (signal !== CONTINUE) unwind(env.run);
    return state;
  };
  const paths = (): Paths => (env, path, input, emit) =>
    init.paths(env, path, input, (at, start) => {
      // The state is kept as a value: only what is still the value that stood there leads on, as in jq.
      let state = start;
      const signal = source.each(env, input, (value) =>
        bind(env, value, (bound) => {
          env.run.step();
          const before = state;
          state = null;
          return update.paths(bound, at, before, (_next, output) => {
            state = output;
            return CONTINUE;
          });
        }),
      );
      return signal !== CONTINUE ? signal : emit(at, state);
    });
  const { one: start } = init;
  if (start !== null) return single((env, input) => fold(env, input, start(env, input)), paths);
  return multiple(
    (env, input, emit) => init.each(env, input, (first) => emit(fold(env, input, first))),
    paths,
  );
}

/** `foreach source as pattern (init; update; extract)`. */
export function compileForeach(node: NodeOf<"foreach">, scope: Scope): Code {
  const source = compileNode(node.source, scope);
  const { bind, inner } = compileBinder(node.patterns, scope);
  const init = compileNode(node.init, scope);
  const update = compileNode(node.update, inner);
  const extract = node.extract === null ? null : compileNode(node.extract, inner);
  return multiple(
    (env, input, emit) =>
      init.each(env, input, (start) => {
        let state = start;
        return source.each(env, input, (value) =>
          bind(env, value, (bound) => {
            env.run.step();
            // As in reduce, an update without an output leaves null behind.
            const before = state;
            state = null;
            return update.each(bound, before, (output) => {
              state = output;
              return extract === null ? emit(output) : extract.each(bound, output, emit);
            });
          }),
        );
      }),
    () => (env, path, input, emit) =>
      init.paths(env, path, input, (at, start) => {
        let state = start;
        return source.each(env, input, (value) =>
          bind(env, value, (bound) => {
            env.run.step();
            const before = state;
            state = null;
            return update.paths(bound, at, before, (next, output) => {
              state = output;
              return extract === null ? emit(next, output) : extract.paths(bound, next, output, emit);
            });
          }),
        );
      }),
  );
}

type Binder = (env: Env, value: Value, body: (bound: Env) => Signal) => Signal;

/** How `value` is bound, and the scope in which all variables of all patterns are known. */
function compileBinder(patterns: readonly Pattern[], scope: Scope): { bind: Binder; inner: Scope } {
  const names = patternNames(patterns);
  const inner = names.reduce((outer, name) => outer.with({ kind: "variable", name }), scope);
  if (isSimple(patterns)) return { bind: (env, value, body) => body(new Env(env.run, env, value)), inner };
  const matchers = patterns.map((pattern) => compilePattern(pattern, names, scope));
  const match =
    (matcher: Matcher): Binder =>
    (env, value, body) => {
      const slots = names.map((): Value => null);
      return matcher(env, value, slots, () =>
        body(slots.reduce<Env>((outer, slot) => new Env(env.run, outer, slot), env)),
      );
    };
  return { bind: matchers.map(match).reduceRight((next, first) => orElse(first, next)), inner };
}

/** `first ?// next`: any error behind the first pattern, wherever it comes from, leads to the next, as in jq. */
function orElse(first: Binder, next: Binder): Binder {
  return (env, value, body) => {
    const { depth } = env.run;
    try {
      return first(env, value, body);
    } catch (thrown) {
      if (!(thrown instanceof Raised)) throw thrown;
      env.run.depth = depth;
      env.run.spend(CAUGHT);
    }
    return next(env, value, body);
  };
}

function isSimple(patterns: readonly Pattern[]): boolean {
  return patterns.length === 1 && patterns[0]!.kind === "variable";
}
