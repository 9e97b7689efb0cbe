/** Something that is written in Prometheus' text format (version 0.0.4). */
export interface Instrument {
  lines(): string[];
}

export type Labels = Readonly<Record<string, string>>;

/** Counts up, for each combination of labels. */
export class Counter implements Instrument {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly [string, string?];
  readonly #counts = new Map<string, Map<string, number>>();

  /** At most two labels; names in snake case, ending with `_total`. */
  constructor(name: string, help: string, labels: readonly [string, string?]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  add(first: string, second = "", count = 1): void {
    const counts = this.#counts.get(first) ?? new Map<string, number>();
    this.#counts.set(first, counts);
    counts.set(second, (counts.get(second) ?? 0) + count);
  }

  lines(): string[] {
    const [one, two] = this.#labels;
    const samples = [...this.#counts].flatMap(([first, counts]) =>
      [...counts].map(([second, count]) =>
        sample(this.#name, { [one]: first, ...(two !== undefined && { [two]: second }) }, count),
      ),
    );
    return [...head(this.#name, this.#help, "counter"), ...samples];
  }
}

/** How values spread over buckets. */
export class Histogram implements Instrument {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #labels: Labels;
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` are the upper ones, rising; the infinite one comes by itself. */
  constructor(name: string, help: string, bounds: readonly number[], labels: Labels = {}) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#labels = labels;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at += 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
  }

  lines(): string[] {
    return [...head(this.#name, this.#help, "histogram"), ...this.samples()];
  }

  samples(): string[] {
    let total = 0;
    const buckets = this.#counts.map((count, at) => {
      total += count;
      const le = at < this.#bounds.length ? String(this.#bounds[at]) : "+Inf";
      return sample(`${this.#name}_bucket`, { ...this.#labels, le }, total);
    });
    const [sum, count] = [`${this.#name}_sum`, `${this.#name}_count`];
    return [...buckets, sample(sum, this.#labels, this.#sum), sample(count, this.#labels, total)];
  }
}

/** One histogram for each combination of two labels. */
export class HistogramFamily implements Instrument {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #labels: readonly [string, string];
  readonly #members = new Map<string, Map<string, Histogram>>();

  constructor(name: string, help: string, bounds: readonly number[], labels: readonly [string, string]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#labels = labels;
  }

  observe(first: string, second: string, value: number): void {
    const members = this.#members.get(first) ?? new Map<string, Histogram>();
    this.#members.set(first, members);
    let member = members.get(second);
    if (!member) {
      const [one, two] = this.#labels;
      member = new Histogram(this.#name, this.#help, this.#bounds, { [one]: first, [two]: second });
      members.set(second, member);
    }
    member.observe(value);
  }

  lines(): string[] {
    const members = [...this.#members.values()].flatMap((some) => [...some.values()]);
    return [...head(this.#name, this.#help, "histogram"), ...members.flatMap((member) => member.samples())];
  }
}

/** Asked for its values when somebody looks. */
export class Gauge implements Instrument {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => readonly (readonly [Labels, number])[];
  readonly #type: "gauge" | "counter";

  /** `counter`: somebody else counts, and the value only grows. */
  constructor(
    name: string,
    help: string,
    read: () => readonly (readonly [Labels, number])[],
    type: "gauge" | "counter" = "gauge",
  ) {
    this.#name = name;
    this.#help = help;
    this.#read = read;
    this.#type = type;
  }

  lines(): string[] {
    const samples = this.#read().map(([labels, value]) => sample(this.#name, labels, value));
    return [...head(this.#name, this.#help, this.#type), ...samples];
  }
}

/** Durations from 100 µs to 10 s, in seconds. */
export const secondBounds: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

function head(name: string, help: string, type: "counter" | "gauge" | "histogram"): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
