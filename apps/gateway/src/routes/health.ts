import type { Deps } from "@portico/services";
import type { FastifyPluginAsync } from "fastify";

const DATABASE_MS_MAX = 2_000;

/** /healthz: the process lives. /readyz: it can serve, which it cannot without the database or while it drains. */
export function healthRoutes({ deps }: { deps: Pick<Deps, "db"> }): FastifyPluginAsync {
  return async (app) => {
    let isClosing = false;
    app.addHook("preClose", async () => {
      isClosing = true;
    });
    app.get("/healthz", async () => ({ status: "ok" }));
    app.get("/readyz", async (_request, reply) => {
      if (isClosing) return reply.code(503).send({ status: "closing" });
      const answered = await Promise.race([
        deps.db.$queryRaw`SELECT 1`.then(
          () => true,
          () => false,
        ),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), DATABASE_MS_MAX).unref()),
      ]);
      return answered ? { status: "ready" } : reply.code(503).send({ status: "database unreachable" });
    });
  };
}
