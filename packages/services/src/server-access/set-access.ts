import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput, visibilitySchema } from "../input.ts";
import { goneFrom, readOutline } from "../server/documents.ts";
import { findServer, type ServerRow } from "../server/find-server.ts";
import { endGuest } from "./guest.ts";
import { checkToolGrant, type ToolGrant, toolGrantSchema } from "./tool-grant.ts";

/** How many teams and people may be named for one server. */
const GRANTS_MAX = 1_000;

const everybodySchema = z
  .object({
    serverId: z.string(),
    visibility: visibilitySchema.optional(),
    /** The tools of whoever is not named in a grant. */
    everybodyTools: toolGrantSchema.optional(),
    /** A client that acts for a person gets the right to delete only when it asks for it, and the person says yes. */
    stepUp: z.boolean().optional(),
  })
  .strict();

/** Tells every process that who may use a server, or with which tools, is another: the pointer first, so that nobody asks with the old one. */
export async function announceAccess({ state }: Pick<Ctx, "state">, serverId: string): Promise<void> {
  await state.publish("server-changed", serverId);
  await state.publish("access-changed", serverId);
}

/** Says who may use a server without being named, and with which tools. What is taken away stops working within a second. */
export async function setAccess({ ctx, input }: Call<z.input<typeof everybodySchema>>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, ...changes } = parseInput(everybodySchema, input);
  const server = await findServer(ctx, serverId);
  if (changes.everybodyTools) await checkTools(ctx, server, changes.everybodyTools);
  await ctx.db.$transaction(async (tx) => {
    await tx.server.update({
      where: { id: server.id },
      data: {
        ...(changes.visibility ? { visibility: changes.visibility } : {}),
        ...(changes.everybodyTools ? { everybodyTools: changes.everybodyTools } : {}),
        ...(changes.stepUp === undefined ? {} : { stepUp: changes.stepUp }),
      },
    });
    await audit(tx, ctx, "access.set", server.id, { ...changes });
  });
  await announceAccess(ctx, server.id);
}

const toSchema = z.union(
  [
    z.object({ teamId: z.string() }).strict(),
    z.object({ memberId: z.string() }).strict(),
    z.object({ email: z.email().max(320) }).strict(),
  ],
  { error: 'use {"teamId": "…"}, {"memberId": "…"} or {"email": "somebody@example.com"}' },
);
const grantSchema = z.object({ serverId: z.string(), to: toSchema, tools: toolGrantSchema.default("all") }).strict();

/**
 * Lets a team, a member, or whoever signs in with an address that is known to be theirs use a server, with all or some of its tools. Granting
 * again changes the tools. An address may be of nobody yet: `inviteGuest` gives it a way in.
 */
export async function grantAccess({ ctx, input }: Call<z.input<typeof grantSchema>>): Promise<{ id: string }> {
  authorize(ctx, "server.write");
  const { serverId, to, tools } = parseInput(grantSchema, input);
  const server = await findServer(ctx, serverId);
  await checkTools(ctx, server, tools);
  const holder = await findHolder(ctx, to);
  const granted = await orRaced(() =>
    ctx.db.$transaction(async (tx) => {
      const where = { serverId: server.id, ...holder };
      const before = await tx.accessGrant.findFirst({ where, select: { id: true } });
      if (!before && (await tx.accessGrant.count({ where: { serverId: server.id } })) >= GRANTS_MAX)
        throw new AppError(
          "limit_exceeded",
          `One server names at most ${GRANTS_MAX} teams and people. Make a team of them and name the team.`,
        );
      const id = before?.id ?? newId("accessGrant");
      if (before) await tx.accessGrant.update({ where: { id }, data: { tools } });
      else
        await tx.accessGrant.create({
          data: {
            id,
            organizationId: ctx.organizationId,
            serverId: server.id,
            ...holder,
            tools,
            createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
          },
        });
      await audit(tx, ctx, "access.grant", server.id, { ...holder, tools });
      return { id };
    }),
  );
  await announceAccess(ctx, server.id);
  return granted;
}

async function orRaced<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", "Somebody else gave them access at the same moment. Reload to see it.");
    throw error;
  }
}

/** Takes back what a team or a person was given by name. They keep what the visibility gives them. */
export async function removeAccess({ ctx, input }: Call<{ serverId: string; id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  await ctx.db.$transaction(async (tx) => {
    const where = { id: input.id, serverId: server.id, organizationId: ctx.organizationId };
    const grant = await tx.accessGrant.findFirst({ where });
    if (!grant) throw notFound("access grant");
    await tx.accessGrant.delete({ where: { id: grant.id } });
    const { teamId, memberId, email } = grant;
    if (email !== null) await endGuest(tx, { serverId: server.id, email });
    await audit(tx, ctx, "access.remove", server.id, { teamId, memberId, email });
  });
  await announceAccess(ctx, server.id);
}

/** Who a grant is for, when they are of this organization; an address may be anybody's. */
async function findHolder(
  { db, organizationId }: Ctx,
  to: z.output<typeof toSchema>,
): Promise<{ teamId: string } | { memberId: string } | { email: string }> {
  if ("email" in to) return { email: to.email.toLowerCase() };
  if ("teamId" in to) {
    if (!(await db.team.findFirst({ where: { id: to.teamId, organizationId }, select: { id: true } })))
      throw notFound("team");
    return to;
  }
  if (!(await db.member.findFirst({ where: { id: to.memberId, organizationId }, select: { id: true } })))
    throw notFound("member");
  return to;
}

async function checkTools(ctx: Ctx, server: ServerRow, tools: ToolGrant): Promise<void> {
  if (typeof tools === "string") return;
  const { operations } = await readOutline(ctx, server.documents);
  const gone = goneFrom(server);
  const known = new Set(operations.map(({ key }) => key));
  checkToolGrant(tools, (key) => known.has(key) || gone.isOperation(key));
}
