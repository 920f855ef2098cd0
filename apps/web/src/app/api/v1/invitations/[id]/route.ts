import { revokeInvitation } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const DELETE = rest<{ id: string }>(({ ctx, params }) => revokeInvitation({ ctx, input: params }));
