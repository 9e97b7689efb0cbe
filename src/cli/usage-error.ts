import { Failure } from "../failure.ts";

/** A command line that cannot be understood: exit 2. The hint defaults to the verb's help. */
export function usageError(message: string, verb: string, hint?: string): Failure {
  const help = verb === "" ? "pawl --help" : `pawl ${verb} --help`;
  return new Failure("invalid_argument", message, {
    reason: "usage",
    hint: hint === undefined ? `Run \`${help}\` for what is possible` : hint,
  });
}
