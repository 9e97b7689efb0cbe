/** Installed by `install.ts` outside the project: without types here. */
declare module "@restatedev/restate-sdk";
declare module "openworkflow";
declare module "openworkflow/sqlite";
