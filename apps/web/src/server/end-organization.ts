import { type Ctx, deleteOrganization } from "@portico/services";
import { runtime } from "./runtime.ts";

/** Deletes an organization, its audit log included; who did it, to which and from where stays in the log of whoever runs Portico. */
export async function endOrganization(ctx: Ctx, slug: string): Promise<void> {
  const organization = await deleteOrganization({ ctx, input: { slug } });
  const { actor, ip } = ctx;
  const by = actor.type === "system" ? { type: actor.type } : { type: actor.type, id: actor.id };
  (await runtime()).telemetry.logger.warn({ organization, by, ip }, "an organization was deleted");
}
