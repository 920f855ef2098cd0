import { revokeOAuthClient } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const DELETE = rest<{ id: string }>(({ ctx, params }) => revokeOAuthClient({ ctx, input: params }));
