import { resendInvitation } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest<{ id: string }>(({ ctx, params }) => resendInvitation({ ctx, input: params }));
