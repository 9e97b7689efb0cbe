import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Glob } from "bun";

/** The root of this repository. */
export const root = resolve(import.meta.dir, "../..");

/** The specification's data; it is not part of this repository. */
export const specDirectory = resolve(root, process.env["OWS_SPEC_DIR"] ?? "../shared/spec");

export const specIsThere = existsSync(resolve(specDirectory, "ctk/features"));

export const whereToGetIt =
  `skipped: no specification at ${specDirectory}; get github.com/open-workflow-specification/specification at commit ` +
  "4d42471f555a6ccecf1946db9858bbf8b1ce2b43 and set OWS_SPEC_DIR";

/** Names and texts of the files that match, in order of name. */
export async function specFiles(pattern: string): Promise<{ name: string; text: string }[]> {
  const names = await Array.fromAsync(new Glob(pattern).scan(specDirectory));
  return await Promise.all(
    names.sort().map(async (name) => ({ name, text: await Bun.file(resolve(specDirectory, name)).text() })),
  );
}
