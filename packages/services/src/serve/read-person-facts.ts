import type { Person } from "@portico/upstream";
import type { Deps } from "../context.ts";
import { knownAddress } from "../person/known-address.ts";

/** What arguments can be of a person who calls a server of an organization. */
export async function readPersonFacts(
  deps: Pick<Deps, "db">,
  { userId, organizationId }: { userId: string; organizationId: string },
): Promise<Person> {
  const [user, email] = await Promise.all([
    deps.db.user.findUnique({ where: { id: userId }, select: { id: true, name: true } }),
    knownAddress(deps, { userId, organizationId }),
  ]);
  return user ? { id: user.id, name: user.name, ...(email === null ? {} : { email }) } : {};
}
