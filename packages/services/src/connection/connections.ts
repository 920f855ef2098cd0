import { revokeGrant } from "@portico/auth";
import { newId } from "@portico/db";
import { authorize } from "../access.ts";
import { audit } from "../audit.ts";
import type { Call, Deps } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { authorizeClient } from "../serve/authorize-caller.ts";
import { resolveServer } from "../serve/resolve-server.ts";
import { findServer } from "../server/find-server.ts";

export interface ConnectionView {
  id: string;
  clientName: string;
  person: { name: string; email: string };
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** Who is connected to a server with which client, newest first. */
export async function listConnections({ ctx, input }: Call<{ serverId: string }>): Promise<ConnectionView[]> {
  authorize(ctx, "usage.read");
  const server = await findServer(ctx, input.serverId);
  return (
    await ctx.db.connection.findMany({
      where: { serverId: server.id, organizationId: ctx.organizationId, revokedAt: null },
      include: { user: { select: { name: true, email: true } } },
      orderBy: { createdAt: "desc" },
      take: 500,
    })
  ).map(({ id, clientName, user, createdAt, lastUsedAt }) => ({ id, clientName, person: user, createdAt, lastUsedAt }));
}

/** Ends a connection: its tokens stop working everywhere within a second, and its refresh tokens are gone. */
export async function revokeConnection({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "connection.manage");
  await ctx.db.$transaction(async (tx) => {
    const connection = await tx.connection.findFirst({
      where: { id: input.id, organizationId: ctx.organizationId, revokedAt: null },
    });
    if (!connection) throw notFound("connection");
    await tx.connection.update({ where: { id: connection.id }, data: { revokedAt: new Date() } });
    if (connection.grantId) await revokeGrant(tx, connection.grantId);
    await audit(tx, ctx, "connection.revoke", connection.id, { client: connection.clientName });
  });
  await ctx.state.publish("access-changed", input.id);
}

/** Ends the connection of a grant that ended by itself: what was issued under it must not outlive it. */
export async function endGrant(deps: Deps, grantId: string): Promise<void> {
  const ended = await deps.db.$transaction(async (tx) => {
    const connections = await tx.connection.updateManyAndReturn({
      where: { grantId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    for (const { id, organizationId, clientName } of connections)
      await audit(tx, { ...deps, organizationId, actor: { type: "system" } }, "connection.end", id, {
        client: clientName,
      });
    return connections;
  });
  for (const { id } of ended) await deps.state.publish("access-changed", id);
}

export interface ConnectRequest {
  userId: string;
  /** The resource that the client asked for: a server's MCP URL. */
  resource: string;
  clientId: string;
  clientName: string;
}

/** The server of an MCP URL of ours, or null. */
async function serverOf(deps: Pick<Deps, "db" | "publicUrl">, resource: string) {
  const prefix = `${deps.publicUrl}/mcp/`;
  const [organization, slug, ...more] = resource.startsWith(prefix) ? resource.slice(prefix.length).split("/") : [];
  return organization && slug && more.length === 0 ? resolveServer(deps, organization, slug) : null;
}

/** Whether a resource that an OAuth client names is the MCP URL of a server that exists. */
export async function hasServer(deps: Pick<Deps, "db" | "publicUrl">, resource: string): Promise<boolean> {
  return (await serverOf(deps, resource)) !== null;
}

/** The MCP URL of the only server of this installation; null when there are several, or none. */
export async function onlyServerUrl({ db, publicUrl }: Pick<Deps, "db" | "publicUrl">): Promise<string | null> {
  const servers = await db.server.findMany({
    where: { publishedVersionId: { not: null } },
    select: { slug: true, organization: { select: { slug: true } } },
    take: 2,
  });
  const [only] = servers.length === 1 ? servers : [];
  return only ? `${publicUrl}/mcp/${only.organization.slug}/${only.slug}` : null;
}

/** Whether a client that acts for itself may call the server that a resource names. */
export async function mayClientCall(
  deps: Pick<Deps, "db" | "publicUrl">,
  { clientId, resource }: { clientId: string; resource: string },
): Promise<boolean> {
  const server = await serverOf(deps, resource);
  return server !== null && (await authorizeClient(deps, { clientId, expiresAt: new Date() }, server)) !== null;
}

/** May this person connect to that server? What the consent page shows, or why not. */
export async function describeConnect(deps: Deps, { userId, resource }: Pick<ConnectRequest, "userId" | "resource">) {
  const server = await serverOf(deps, resource);
  if (!server) throw notFound("server");
  const [row, member] = await Promise.all([
    deps.db.server.findUniqueOrThrow({
      where: { id: server.id },
      select: { title: true, description: true, organization: { select: { name: true } } },
    }),
    deps.db.member.findUnique({
      where: { organizationId_userId: { organizationId: server.organizationId, userId } },
      select: { role: true },
    }),
  ]);
  if (server.visibility !== "public" && !member) {
    throw new AppError(
      "forbidden",
      `"${row.title}" is for members of ${row.organization.name}. Ask one of its admins to invite you.`,
    );
  }
  return { server, title: row.title, description: row.description, organization: row.organization.name };
}

export async function mayConnect(deps: Deps, request: Pick<ConnectRequest, "userId" | "resource">): Promise<boolean> {
  try {
    await describeConnect(deps, request);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/**
 * Records that a person let a client use a server. Connecting again renews the same connection under a new grant; what was issued
 * under the one before ends, or it would come back to life when a revoked connection is made anew.
 */
export async function connect(
  deps: Deps,
  request: ConnectRequest & { grantId: string },
): Promise<{ connectionId: string }> {
  const { server } = await describeConnect(deps, request);
  const { userId, clientId, clientName, grantId } = request;
  const where = { userId_clientId_serverId: { userId, clientId, serverId: server.id } };
  const before = await deps.db.connection.findUnique({ where, select: { grantId: true } });
  if (before?.grantId && before.grantId !== grantId) await revokeGrant(deps.db, before.grantId);
  const row = await deps.db.connection.upsert({
    where,
    create: {
      id: newId("connection"),
      organizationId: server.organizationId,
      serverId: server.id,
      userId,
      clientId,
      clientName,
      grantId,
    },
    update: { grantId, clientName, revokedAt: null, createdAt: new Date() },
    select: { id: true },
  });
  await deps.state.publish("access-changed", row.id).catch(() => {});
  return { connectionId: row.id };
}
