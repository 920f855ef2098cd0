import { hashPassword } from "@portico/auth";
import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import type { Deps } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput, slugify, slugSchema } from "../input.ts";
import { nameSchema, newPasswordSchema } from "../person/password.ts";

const schema = z.object({
  name: nameSchema,
  email: z.email().max(320).toLowerCase(),
  password: newPasswordSchema,
  organization: z.string().trim().min(1).max(200),
  slug: slugSchema.optional(),
});
export type CreateOwnerInput = z.input<typeof schema>;

/** Makes the first person, their organization and their role. Of any number of calls at once exactly one succeeds; the others get `conflict`. */
export async function createOwner(
  deps: Pick<Deps, "db">,
  input: CreateOwnerInput,
): Promise<{ userId: string; organizationId: string }> {
  const { name, email, password, organization, slug } = parseInput(schema, input);
  const [userId, organizationId] = [newId("user"), newId("organization")];
  const hash = await hashPassword(password);
  try {
    await deps.db.$transaction(async (tx) => {
      await tx.installation.create({ data: { ownerUserId: userId } });
      await tx.user.create({ data: { id: userId, name, email, emailVerified: true } });
      await tx.account.create({
        data: { id: newId("account"), userId, accountId: userId, providerId: "credential", password: hash },
      });
      await tx.organization.create({
        data: { id: organizationId, name: organization, slug: slug ?? slugify(organization) },
      });
      await tx.member.create({ data: { id: newId("member"), organizationId, userId, role: "owner" } });
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError("conflict", "This Portico already has an owner. Sign in instead.");
    throw error;
  }
  return { userId, organizationId };
}

/** Whether the first-run page is due. */
export async function hasOwner(deps: Pick<Deps, "db">): Promise<boolean> {
  return (await deps.db.installation.count()) > 0;
}
