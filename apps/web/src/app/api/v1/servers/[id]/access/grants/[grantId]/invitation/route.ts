import { inviteGuest } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest<{ id: string; grantId: string }>(({ ctx, params }) =>
  inviteGuest({ ctx, input: { serverId: params.id, grantId: params.grantId } }),
);
