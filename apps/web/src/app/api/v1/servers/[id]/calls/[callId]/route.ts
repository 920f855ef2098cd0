import { getCall } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string; callId: string }>(({ ctx, params }) =>
  getCall({ ctx, input: { serverId: params.id, id: params.callId } }),
);
