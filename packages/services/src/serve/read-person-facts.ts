import type { Person } from "@portico/upstream";
import type { Deps } from "../context.ts";

/** What arguments can be of a person who calls. */
export async function readPersonFacts({ db }: Pick<Deps, "db">, userId: string): Promise<Person> {
  const user = await db.user.findUnique({
    where: { id: userId },
    select: { id: true, name: true, email: true, emailVerified: true },
  });
  // An address that nobody has proved to own is nobody's.
  return user ? { id: user.id, name: user.name, ...(user.emailVerified ? { email: user.email } : {}) } : {};
}
