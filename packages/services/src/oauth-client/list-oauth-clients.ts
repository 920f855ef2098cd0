import { authorize } from "../access.ts";
import type { Call } from "../context.ts";

export interface OAuthClientView {
  id: string;
  clientId: string;
  name: string;
  kind: "app" | "machine";
  redirectUris: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** The clients that the organization made and has not revoked, newest first. */
export async function listOAuthClients({ ctx }: Pick<Call<never>, "ctx">): Promise<OAuthClientView[]> {
  authorize(ctx, "apiKey.manage");
  const rows = await ctx.db.oAuthClient.findMany({
    where: { organizationId: ctx.organizationId, revokedAt: null },
    select: {
      id: true,
      clientId: true,
      name: true,
      kind: true,
      redirectUris: true,
      createdAt: true,
      lastUsedAt: true,
    },
    orderBy: { createdAt: "desc" },
  });
  return rows.map((row) => ({ ...row, kind: row.kind === "machine" ? "machine" : "app" }));
}
