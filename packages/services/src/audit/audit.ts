import { newId, type Prisma, type Tx } from "@portico/db";
import type { Ctx } from "../context.ts";

/** Writes who did what in the same transaction as the deed. Details never hold a secret. */
export async function audit(
  tx: Tx,
  ctx: Ctx,
  action: string,
  target: string,
  details?: Prisma.InputJsonValue,
): Promise<void> {
  await tx.auditEvent.create({ data: eventOf(ctx, action, target, details) });
}

/** Likewise, for a deed that was done to many things at once: an event for each of the details. */
export async function auditEach(
  tx: Tx,
  ctx: Ctx,
  action: string,
  target: string,
  details: readonly Prisma.InputJsonValue[],
): Promise<void> {
  await tx.auditEvent.createMany({ data: details.map((one) => eventOf(ctx, action, target, one)) });
}

function eventOf(
  ctx: Ctx,
  action: string,
  target: string,
  details?: Prisma.InputJsonValue,
): Prisma.AuditEventCreateManyInput {
  const actorId = ctx.actor.type === "system" ? null : ctx.actor.id;
  const { type, id } = ctx.askedBy ?? { type: ctx.actor.type, id: actorId };
  return {
    id: newId("auditEvent"),
    organizationId: ctx.organizationId,
    actorType: type,
    actorId: id,
    action,
    target,
    ip: ctx.ip ?? null,
    ...(details === undefined ? {} : { details }),
  };
}
