/** Installed by `install.ts` outside the project: without types here. */
declare module "@restatedev/restate-sdk";
declare module "@temporalio/activity";
declare module "@temporalio/client";
declare module "@temporalio/worker";
declare module "@temporalio/workflow";
declare module "openworkflow";
declare module "openworkflow/sqlite";
