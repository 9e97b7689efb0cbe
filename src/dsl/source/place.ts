/** Where a value of a document stands in its text, as UTF-16 offsets; the tree mirrors that of the values. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** The place of the key under which the value stands; absent in lists and at the root. */
  readonly key?: Span;
  /** The key or, in a list, the index; absent at the root. */
  readonly name?: string;
  readonly children?: ReadonlyMap<string, Place>;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The place that a JSON pointer names, or that of its nearest ancestor. */
export function placeAt(root: Place, pointer: string): Place {
  let place = root;
  for (const segment of pointerSegments(pointer)) {
    const child = place.children?.get(segment);
    if (child === undefined) return place;
    place = child;
  }
  return place;
}

/** Where a reader looks first: the key, or the value where there is none. */
export function nameSpan(place: Place): Span {
  return place.key ?? place;
}

export function pointerSegments(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function pointerTo(pointer: string, ...names: (string | number)[]): string {
  let to = pointer;
  for (const name of names) to += `/${escapeSegment(String(name))}`;
  return to;
}

function escapeSegment(name: string): string {
  return name.includes("/") || name.includes("~") ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}
