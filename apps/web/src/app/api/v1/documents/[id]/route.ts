import { getDocument } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => getDocument({ ctx, input: params }));
