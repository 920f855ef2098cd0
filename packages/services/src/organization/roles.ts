import type { Tx } from "@portico/db";
import { z } from "zod";
import type { Ctx, Role } from "../context.ts";
import { AppError } from "../error.ts";

/** From the least to the most. */
export const ROLES = ["member", "builder", "admin", "owner"] as const satisfies Role[];

export const roleSchema = z.enum(ROLES, { error: `use ${ROLES.slice(0, -1).join(", ")} or owner` });

export function isAtMost(role: Role, limit: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(limit);
}

/** Nobody gives what they do not have, and nobody decides about somebody above them. */
export function requireReach({ actor }: Ctx, role: Role, what: string): void {
  if (actor.type === "system" || (actor.type === "user" && isAtMost(role, actor.role))) return;
  const own = actor.type === "user" ? `As ${actor.role} you` : "An API key";
  throw new AppError("forbidden", `${own} may not ${what}. An owner can.`);
}

/**
 * Changes of who belongs to an organization wait for one another from here to the end of the transaction, and the actor's own role is
 * read again: two owners cannot remove each other, and nobody acts by a role that they have just lost.
 */
export async function lockMembers(tx: Tx, ctx: Ctx): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Organization" WHERE id = ${ctx.organizationId} FOR UPDATE`;
  if (ctx.actor.type !== "user") return;
  const own = await tx.member.findUnique({
    where: { organizationId_userId: { organizationId: ctx.organizationId, userId: ctx.actor.id } },
    select: { role: true },
  });
  if (own?.role !== ctx.actor.role)
    throw new AppError("forbidden", "Your own role has changed a moment ago. Reload the page.");
}

/** Refuses what would leave an organization without an owner. */
export async function requireOtherOwner(tx: Tx, ctx: Ctx, memberId: string): Promise<void> {
  const others = await tx.member.count({
    where: { organizationId: ctx.organizationId, role: "owner", id: { not: memberId } },
  });
  if (others > 0) return;
  throw new AppError(
    "precondition_failed",
    "This is the only owner of the organization. Make another member an owner first.",
  );
}
