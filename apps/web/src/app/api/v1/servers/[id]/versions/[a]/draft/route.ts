import { type RestoreDraftInput, restoreDraft, reviewRestore } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What of the draft would be lost if it were made what this version was made of. */
export const GET = rest<{ id: string; a: string }>(({ ctx, params }) =>
  reviewRestore({ ctx, input: { id: params.id, version: params.a } }),
);

/** Makes it that: `{lock?}`. Publishing serves it. */
export const POST = rest<{ id: string; a: string }>(({ ctx, params, body }) =>
  restoreDraft({ ctx, input: { ...body, id: params.id, version: params.a } as RestoreDraftInput }),
);
