/** `buf breaking` against the last tag; without a tag there is nothing to break. */
import { resolve } from "node:path";

const cwd = resolve(import.meta.dir, "..");
const tag = Bun.spawnSync(["git", "describe", "--tags", "--abbrev=0"], { cwd, stderr: "ignore" });
if (tag.exitCode !== 0) {
  console.log("no tag yet: no API to stay compatible with");
} else {
  const against = `.git#tag=${tag.stdout.toString().trim()}`;
  process.exit(
    Bun.spawnSync(["buf", "breaking", "--against", against], { cwd, stdio: ["ignore", "inherit", "inherit"] })
      .exitCode,
  );
}
