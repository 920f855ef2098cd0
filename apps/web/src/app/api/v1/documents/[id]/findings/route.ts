import { listFindings } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => listFindings({ ctx, input: { documentId: params.id } }));
