/** Program: one HTTP call in a process of its own, whose environment the test chooses. */
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, httpRequest } from "../context.ts";

console.log(JSON.stringify(await runActivity(httpRequest(process.argv[2] ?? ""), contextWith())));
