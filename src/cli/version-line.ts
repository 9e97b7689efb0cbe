import { commit, version } from "../config/version.ts";

/** What `pawl version` says to people. */
export function versionLine(): string {
  return `pawl ${version} (${commit}, ${process.platform} ${process.arch})`;
}
