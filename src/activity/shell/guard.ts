import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from "node:fs";
import { standardError, WorkflowFault } from "../../dsl/error.ts";

/*
 * A named pipe which every watcher holds open for writing. After a kill -9 the next server reads it to its end, and so
 * knows that the watchers of the one before have killed their groups: only then may an activity run again.
 */

const deadlineMs = 10_000;
const guards = new Map<string, Promise<number>>();

/** The descriptor that is handed to watchers. Faults with a runtime error when earlier processes do not end. */
export async function guardDescriptor(path: string): Promise<number> {
  const opening = guards.get(path) ?? open(path);
  guards.set(path, opening);
  try {
    return await opening;
  } catch (error) {
    guards.delete(path);
    throw error;
  }
}

async function open(path: string): Promise<number> {
  await awaitPredecessors(path);
  rmSync(path, { force: true });
  const { dlopen, ptr } = await import("bun:ffi");
  const library = process.platform === "linux" ? "libc.so.6" : "libSystem.B.dylib";
  const libc = dlopen(library, { mkfifo: { args: ["ptr", "u32"], returns: "i32" } });
  if (libc.symbols.mkfifo(ptr(Buffer.from(`${path}\0`)), 0o600) !== 0)
    throw new WorkflowFault(standardError("runtime", `No named pipe could be made at "${path}"`));
  // For reading too: opening it for writing alone would wait for a reader.
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

async function awaitPredecessors(path: string): Promise<void> {
  const descriptor = openExisting(path);
  if (descriptor === undefined) return;
  try {
    if (fstatSync(descriptor).isFIFO() && isHeld(descriptor)) await awaitEnd(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Asked first, since the end of a pipe that nobody has held since it was opened is no event. */
function isHeld(descriptor: number): boolean {
  try {
    return readSync(descriptor, new Uint8Array(1)) > 0;
  } catch (error) {
    if ((error as { code?: string }).code === "EAGAIN") return true;
    throw error;
  }
}

async function awaitEnd(descriptor: number): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, deadlineMs, "late");
  });
  const reader = Bun.file(descriptor).stream().getReader();
  try {
    if ((await Promise.race([reader.read(), late])) === "late")
      throw new WorkflowFault(
        standardError(
          "runtime",
          "Processes that an earlier server started are still there; end them and try again",
        ),
      );
  } finally {
    clearTimeout(timer);
    await reader.cancel();
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
