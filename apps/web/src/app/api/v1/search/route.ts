import { search } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `?q=`: servers, tools and documents that have these words. */
export const GET = rest(({ ctx, query }) => search({ ctx, input: { text: query.get("q") ?? "" } }));
