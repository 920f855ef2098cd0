import { authorize } from "../access.ts";
import type { Call } from "../context.ts";

/** Acts for people who come back to it, for people who type its code, or for itself. */
const KINDS = ["app", "device", "machine"] as const;
type OAuthClientKind = (typeof KINDS)[number];

export interface OAuthClientView {
  id: string;
  clientId: string;
  name: string;
  kind: OAuthClientKind;
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
  return rows.map((row) => ({ ...row, kind: KINDS.find((kind) => kind === row.kind) ?? "app" }));
}
