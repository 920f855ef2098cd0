import { resealSignIns } from "@portico/auth";
import { type Resealed, resealColumn } from "@portico/db";
import type { Deps } from "../context.ts";
import { modelKeyContext } from "../model/providers.ts";
import { valueContext } from "../profile/profile-value.ts";
import { credentialContext, refreshContext, tokenContext } from "../server/credential.ts";
import { secretContext } from "../sso/provider.ts";

/**
 * Seals everything that an earlier secret key sealed with the current one, after which the earlier one can go from PORTICO_SECRET_KEY. It may end
 * anywhere, run twice at once, and run while everything is in use.
 */
export async function resealSecrets({ db, vault }: Pick<Deps, "db" | "vault">): Promise<Resealed> {
  const stale = { not: { startsWith: vault.currentPrefix } };
  const behind = (after: string | undefined) => (after === undefined ? {} : { id: { gt: after } });
  const inOrder = { orderBy: { id: "asc" as const } };
  const counts: Resealed[] = [await resealSignIns(db, vault)];
  counts.push(
    await resealColumn(vault, {
      find: (after, take) => db.credential.findMany({ where: { sealed: stale, ...behind(after) }, ...inOrder, take }),
      id: ({ id }) => id,
      value: ({ serverId, scheme, sealed }) => ({ sealed, context: credentialContext(serverId, scheme) }),
      replace: ({ id, sealed: before, updatedAt }, sealed) =>
        db.credential.updateMany({ where: { id, sealed: before }, data: { sealed, updatedAt } }),
    }),
    await resealColumn(vault, {
      find: (after, take) => db.profileValue.findMany({ where: { sealed: stale, ...behind(after) }, ...inOrder, take }),
      id: ({ id }) => id,
      value: ({ profileId, userId, field, sealed }) => ({ sealed, context: valueContext(profileId, userId, field) }),
      replace: ({ id, sealed: before, updatedAt }, sealed) =>
        db.profileValue.updateMany({ where: { id, sealed: before }, data: { sealed, updatedAt } }),
    }),
    await resealColumn(vault, {
      find: (after, take) => db.ssoProvider.findMany({ where: { sealed: stale, ...behind(after) }, ...inOrder, take }),
      id: ({ id }) => id,
      value: ({ id, sealed }) => ({ sealed, context: secretContext(id) }),
      replace: ({ id, sealed: before, updatedAt }, sealed) =>
        db.ssoProvider.updateMany({ where: { id, sealed: before }, data: { sealed, updatedAt } }),
    }),
    await resealColumn(vault, {
      find: (after, take) =>
        db.modelProvider.findMany({ where: { sealed: stale, ...behind(after) }, ...inOrder, take }),
      id: ({ id }) => id,
      value: ({ sealed, ...row }) => ({ sealed: sealed ?? "", context: modelKeyContext(row) }),
      replace: ({ id, sealed: before, updatedAt }, sealed) =>
        db.modelProvider.updateMany({ where: { id, sealed: before }, data: { sealed, updatedAt } }),
    }),
  );
  for (const [column, contextOf] of [
    ["token", tokenContext],
    ["refreshToken", refreshContext],
  ] as const)
    counts.push(
      await resealColumn(vault, {
        find: (after, take) =>
          db.credential.findMany({ where: { [column]: stale, ...behind(after) }, ...inOrder, take }),
        id: ({ id }) => id,
        value: ({ id, setAt, [column]: sealed }) => ({
          sealed: sealed ?? "",
          context: contextOf({ kind: "credential", id, setAt }),
        }),
        replace: ({ id, updatedAt, [column]: before }, sealed) =>
          db.credential.updateMany({ where: { id, [column]: before }, data: { [column]: sealed, updatedAt } }),
      }),
      await resealColumn(vault, {
        find: (after, take) =>
          db.upstreamGrant.findMany({ where: { [column]: stale, ...behind(after) }, ...inOrder, take }),
        id: ({ id }) => id,
        value: ({ id, credentialId, userId, [column]: sealed }) => ({
          sealed: sealed ?? "",
          context: contextOf({ kind: "grant", id, credentialId, userId }),
        }),
        replace: ({ id, [column]: before }, sealed) =>
          db.upstreamGrant.updateMany({ where: { id, [column]: before ?? "" }, data: { [column]: sealed } }),
      }),
    );
  return {
    done: counts.reduce((sum, { done }) => sum + done, 0),
    lost: counts.reduce((sum, { lost }) => sum + lost, 0),
  };
}
