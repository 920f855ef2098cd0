import { getQuotaUse } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(({ ctx }) => getQuotaUse({ ctx }));
