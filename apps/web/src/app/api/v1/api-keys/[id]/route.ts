import { revokeApiKey } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const DELETE = rest<{ id: string }>(({ ctx, params }) => revokeApiKey({ ctx, input: params }));
