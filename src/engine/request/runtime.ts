/** For whoever puts a server together and may not look into the interpreter. */
export { runtimeText } from "../../workflow/runtime.ts";
