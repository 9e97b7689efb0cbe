/** One step with its block of text, if it has one. */
export interface Step {
  /** Without its keyword, and without the colon before a block. */
  readonly text: string;
  readonly block?: string;
  /** From 1. */
  readonly line: number;
}

export interface Scenario {
  readonly feature: string;
  readonly name: string;
  readonly steps: readonly Step[];
}

/**
 * Reads the part of Gherkin that the Conformance Test Kit is written in: a feature, scenarios, steps, blocks of text
 * between `"""`. Throws at a line that is none of these.
 */
export function readFeature(text: string): Scenario[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const scenarios: { feature: string; name: string; steps: Step[] }[] = [];
  let feature = "";
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    const heading = /^(Feature|Scenario):\s*(.+)$/.exec(line);
    const steps = scenarios.at(-1)?.steps;
    if (heading?.[1] === "Feature") feature = heading[2]!;
    else if (heading) scenarios.push({ feature, name: heading[2]!, steps: [] });
    else if (steps !== undefined) {
      const step = /^(?:Given|When|Then|And|But|\*)\s+(.+?):?$/.exec(line);
      if (step === null) throw new Error(`Line ${at + 1} is not a step: ${line}`);
      const block = readBlock(lines, at + 1);
      steps.push({ text: step[1]!, line: at + 1, ...(block === undefined ? {} : { block: block.text }) });
      at = block?.end ?? at;
    }
    // Anything before the first scenario is the feature's description.
  }
  return scenarios;
}

/** The block that begins at `start`, without the indentation of its opening line. */
function readBlock(lines: readonly string[], start: number): { text: string; end: number } | undefined {
  const opening = /^(\s*)"""\w*\s*$/.exec(lines[start] ?? "");
  if (opening === null) return undefined;
  const indent = opening[1]!.length;
  const end = lines.findIndex((line, at) => at > start && line.trim() === '"""');
  if (end < 0) throw new Error(`The block in line ${start + 1} has no end`);
  const inner = lines.slice(start + 1, end).map((line) => line.slice(Math.min(indent, line.search(/\S|$/))));
  return { text: `${inner.join("\n")}\n`, end };
}
