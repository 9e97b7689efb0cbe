import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { ShellRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { cutOff } from "../cut-off.ts";
import { Capture } from "./capture.ts";
import { type GroupProcess, startGroup } from "./group.ts";

/** How long a command may take to end after SIGTERM. */
const terminationGraceMs = 2000;

/**
 * `run: shell` (dsl-reference.md "Shell Process"): `/bin/sh -c`, with what it printed as output, but for closing line ends. A
 * non-zero exit is a runtime error unless `return` asks for it (`code`, `all`) or for what was said about it (`stderr`).
 * What the command leaves running is killed when it ends.
 */
export async function runShell(request: ShellRequest, context: ActivityContext): Promise<Json> {
  const { signal, policy } = context;
  if (signal.aborted) throw cutOff(signal);
  const group = await startGroup({
    command: withArguments(request.command, request.arguments),
    arguments: request.arguments,
    environment: { ...policy.environment, ...request.environment },
    directory: policy.directory,
    graceMs: terminationGraceMs,
    ...(policy.processGuard === undefined ? {} : { guard: policy.processGuard }),
    ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
  });
  const wanted = wantedStreams[request.return];
  const stdout = new Capture("stdout", wanted.stdout ? policy.maxBytes : 0, context.log);
  const stderr = new Capture("stderr", wanted.stderr ? policy.maxBytes : 0, context.log);
  const terminate = () => group.terminate();
  signal.addEventListener("abort", terminate, { once: true });
  try {
    const code = await supervise(group, stdout, stderr);
    if (signal.aborted) throw cutOff(signal);
    return result(request.return, code, stdout, stderr);
  } finally {
    signal.removeEventListener("abort", terminate);
    group.close();
  }
}

const wantedStreams = {
  stdout: { stdout: true, stderr: false },
  stderr: { stdout: false, stderr: true },
  all: { stdout: true, stderr: true },
  code: { stdout: false, stderr: false },
  none: { stdout: false, stderr: false },
} as const;

/** Ruling 16: a command that does not mention its positional parameters gets them appended. */
function withArguments(command: string, values: readonly string[]): string {
  const mentioned = /\$(?:[1-9@*#]|\{#?[1-9@*#])/.test(command);
  return values.length === 0 || mentioned ? command : `${command.trimEnd()} "$@"`;
}

/** Reads both outputs until the group is gone; resolves with the command's exit code. */
async function supervise(group: GroupProcess, stdout: Capture, stderr: Capture): Promise<number> {
  const reading = Promise.all([stdout.read(group.stdout), stderr.read(group.stderr)]);
  const overflow = reading.then(() => new Promise<never>(() => {}));
  overflow.catch(() => {});
  const code = await Promise.race([group.exited, overflow]);
  group.killAll();
  await group.drained(reading);
  return code;
}

function result(form: ShellRequest["return"], code: number, stdout: Capture, stderr: Capture): Json {
  switch (form) {
    case "all":
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    case "code":
      return code;
    case "stderr":
      return stderr.text();
    case "stdout":
    case "none":
      if (code !== 0) throw failed(code, stderr.tail());
      return form === "none" ? null : stdout.text();
  }
}

function failed(code: number, tail: string): WorkflowFault {
  const said = tail === "" ? "" : `: ${tail}`;
  return new WorkflowFault(standardError("runtime", `The command ended with exit code ${code}${said}`));
}
