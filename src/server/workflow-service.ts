import type { ConnectRouter } from "@connectrpc/connect";
import { parseDefinitions } from "../dsl/definition.ts";
import type { AppliedWorkflow, WorkflowRef } from "../engine/engine.ts";
import { Failure } from "../failure.ts";
import {
  AppliedWorkflow_Action,
  type WorkflowRef as WorkflowRefMessage,
  WorkflowService,
} from "../gen/pawl/v1/workflow_pb.ts";
import type { Context } from "./context.ts";
import { toDiagnosticMessage } from "./failures.ts";
import { toWorkflow } from "./messages.ts";

/** How many workflows one list holds unless asked for fewer. */
const maxListed = 10_000;

export function registerWorkflows(router: ConnectRouter, { engine }: Context): void {
  router.service(WorkflowService, {
    async apply(request) {
      const applied = await engine.apply(request.sources, { dryRun: request.dryRun });
      return {
        workflows: applied.map(({ action, warnings, ...workflow }) => ({
          workflow,
          action: actions[action],
          warnings: [...warnings],
        })),
      };
    },
    async get(request) {
      return { workflow: toWorkflow(await engine.getWorkflow(toRef(request.workflow)), { withText: true }) };
    },
    async list(request) {
      const views = await engine.listWorkflows({
        ...(request.namespace === "" ? {} : { namespace: request.namespace }),
        ...(request.name === "" ? {} : { name: request.name }),
        allVersions: request.allVersions,
        limit: Math.min(request.limit || maxListed, maxListed),
      });
      return { workflows: views.map((view) => toWorkflow(view, { withText: false })) };
    },
    async export({ namespace, workflows }) {
      const views = await engine.exportWorkflows({
        ...(namespace !== "" && { namespace }),
        ...(workflows.length > 0 && { workflows: workflows.map(toRef) }),
      });
      return { workflows: views.map((view) => toWorkflow(view, { withText: true })) };
    },
    async delete(request) {
      return { deleted: await engine.deleteWorkflow(toRef(request.workflow)) };
    },
    async validate({ sources }) {
      const here = () => sources.flatMap(({ file, text }) => parseDefinitions(file, text).diagnostics);
      const diagnostics = (await engine.check?.(sources)) ?? here();
      return { diagnostics: diagnostics.map(toDiagnosticMessage) };
    },
  });
}

/** A reference from outside. Throws `invalid_argument` without a name. */
export function toRef(message: WorkflowRefMessage | undefined): WorkflowRef {
  if (message === undefined || message.name === "") {
    throw new Failure("invalid_argument", "The workflow's name is missing");
  }
  const { namespace, name, version } = message;
  return {
    namespace: namespace === "" ? "default" : namespace,
    name,
    ...(version === "" ? {} : { version }),
  };
}

const actions: Record<AppliedWorkflow["action"], AppliedWorkflow_Action> = {
  created: AppliedWorkflow_Action.CREATED,
  configured: AppliedWorkflow_Action.CONFIGURED,
  unchanged: AppliedWorkflow_Action.UNCHANGED,
};
