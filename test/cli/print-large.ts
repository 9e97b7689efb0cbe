/** Program: prints 10 MiB with the printer, as a verb would. */
import { Printer } from "../../src/cli/printer.ts";

const printer = new Printer();
const line = "x".repeat(1023);
for (let printed = 0; printed < 10_240; printed++) printer.line(line);
const code = await printer.flush().then(
  () => 0,
  (error: Error) => {
    console.error(error.message);
    return 1;
  },
);
process.exit(code);
