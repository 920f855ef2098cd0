import { listEvalCases, type SaveEvalCaseInput, saveEvalCase } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listEvalCases({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  saveEvalCase({ ctx, input: { ...body, serverId: params.id } as SaveEvalCaseInput }),
);
