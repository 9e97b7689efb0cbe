/** Program: a server in small; it runs one shell activity, and the test kills it. */
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, shellRequest } from "../context.ts";

const [, , command = "", processGuard] = process.argv;
const { policy } = contextWith();
await runActivity(
  shellRequest(command),
  contextWith({ policy: { ...policy, ...(processGuard === undefined ? {} : { processGuard }) } }),
);
