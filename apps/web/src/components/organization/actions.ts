"use server";

import { chooseOrganization, createOrganization, type OrganizationView, renameOrganization } from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { endOrganization } from "@/server/end-organization.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson, origin, requireSession } from "@/server/session.ts";

export type RenameState = Outcome<OrganizationView> | null;

export async function saveOrganization(_before: RenameState, form: FormData): Promise<RenameState> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => renameOrganization({ ctx, input: { name: String(form.get("name") ?? "") } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function removeOrganization(slug: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => endOrganization(ctx, slug));
  if (!outcome.ok) return outcome;
  revalidatePath("/", "layout");
  redirect("/");
}

export type NewOrganizationState = Outcome<{ id: string }> | null;

/** Makes an organization, and the browser's pages are about it. */
export async function addOrganization(_before: NewOrganizationState, form: FormData): Promise<NewOrganizationState> {
  const person = await currentPerson();
  if (!person) redirect("/sign-in");
  const { deps } = await runtime();
  const account = { ...deps, ...(await origin()) };
  const [name, slug] = [String(form.get("name") ?? ""), String(form.get("slug") ?? "").trim()];
  const outcome = await attempt(() =>
    createOrganization(account, { userId: person.id, name, ...(slug ? { slug } : {}) }),
  );
  if (!outcome.ok) return outcome;
  const { id } = outcome.value;
  await chooseOrganization(deps, { userId: person.id, sessionId: person.sessionId, organizationId: id });
  revalidatePath("/", "layout");
  redirect("/");
}
