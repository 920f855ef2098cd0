import { summarizeUsage } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => summarizeUsage({ ctx, input: { serverId: params.id } }));
