import { type Person, readPerson } from "@portico/auth";
import { type Ctx, hasOwner, listMemberships, type Membership } from "@portico/services";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { runtime } from "./runtime.ts";

/** Who looks at this page, or null. Asked once a request, however many components ask. */
export const currentPerson = cache(async (): Promise<Person | null> => {
  const { people } = await runtime();
  return readPerson(people, await headers());
});

export interface Session {
  person: Person;
  membership: Membership;
  memberships: Membership[];
  ctx: Ctx;
}

/** The signed-in person and their organization; sends everybody else to the page where they can become that. */
export const requireSession = cache(async (): Promise<Session> => {
  const { deps } = await runtime();
  const person = await currentPerson();
  if (!person) {
    if (!(await hasOwner(deps))) redirect("/setup");
    const path = (await headers()).get("x-portico-path") ?? "/";
    redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
  }
  const memberships = await listMemberships(deps, person.id);
  const membership =
    memberships.find(({ organizationId }) => organizationId === person.activeOrganizationId) ?? memberships[0];
  if (!membership) redirect("/no-organization");
  return {
    person,
    membership,
    memberships,
    ctx: {
      ...deps,
      organizationId: membership.organizationId,
      actor: { type: "user", id: person.id, role: membership.role },
    },
  };
});
