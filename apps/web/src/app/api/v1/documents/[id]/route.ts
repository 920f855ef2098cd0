import { getDocument, watchDocument } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => getDocument({ ctx, input: params }));
/** How often its link is looked at again. */
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  watchDocument({ ctx, input: { ...body, id: params.id } as Parameters<typeof watchDocument>[0]["input"] }),
);
