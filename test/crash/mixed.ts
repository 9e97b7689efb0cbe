import { definition } from "../cli/pawl.ts";

/** Workflows of all kinds of waiting: each asks for certain paths, which are told by its execution's id. */
export function mixed(origin: string): string {
  const post = (step: string, depth = 0) =>
    [
      `- ${step}:`,
      "    call: http",
      "    with:",
      "      method: post",
      `      endpoint: '${origin}/{of}/${step}'`,
    ]
      .map((line) => " ".repeat(2 + depth) + line)
      .join("\n");
  const id = "  - id: { set: { of: '${ $workflow.id }' } }";
  const done = "  - done: { set: { done: true } }";
  const nap = (ms: number) => `  - nap: { wait: { milliseconds: ${ms} } }`;
  const fork = [
    "  - both:",
    "      fork:",
    "        branches:",
    ...["a", "b", "c"].map((step) => post(step, 8)),
  ];
  const loop = [
    "  - each:",
    "      for: { each: n, in: '[1, 2, 3]' }",
    "      do:",
    "        - visit:",
    "            call: http",
    "            with:",
    "              method: post",
    `              endpoint: '\${ "${origin}/\\($workflow.id)/item\\($n)" }'`,
  ];
  const child = "  - below: { run: { workflow: { namespace: default, name: chain, version: 1.0.0 } } }";
  const shell = "  - say: { run: { shell: { command: 'echo said' } } }";
  const workflows: Record<string, string[]> = {
    chain: [id, post("first"), nap(150), id.replace("id:", "still:"), post("second"), done],
    fork: [id, ...fork, done],
    loop: [...loop, done],
    naps: [nap(900), id, post("late"), done],
    family: [child, id, post("after"), done],
    shell: [shell, id, post("after"), done],
  };
  return Object.entries(workflows)
    .map(([name, tasks]) => definition(name, tasks.join("\n")))
    .join("---\n");
}

/** Which workflow an execution runs: shells are few. */
export function nameOf(id: string): string {
  const n = Number(id.split("-")[1]);
  return n % 100 === 99 ? "shell" : (["chain", "fork", "loop", "naps", "family"][n % 5] ?? "");
}

/** The paths that an execution asks for, those of its child left out. */
export function urlsOf(id: string): string[] {
  const steps: Record<string, string[]> = {
    chain: ["first", "second"],
    fork: ["a", "b", "c"],
    loop: ["item1", "item2", "item3"],
    naps: ["late"],
    family: ["after"],
    shell: ["after"],
  };
  return (steps[nameOf(id)] ?? []).map((step) => `/${id}/${step}`);
}
