import { setDefaultTimeout } from "bun:test";
import { openPawl } from "../conformance/pawl.ts";
import { serviceExamples } from "./services.ts";

setDefaultTimeout(30_000);
serviceExamples(openPawl);
