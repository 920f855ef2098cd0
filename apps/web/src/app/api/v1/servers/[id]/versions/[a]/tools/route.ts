import { listVersionTools } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** The tools of a version, as clients get them: their names, what they call, and what they take. */
export const GET = rest<{ id: string; a: string }>(async ({ ctx, params }) => ({
  items: await listVersionTools({ ctx, input: { id: params.id, version: params.a } }),
  nextCursor: null,
}));
