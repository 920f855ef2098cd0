import { authorize } from "../access.ts";
import type { Call } from "../context.ts";

export interface ApiKeyView {
  id: string;
  name: string;
  start: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

/** The organization's keys that are not revoked, newest first. */
export async function listApiKeys({ ctx }: Pick<Call<never>, "ctx">): Promise<ApiKeyView[]> {
  authorize(ctx, "apiKey.manage");
  return ctx.db.apiKey.findMany({
    where: { organizationId: ctx.organizationId, revokedAt: null },
    select: { id: true, name: true, start: true, createdAt: true, expiresAt: true, lastUsedAt: true },
    orderBy: { createdAt: "desc" },
  });
}
