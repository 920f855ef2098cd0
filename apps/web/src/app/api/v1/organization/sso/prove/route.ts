import { proveSsoDomains } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

export const POST = rest(async ({ ctx }) => proveSsoDomains({ ctx }, (await runtime()).domainProof));
