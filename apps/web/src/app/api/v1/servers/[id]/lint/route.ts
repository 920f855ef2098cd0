import { lintServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** How well models can choose and call the tools of the draft, and what to do about it. */
export const GET = rest<{ id: string }>(({ ctx, params }) => lintServer({ ctx, input: { serverId: params.id } }));
