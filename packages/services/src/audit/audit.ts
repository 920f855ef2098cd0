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
  const actorId = ctx.actor.type === "system" ? null : ctx.actor.id;
  const { type, id } = ctx.askedBy ?? { type: ctx.actor.type, id: actorId };
  await tx.auditEvent.create({
    data: {
      id: newId("auditEvent"),
      organizationId: ctx.organizationId,
      actorType: type,
      actorId: id,
      action,
      target,
      ip: ctx.ip ?? null,
      ...(details === undefined ? {} : { details }),
    },
  });
}
