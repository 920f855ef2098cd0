import { exportEvalSuite, importEvalSuite } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** The cases as a file that `portico eval run` takes. */
export const GET = rest<{ id: string }>(({ ctx, params }) => exportEvalSuite({ ctx, input: { serverId: params.id } }));
/** Takes the cases of such a file in, all or none. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  importEvalSuite({ ctx, input: { serverId: params.id, suite: body } }),
);
