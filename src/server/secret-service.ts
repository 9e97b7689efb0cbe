import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import { SecretService } from "../gen/pawl/v1/secret_pb.ts";
import type { Context } from "./context.ts";

/** Values come in and go no further than the engine: not into an answer, an error or the log. */
export function registerSecrets(router: ConnectRouter, { engine, log }: Context): void {
  router.service(SecretService, {
    async set({ name, value }) {
      const { created } = await engine.secrets.set(name, value);
      log("info", created ? "Secret created" : "Secret replaced", { name });
      return { created };
    },
    async list() {
      const secrets = await engine.secrets.list();
      return {
        secrets: secrets.map(({ name, createdAt, updatedAt }) => ({
          name,
          createdAt: timestampFromMs(createdAt),
          updatedAt: timestampFromMs(updatedAt),
        })),
      };
    },
    async delete({ name }) {
      await engine.secrets.delete(name);
      log("info", "Secret deleted", { name });
      return {};
    },
  });
}
