import { readFileSync } from "node:fs";

/** Whether the terminal is ours to draw on, as far as it is known: a job in the background writes between the shell's lines. */
export function isForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // Behind the name, which may hold anything: state, parent, group, session, terminal, the terminal's group.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return foreground === "-1" || foreground === group;
  } catch {
    return true;
  }
}

/** Calls back before Ctrl-Z stops this process, and when it goes on; answers how to end that. */
export function onSuspend(forget: () => void): () => void {
  const stop = () => {
    forget();
    process.kill(process.pid, "SIGSTOP");
  };
  process.on("SIGTSTP", stop);
  process.on("SIGCONT", forget);
  return () => {
    process.off("SIGTSTP", stop);
    process.off("SIGCONT", forget);
  };
}
