import { getRequestLimits, setRequestLimits } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(({ ctx }) => getRequestLimits({ ctx }));

export const PUT = rest(({ ctx, body }) => setRequestLimits({ ctx, input: body }));
