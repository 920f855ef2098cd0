import { removeKnownClient, revokeGrant } from "@portico/auth";
import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import { actIn, type Call, type Deps } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput, slugify, slugSchema } from "../input.ts";
import { findEnding, giveBack } from "../profile/ended-sign-ins.ts";
import { announceServer } from "../server/version.ts";
import { endTrust } from "../sso/provider.ts";
import { lockMembers, requireReach } from "./roles.ts";

const nameSchema = z.string().trim().min(1, "give it a name").max(200, "use at most 200 characters");

export interface OrganizationView {
  id: string;
  name: string;
  /** Its part of every MCP URL; it stays, so that what people pasted keeps working. */
  slug: string;
  createdAt: Date;
  servers: number;
  members: number;
}

/** The organization of the caller. */
export async function getOrganization({ ctx }: Pick<Call<never>, "ctx">): Promise<OrganizationView> {
  authorize(ctx, "server.read");
  const { _count, ...organization } = await ctx.db.organization.findUniqueOrThrow({
    where: { id: ctx.organizationId },
    select: { id: true, name: true, slug: true, createdAt: true, _count: { select: { servers: true, members: true } } },
  });
  return { ...organization, ..._count };
}

const renameInput = z.object({ name: nameSchema }).strict();

/** Gives the organization another name. Its slug stays. */
export async function renameOrganization({ ctx, input }: Call<z.input<typeof renameInput>>): Promise<OrganizationView> {
  authorize(ctx, "organization.manage");
  const { name } = parseInput(renameInput, input);
  await ctx.db.$transaction(async (tx) => {
    const where = { id: ctx.organizationId };
    const { name: from } = await tx.organization.findUniqueOrThrow({ where, select: { name: true } });
    if (from === name) return;
    await tx.organization.update({ where, data: { name } });
    await audit(tx, ctx, "organization.rename", ctx.organizationId, { from, to: name });
  });
  return getOrganization({ ctx });
}

/** Whether somebody may make another organization: the owner of the installation may. */
export async function mayCreateOrganization({ db }: Pick<Deps, "db">, userId: string): Promise<boolean> {
  return (await db.installation.count({ where: { ownerUserId: userId } })) > 0;
}

const createInput = z.object({ name: nameSchema, slug: slugSchema.optional() }).strict();

/**
 * Makes another organization, whose owner the person is. Refuses `forbidden` to anybody but the installation's owner, and `conflict` for a slug
 * that is taken.
 */
export async function createOrganization(
  deps: Deps & { ip?: string },
  { userId, ...input }: z.input<typeof createInput> & { userId: string },
): Promise<{ id: string; slug: string }> {
  const { name, slug = slugify(name) } = parseInput(createInput, input);
  if (!(await mayCreateOrganization(deps, userId)))
    throw new AppError("forbidden", "Only the owner of this Portico makes organizations.");
  const id = newId("organization");
  const ctx = actIn(deps, { organizationId: id, actor: { type: "user", id: userId, role: "owner" } });
  try {
    await ctx.db.$transaction(async (tx) => {
      await endTrust(tx, ctx);
      await tx.organization.create({ data: { id, name, slug } });
      await tx.member.create({ data: { id: newId("member"), organizationId: id, userId, role: "owner" } });
      await audit(tx, ctx, "organization.create", id, { name, slug });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = `"${slug}" is in the URLs of another organization. Choose another one.`;
    throw new AppError("conflict", message, { issues: [{ field: "slug", message }] });
  }
  return { id, slug };
}

/** An organization that is no more. */
export interface Deleted {
  id: string;
  slug: string;
  name: string;
  servers: number;
}

const deleteInput = z.object({ slug: z.string() }).strict();

/**
 * Deletes the organization with everything in it: servers, documents, credentials (their keys lie sealed beside them, and go too), members,
 * clients, connections, usage and the audit log. Its MCP URLs and tokens end within a second, everywhere. Owners only, and only when the slug is
 * written out. People keep their accounts. What is given back is for the operator's log: nothing of the organization's own is left to say it.
 */
export async function deleteOrganization({ ctx, input }: Call<z.input<typeof deleteInput>>): Promise<Deleted> {
  authorize(ctx, "organization.manage");
  requireReach(ctx, "owner", "delete the organization");
  const given = parseInput(deleteInput, input);
  const { organizationId } = ctx;
  const own = { where: { organizationId } };
  const { servers, ended, slug, name } = await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const { slug, name } = await tx.organization.findUniqueOrThrow({
      where: { id: organizationId },
      select: { slug: true, name: true },
    });
    if (given.slug !== slug) {
      const message = `Write "${slug}" to delete it.`;
      throw new AppError("invalid_input", message, { issues: [{ field: "slug", message }] });
    }
    const connections = await tx.connection.findMany({ ...own, select: { grantId: true } });
    for (const { grantId } of connections) if (grantId) await revokeGrant(tx, grantId);
    const clients = await tx.oAuthClient.findMany({ ...own, select: { clientId: true } });
    for (const { clientId } of clients) await removeKnownClient(tx, clientId);
    await tx.authSession.updateMany({
      where: { activeOrganizationId: organizationId },
      data: { activeOrganizationId: null },
    });
    const servers = await tx.server.findMany({ ...own, select: { id: true } });
    const ended = await findEnding(tx, ctx.vault, { organizationId });
    // A server holds its document.
    await tx.server.deleteMany(own);
    await tx.document.deleteMany(own);
    await tx.job.deleteMany(own);
    await tx.usageEvent.deleteMany(own);
    await tx.monthlyCalls.deleteMany(own);
    await tx.organization.delete({ where: { id: organizationId } });
    await tx.auditEvent.deleteMany(own);
    return { servers, ended, slug, name };
  });
  await giveBack(ctx, ended);
  for (const { id } of servers) await announceServer(ctx, id);
  await ctx.state.publish("access-changed", organizationId);
  return { id: organizationId, slug, name, servers: servers.length };
}
