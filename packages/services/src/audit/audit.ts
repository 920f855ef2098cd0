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
  await tx.auditEvent.create({
    data: {
      id: newId("auditEvent"),
      organizationId: ctx.organizationId,
      actorType: ctx.actor.type,
      actorId: ctx.actor.type === "system" ? null : ctx.actor.id,
      action,
      target,
      ip: ctx.ip ?? null,
      ...(details === undefined ? {} : { details }),
    },
  });
}
