/**
 * What the executable carries for Temporal; the build puts it here (`scripts/temporal-sdk.ts`). Undefined when the sources
 * run uncompiled: then the SDK finds its addon in `node_modules`, and whoever makes the engine gives it the workflows.
 */
export const addon: EmbeddedAddon | undefined = undefined as EmbeddedAddon | undefined;
export const workflowCode: string | undefined = undefined as string | undefined;

/** The SDK's native part. */
export interface EmbeddedAddon {
  /** Where it is, within the executable; compressed by Zstandard. */
  readonly file: string;
  /** SHA-256 (hex) of what is in it. */
  readonly hash: string;
}
