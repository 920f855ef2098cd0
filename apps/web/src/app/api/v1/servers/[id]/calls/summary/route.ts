import { summarizeCalls } from "@portico/services";
import { callFilterOf } from "@/server/call-filter.ts";
import { rest } from "@/server/rest.ts";

/** Calls and errors in steps of `range`, and why calls failed, with the filters of the list. */
export const GET = rest<{ id: string }>(({ ctx, params, query }) =>
  summarizeCalls({ ctx, input: callFilterOf(query, params.id) }),
);
