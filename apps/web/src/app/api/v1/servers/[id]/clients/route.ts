import { previewClients } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => previewClients({ ctx, input: { serverId: params.id } }));
