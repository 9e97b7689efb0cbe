import type { Json } from "../../../expression/json.ts";
import type { Place } from "../place.ts";
import type { Tree } from "../tree.ts";
import {
  apostrophe,
  bar,
  Cursor,
  closeList,
  closeMap,
  colon,
  comma,
  dash,
  define,
  dot,
  type Key,
  type Node,
  NotSimple,
  openList,
  openMap,
  quote,
  space,
} from "./cursor.ts";
import { readLiteral } from "./literal.ts";
import { readPlain, readPlainInFlow, readQuoted } from "./scalars.ts";

/** Deeper than anyone writes: what is deeper is left to the library, which bounds it. */
const maxDepth = 100;

export type SimpleDocument = Tree & { readonly tokens: number };

/**
 * One document in the part of YAML that nearly all definitions keep to, JSON included: mappings, lists, values on one
 * line, literal blocks, brackets, comments. Ten times as fast as the library, and the same tree. Undefined for a text with
 * anything else in it, and for one with an error: the library reads that, and says what is wrong.
 */
export function readSimple(text: string): SimpleDocument | undefined {
  if (/[\t\r\uFEFF]/.test(text)) return undefined;
  try {
    return new Reader(text).document();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

class Reader {
  readonly #cursor: Cursor;
  #depth = 0;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  document(): SimpleDocument | undefined {
    const cursor = this.#cursor;
    if (!cursor.toContent()) return undefined;
    const node = this.#block(-1);
    if (cursor.toContent()) throw new NotSimple();
    return { value: node.value, place: placeOf(node), tokens: cursor.tokens };
  }

  /** What begins where the cursor stands, deeper than `parent`. A value on one line leaves the cursor behind it. */
  #block(parent: number): Node {
    const cursor = this.#cursor;
    const { column } = cursor;
    if (++this.#depth > maxDepth) throw new NotSimple();
    const node = this.#isItem() ? this.#list(column) : this.#mapOrValue(parent, column);
    this.#depth--;
    return node;
  }

  #mapOrValue(parent: number, column: number): Node {
    const cursor = this.#cursor;
    const first = cursor.code();
    if (first === openMap || first === openList) return this.#flow(parent);
    if (first === bar) return readLiteral(cursor, parent);
    if (column === 0 && (first === dash || first === dot)) throw new NotSimple();
    const scalar = this.#scalar();
    return scalar.key === undefined ? scalar.node : this.#map(scalar.key, column);
  }

  /** A value on one line, and the key that it is if a colon follows. */
  #scalar(): { readonly node: Node; readonly key?: Key } {
    const cursor = this.#cursor;
    const first = cursor.code();
    if (first !== quote && first !== apostrophe) {
      const plain = readPlain(cursor);
      return plain.isKey ? { node: plain, key: this.#keyOf(plain) } : { node: nodeOf(plain) };
    }
    const quoted = readQuoted(cursor);
    const end = cursor.at;
    cursor.skipSpaces();
    if (cursor.code() === colon) return { node: quoted, key: this.#keyOf(quoted) };
    cursor.at = end;
    if (!cursor.restIsEmpty()) throw new NotSimple();
    cursor.at = end;
    return { node: quoted };
  }

  /** The cursor stands on the colon; then behind it. */
  #keyOf({ value, start, end }: Node): Key {
    const cursor = this.#cursor;
    if (typeof value !== "string" || cursor.at - start > 1_000) throw new NotSimple();
    cursor.at++;
    cursor.tokens++;
    if (cursor.at < cursor.lineEnd && cursor.code() !== space) throw new NotSimple();
    return { start, end, name: value };
  }

  #map(first: Key, column: number): Node {
    const value: Record<string, Json> = {};
    const children = new Map<string, Place>();
    let end = first.end;
    for (let key: Key | undefined = first; key !== undefined; key = this.#nextKey(column)) {
      if (children.has(key.name)) throw new NotSimple();
      const node = this.#valueOf(column);
      define(value, key.name, node.value);
      children.set(key.name, placeOf(node, key.name, key));
      end = node.end;
    }
    return { value, start: first.start, end: Math.max(end, this.#lineEndOf(end)), children };
  }

  /** The next key of a map in a block, if it goes on. */
  #nextKey(column: number): Key | undefined {
    const cursor = this.#cursor;
    if (!this.#more(column) || this.#isItem()) return undefined;
    if (column === 0 && (cursor.code() === dash || cursor.code() === dot)) throw new NotSimple();
    const { key } = this.#scalar();
    if (key === undefined) throw new NotSimple();
    return key;
  }

  /** The value of a key in a block; the cursor stands behind the colon. */
  #valueOf(column: number): Node {
    const cursor = this.#cursor;
    const nothing = this.#nothing();
    if (cursor.restIsEmpty()) {
      if (!cursor.toContent()) return nothing;
      if (cursor.column > column) return this.#block(column);
      return cursor.column === column && this.#isItem() ? this.#list(column) : nothing;
    }
    const first = cursor.code();
    if (first === openMap || first === openList) return this.#flow(column);
    if (first === bar) return readLiteral(cursor, column);
    const { node, key } = this.#scalar();
    if (key !== undefined) throw new NotSimple();
    return node;
  }

  #list(column: number): Node {
    const cursor = this.#cursor;
    const start = cursor.at;
    const value: Json[] = [];
    const children = new Map<string, Place>();
    let end: number;
    do {
      cursor.at++;
      cursor.tokens++;
      let node: Node = this.#nothing();
      const inline = !cursor.restIsEmpty();
      if (inline || (cursor.toContent() && cursor.column > column)) node = this.#block(column);
      children.set(String(value.length), placeOf(node, String(value.length)));
      value.push(node.value);
      end = node.end;
    } while (this.#more(column) && this.#isItem());
    return { value, start, end: Math.max(end, this.#lineEndOf(end)), children };
  }

  /** Whether what comes next stands in this column; deeper, it would belong to the value before it. */
  #more(column: number): boolean {
    const cursor = this.#cursor;
    if (!cursor.toContent()) return false;
    if (cursor.column > column) throw new NotSimple();
    return cursor.column === column;
  }

  #isItem(): boolean {
    const cursor = this.#cursor;
    return cursor.code() === dash && (cursor.code(1) === space || cursor.at + 1 === cursor.lineEnd);
  }

  /** The value of nothing stands behind the blanks that follow. */
  #nothing(): Node {
    const { text, at } = this.#cursor;
    let end = at;
    while (text.charCodeAt(end) === space) end++;
    return { value: null, start: end, end };
  }

  /** What stands in brackets; in a block every line of it is deeper than `parent`. */
  #flow(parent: number): Node {
    const cursor = this.#cursor;
    const node = this.#brackets(parent);
    const { at } = cursor;
    if (!cursor.restIsEmpty()) throw new NotSimple();
    cursor.at = at;
    return node;
  }

  #brackets(parent: number): Node {
    const cursor = this.#cursor;
    if (++this.#depth > maxDepth) throw new NotSimple();
    const start = cursor.at;
    const isMap = cursor.code() === openMap;
    const value: Record<string, Json> | Json[] = isMap ? {} : [];
    const children = new Map<string, Place>();
    cursor.at++;
    cursor.tokens += 2;
    this.#between(parent);
    while (cursor.code() !== (isMap ? closeMap : closeList)) {
      if (isMap) this.#member(value as Record<string, Json>, children, parent);
      else this.#item(value as Json[], children, parent);
      this.#between(parent);
      if (cursor.code() === (isMap ? closeMap : closeList)) break;
      if (cursor.code() !== comma) throw new NotSimple();
      cursor.at++;
      cursor.tokens++;
      this.#between(parent);
    }
    cursor.at++;
    this.#depth--;
    return { value, start, end: cursor.at, children };
  }

  #member(value: Record<string, Json>, children: Map<string, Place>, parent: number): void {
    const cursor = this.#cursor;
    const isQuoted = cursor.code() === quote || cursor.code() === apostrophe;
    const { value: name, start, end } = isQuoted ? readQuoted(cursor) : readPlainInFlow(cursor);
    const { at } = cursor;
    cursor.skipSpaces();
    if (cursor.code() !== colon || typeof name !== "string" || children.has(name)) throw new NotSimple();
    cursor.at++;
    cursor.tokens++;
    const isAdjacent = isQuoted && cursor.at === at + 1;
    const next = cursor.code();
    if (!isAdjacent && next !== space && cursor.at < cursor.lineEnd) throw new NotSimple();
    if (cursor.at - start > 1_000) throw new NotSimple();
    this.#between(parent);
    const node = this.#flowValue(parent);
    define(value, name, node.value);
    children.set(name, placeOf(node, name, { start, end, name }));
  }

  #item(value: Json[], children: Map<string, Place>, parent: number): void {
    const node = this.#flowValue(parent);
    children.set(String(value.length), placeOf(node, String(value.length)));
    value.push(node.value);
  }

  #flowValue(parent: number): Node {
    const first = this.#cursor.code();
    if (first === openMap || first === openList) return this.#brackets(parent);
    return first === quote || first === apostrophe ? readQuoted(this.#cursor) : readPlainInFlow(this.#cursor);
  }

  /** Past blanks and line breaks. */
  #between(parent: number): void {
    const cursor = this.#cursor;
    cursor.skipSpaces();
    while (cursor.at === cursor.lineEnd) {
      if (cursor.lineEnd >= cursor.text.length) throw new NotSimple();
      cursor.nextLine();
      cursor.skipSpaces();
      if (cursor.at < cursor.lineEnd && cursor.column <= parent) throw new NotSimple();
    }
  }

  /** A collection of the block style reaches to the end of its last line. */
  #lineEndOf(end: number): number {
    const { text } = this.#cursor;
    if (text.charCodeAt(end - 1) === 0x0a) return end;
    const at = text.indexOf("\n", end);
    return at === -1 ? text.length : at + 1;
  }
}

function nodeOf({ value, start, end }: Node): Node {
  return { value, start, end };
}

function placeOf({ start, end, children }: Node, name?: string, key?: Key): Place {
  return {
    start,
    end,
    ...(key === undefined ? {} : { key }),
    ...(name === undefined ? {} : { name }),
    ...(children === undefined ? {} : { children }),
  };
}
