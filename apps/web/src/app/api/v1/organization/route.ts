import { getOrganization, renameOrganization } from "@portico/services";
import { endOrganization } from "@/server/end-organization.ts";
import { rest } from "@/server/rest.ts";

export const GET = rest(({ ctx }) => getOrganization({ ctx }));

export const PATCH = rest(({ ctx, body }) => renameOrganization({ ctx, input: body as { name: string } }));

/** The body of a DELETE is dropped by some proxies: the slug that confirms it stands in the query. */
export const DELETE = rest(({ ctx, query }) => endOrganization(ctx, query.get("slug") ?? ""));
