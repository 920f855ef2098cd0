import { reviewUpgrade, type UpgradeServerInput, upgradeServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

/**
 * What moving the draft to the document's current revision (or `?revision=3`) would change; `null` when it is there already. Of several
 * documents it is the first, or `?document=doc_…`.
 */
export const GET = rest<{ id: string }>(({ ctx, params, query }) =>
  reviewUpgrade({
    ctx,
    input: {
      id: params.id,
      document: query.get("document") ?? undefined,
      revision: query.get("revision") ?? undefined,
    },
  }),
);

/** Applies it to the draft: `{document?, revision?, lock?, take?: [{operation, field}], add?: [operation]}`. Publishing serves it. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  upgradeServer({ ctx, input: { ...body, id: params.id } as UpgradeServerInput }),
);
