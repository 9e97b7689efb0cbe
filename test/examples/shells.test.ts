import { setDefaultTimeout } from "bun:test";
import { openPawl } from "../conformance/pawl.ts";
import { shellExamples } from "./shells.ts";

setDefaultTimeout(30_000);
shellExamples(openPawl);
