import { listMembers } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(async ({ ctx }) => ({ items: await listMembers({ ctx }), nextCursor: null }));
