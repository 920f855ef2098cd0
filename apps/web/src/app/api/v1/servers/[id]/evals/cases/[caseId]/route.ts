import { removeEvalCase, updateEvalCase } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; caseId: string };

export const PATCH = rest<Params>(({ ctx, params: { id, caseId }, body }) =>
  updateEvalCase({ ctx, input: { ...body, serverId: id, id: caseId } }),
);
export const DELETE = rest<Params>(({ ctx, params: { id, caseId } }) =>
  removeEvalCase({ ctx, input: { serverId: id, id: caseId } }),
);
