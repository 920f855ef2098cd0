import { publishServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest<{ id: string }>(({ ctx, params }) => publishServer({ ctx, input: params }));
