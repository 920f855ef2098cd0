import { listDiagnostics } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => listDiagnostics({ ctx, input: { serverId: params.id } }));
