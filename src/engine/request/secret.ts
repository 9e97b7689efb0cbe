import { Failure } from "../../failure.ts";

/** How many secrets there may be, and how long one may be, in bytes of UTF-8. */
export const maxSecrets = 10_000;
const maxSecretBytes = 32 * 1024;

const names = /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}$/;

/** Throws `invalid_argument`, without telling the value. */
export function checkSecret(name: string, value: string): void {
  if (!names.test(name))
    throw invalid(`"${name.slice(0, 200)}" is not a name for a secret`, "secret-name-invalid", {
      hint: "Use 1 to 128 letters, digits and _ . / -, a letter, digit or _ first",
    });
  if (value === "")
    throw invalid(`The value of the secret "${name}" is empty`, "secret-value-empty", {
      hint: "Give it on stdin, with --from-file, or at the prompt",
    });
  if (new TextEncoder().encode(value).length > maxSecretBytes)
    throw invalid(
      `The value of the secret "${name}" is longer than ${maxSecretBytes} bytes`,
      "secret-value-long",
    );
}

export function unknownSecret(name: string): Failure {
  return new Failure("not_found", `There is no secret "${name}"`, {
    reason: "secret-not-found",
    hint: "List the secrets to see their names",
  });
}

function invalid(message: string, reason: string, more: { readonly hint?: string } = {}): Failure {
  return new Failure("invalid_argument", message, { reason, ...more });
}
