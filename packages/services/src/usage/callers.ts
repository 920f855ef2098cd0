import type { Ctx } from "../context.ts";

/** What those who call are named: people by their address, API keys and machine clients by what they are called. Who is gone has no name. */
export async function namesOfCallers(
  { db, organizationId }: Ctx,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = { in: [...new Set(subjects)] };
  const [people, keys, clients] = await Promise.all([
    db.user.findMany({ where: { id: ids }, select: { id: true, email: true } }),
    db.apiKey.findMany({ where: { id: ids, organizationId }, select: { id: true, name: true } }),
    db.oAuthClient.findMany({ where: { id: ids, organizationId }, select: { id: true, name: true } }),
  ]);
  return new Map([
    ...people.map(({ id, email }) => [id, email] as const),
    ...keys.map(({ id, name }) => [id, name] as const),
    ...clients.map(({ id, name }) => [id, name] as const),
  ]);
}
