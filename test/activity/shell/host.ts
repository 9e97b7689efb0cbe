// A server in small: runs one shell activity, and is killed by the test.
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, shellRequest } from "../context.ts";

await runActivity(shellRequest(process.argv[2] ?? ""), contextWith());
