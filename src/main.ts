import { dispatch } from "./cli/dispatch.ts";

/** The only way out of the process. */
function exit(code: number): never {
  process.exit(code);
}

exit(await dispatch(process.argv.slice(2), exit));
