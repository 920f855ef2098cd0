import { type Person, readPerson } from "@portico/auth";
import { actIn, type Ctx, hasOwner, listMemberships, type Membership } from "@portico/services";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { runtime } from "./runtime.ts";

/**
 * Who looks at this page, or null. Asked once a request, however many components ask. The page that a server action draws anew is of
 * the session that the action began: its cookie is in the jar, and not among the headers that came.
 */
export const currentPerson = cache(async (): Promise<Person | null> => {
  const { people } = await runtime();
  const asked = new Headers(await headers());
  asked.set("cookie", (await cookies()).toString());
  return readPerson(people, asked);
});

/** Where a request came from, for the audit log: the gateway in front says so, whatever a client claims. */
export async function origin(incoming?: Headers): Promise<{ ip?: string }> {
  const ip = (incoming ?? (await headers())).get("x-forwarded-for")?.split(",")[0]?.trim();
  // An IPv4 address on a socket that takes both kinds (RFC 4291 §2.5.5.2).
  return ip ? { ip: ip.replace(/^::ffff:(?=\d+\.)/i, "") } : {};
}

export interface Session {
  person: Person;
  membership: Membership;
  memberships: Membership[];
  ctx: Ctx;
}

/** The signed-in person, of whatever organization or of none; sends everybody else to sign in, and then back. */
export async function requirePerson(): Promise<Person> {
  const person = await currentPerson();
  if (person) return person;
  if (!(await hasOwner((await runtime()).deps))) redirect("/setup");
  const path = (await headers()).get("x-portico-path") ?? "/";
  redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
}

/** The signed-in person and their organization; sends everybody else to the page where they can become that. */
export const requireSession = cache(async (): Promise<Session> => {
  const { deps } = await runtime();
  const person = await requirePerson();
  const memberships = await listMemberships(deps, person.id);
  const membership =
    memberships.find(({ organizationId }) => organizationId === person.activeOrganizationId) ?? memberships[0];
  if (!membership) redirect("/no-organization");
  return {
    person,
    membership,
    memberships,
    ctx: actIn(deps, {
      organizationId: membership.organizationId,
      actor: { type: "user", id: person.id, role: membership.role },
      ...(await origin()),
    }),
  };
});
