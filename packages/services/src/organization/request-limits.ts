import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";

/** Requests of MCP clients in a minute, and calls that reach APIs in a month (by UTC); what is absent is not limited. */
export interface RequestLimits {
  /** Of one person, key or machine, or one network without a sign-in, to one server. */
  perCaller?: number;
  /** To one server. */
  perServer?: number;
  /** To all servers of the organization. */
  inAll?: number;
  /** Calls of one server in a month. */
  monthPerServer?: number;
  /** Calls of all servers of the organization in a month. */
  monthInAll?: number;
}

const upTo = (max: number) =>
  z
    .number()
    .int("use a whole number")
    .min(1, "use at least 1, or leave it empty for no limit")
    .max(max, `use at most ${max}`)
    .nullish();
const minute = upTo(10_000_000);
const month = upTo(1_000_000_000);
const schema = z
  .object({ perCaller: minute, perServer: minute, inAll: minute, monthPerServer: month, monthInAll: month })
  .strict();

/** The limits of the organization. */
export async function getRequestLimits({ ctx }: Pick<Call<never>, "ctx">): Promise<RequestLimits> {
  authorize(ctx, "server.read");
  const { limits } = await ctx.db.organization.findUniqueOrThrow({
    where: { id: ctx.organizationId },
    select: { limits: true },
  });
  return limits as RequestLimits;
}

/** Sets all limits; one that is left out or null ends. They count within a second, in every process. */
export async function setRequestLimits({ ctx, input }: Call<z.input<typeof schema>>): Promise<RequestLimits> {
  authorize(ctx, "organization.manage");
  const given = parseInput(schema, input);
  const limits = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)) as RequestLimits;
  const servers = await ctx.db.$transaction(async (tx) => {
    await tx.organization.update({ where: { id: ctx.organizationId }, data: { limits: { ...limits } } });
    await audit(tx, ctx, "organization.limits", ctx.organizationId, { ...limits });
    return tx.server.findMany({ where: { organizationId: ctx.organizationId }, select: { id: true } });
  });
  for (const { id } of servers) await ctx.state.publish("server-changed", id);
  return limits;
}
