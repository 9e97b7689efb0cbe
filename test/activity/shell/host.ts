/** Program: a server in small; it runs one shell activity, and the test kills it. */
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, shellRequest } from "../context.ts";

await runActivity(shellRequest(process.argv[2] ?? ""), contextWith());
