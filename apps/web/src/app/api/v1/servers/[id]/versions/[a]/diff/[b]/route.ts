import { diffVersions } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string; a: string; b: string }>(({ ctx, params: { id, a, b } }) =>
  diffVersions({ ctx, input: { id, before: a, after: b } }),
);
