/** Other programs that find or start one server per user, and how to ask theirs; each on state of its own. */
import { join } from "node:path";
import { executable } from "./server.ts";

/** A command line in a directory of its own, which is new for every cold start. */
export type Command = (state: string) => readonly string[];

export interface Peer {
  readonly name: string;
  readonly version: readonly string[];
  /** Asks the server, which runs; undefined where the program has none. */
  readonly warm: Command;
  /** Asks the server, and starts it when there is none. */
  readonly cold?: Command;
  readonly stop?: Command;
}

const tmux = (state: string) => ["tmux", "-f", "/dev/null", "-S", join(state, "s")];
const watchman = (state: string) => [
  "watchman",
  ...["sockname", "logfile", "statefile", "pidfile"].map((file) => `--${file}=${join(state, file)}`),
];

export const peers: readonly Peer[] = [
  { name: "/bin/true", version: ["/bin/true", "--version"], warm: () => ["/bin/true"] },
  {
    name: "tmux",
    version: ["tmux", "-V"],
    warm: (state) => [...tmux(state), "show-options", "-s", "exit-empty"],
    // Without this option it ends at once, for want of a session.
    cold: (state) => [...tmux(state), "start-server", ";", "set-option", "-s", "exit-empty", "off"],
    stop: (state) => [...tmux(state), "kill-server"],
  },
  {
    name: "gpg-agent",
    version: ["gpg-agent", "--version"],
    warm: (state) => ["gpg-connect-agent", "--homedir", state, "/bye"],
    cold: (state) => ["gpg-connect-agent", "--homedir", state, "/bye"],
    stop: (state) => ["gpgconf", "--homedir", state, "--kill", "gpg-agent"],
  },
  {
    name: "watchman",
    version: ["watchman", "--version"],
    warm: (state) => [...watchman(state), "version"],
    cold: (state) => [...watchman(state), "version"],
    stop: (state) => [...watchman(state), "shutdown-server"],
  },
  {
    name: "docker --version (no engine)",
    version: ["docker", "--version"],
    warm: () => ["docker", "--version"],
  },
];

const home = (state: string) => ["--home", join(state, "home")];

/** Ours: the same executable, asked for more and more. */
export const ours: readonly (Peer & { readonly bar: number })[] = [
  {
    name: "pawl server status",
    version: [executable, "version"],
    warm: (state) => [executable, "server", "status", ...home(state)],
    bar: 2,
  },
  {
    name: "pawl get workflows",
    version: [executable, "version"],
    warm: (state) => [executable, "get", "workflows", ...home(state)],
    cold: (state) => [executable, "get", "workflows", ...home(state)],
    stop: (state) => [executable, "server", "stop", ...home(state)],
    bar: 4,
  },
];
