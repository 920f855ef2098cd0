import type { Account } from "@portico/services";
import { runtime } from "./runtime.ts";
import { origin, requirePerson } from "./session.ts";

/** The signed-in person as the verbs about their own account take them. */
export async function requireAccount(): Promise<Account & { sessionId: string }> {
  const person = await requirePerson();
  const { deps } = await runtime();
  return { ...deps, userId: person.id, sessionId: person.sessionId, ...(await origin()) };
}
