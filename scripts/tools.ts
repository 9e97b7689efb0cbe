/** The programs of the system that tests use, and the Debian packages that hold them. */
const tools: readonly [program: string, debianPackages: string][] = [
  ["strace", "strace"],
  ["unshare", "util-linux"],
  ["nsenter", "util-linux"],
  ["setpriv", "util-linux"],
  ["prlimit", "util-linux"],
  ["setsid", "util-linux"],
  ["script", "bsdutils"],
  ["mount", "mount"],
  ["make", "make"],
  ["ps", "procps"],
  ["python3", "python3"],
  ["openssl", "openssl"],
  ["cc", "gcc libc6-dev"],
  ["zsh", "zsh"],
  ["fish", "fish"],
];

/**
 * Finds the programs; installs the missing ones where that can be done without a question (root on Debian). What stays
 * missing is named, and the tests that need it skip themselves by name, except in CI, where they fail.
 */
export function installTools(): void {
  const missing = tools.filter(([program]) => Bun.which(program) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap(([, debianPackages]) => debianPackages.split(" ")))];
  if (process.platform === "linux" && process.getuid?.() === 0 && Bun.which("apt-get") !== null) {
    const apt = (...words: string[]) =>
      Bun.spawnSync(["apt-get", "-qq", ...words], {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      }).exitCode;
    if (apt("update") === 0 && apt("install", "-y", "--no-install-recommends", ...packages) === 0) return;
  }
  console.error(
    `check: not found: ${missing.map(([program]) => program).join(", ")}; install ${packages.join(" ")}`,
  );
}
