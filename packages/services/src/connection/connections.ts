import { revokeGrant } from "@portico/auth";
import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Deps } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { listProfileChoices } from "../profile/own-profiles.ts";
import { asPerson } from "../profile/own-sign-in.ts";
import { authorizeClient, connectionKey } from "../serve/authorize-caller.ts";
import { resolveServer, type ServerPointer } from "../serve/resolve-server.ts";
import { findServer } from "../server/find-server.ts";
import { READ_ONLY_PATH } from "../server/views.ts";
import { findAccess } from "../server-access/find-access.ts";
import type { ToolGrant } from "../server-access/tool-grant.ts";
import { lastUses } from "./last-uses.ts";

export interface ConnectionView {
  id: string;
  clientName: string;
  person: { id: string; name: string; email: string };
  server: { id: string; slug: string; title: string };
  /** The shared profile that was chosen; null: the default, or one of the person's own. */
  profile: string | null;
  /** What the person lets the client do. */
  tools: ConnectChoice["tools"];
  /** It is to the URL that only reads. */
  isReadOnly: boolean;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

const PAGE = 50;
const filterSchema = z.object({
  /** A server, by id or slug. */
  server: z.string().max(200).optional(),
  /** A person, by the id of their account. */
  person: z.string().max(100).optional(),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(PAGE),
});
export type ConnectionFilter = z.input<typeof filterSchema>;

/** Who is connected to which server with which client, newest first, a page at a time. What somebody filled in is nobody else's to see. */
export async function listConnections({ ctx, input }: Call<ConnectionFilter>): Promise<{
  items: ConnectionView[];
  nextCursor: string | null;
}> {
  authorize(ctx, "usage.read");
  const { server, person, cursor, limit } = parseInput(filterSchema, input);
  const rows = await ctx.db.connection.findMany({
    where: {
      organizationId: ctx.organizationId,
      ...standing(),
      ...(server === undefined ? {} : { serverId: (await findServer(ctx, server)).id }),
      ...(person === undefined ? {} : { userId: person }),
      ...(cursor === undefined ? {} : { id: { lt: cursor } }),
    },
    include: {
      user: { select: { id: true, name: true, email: true } },
      server: { select: { id: true, slug: true, title: true } },
      profile: { select: { name: true, userId: true, removedAt: true } },
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const used = await lastUses(ctx, page);
  return {
    items: page.map(
      ({ id, clientName, user, server, profile, tools, createdAt, expiresAt, lastUsedAt, isReadOnly }) => ({
        ...{ id, clientName, person: user, server, createdAt, expiresAt, isReadOnly },
        profile: profile?.userId === null && profile.removedAt === null ? profile.name : null,
        tools: tools as ConnectChoice["tools"],
        lastUsedAt: used.get(id) ?? lastUsedAt,
      }),
    ),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** Whom and which servers the standing connections of the organization are of, by name: what a list of them can be narrowed to. */
export async function listConnectionFilters({ ctx }: Pick<Call<never>, "ctx">): Promise<{
  people: { id: string; name: string }[];
  servers: { slug: string; title: string }[];
}> {
  authorize(ctx, "usage.read");
  const some = { some: { organizationId: ctx.organizationId, ...standing() } };
  const [people, servers] = await Promise.all([
    ctx.db.user.findMany({ where: { connections: some }, select: { id: true, name: true }, orderBy: { name: "asc" } }),
    ctx.db.server.findMany({
      where: { organizationId: ctx.organizationId, connections: some },
      select: { slug: true, title: true },
      orderBy: { title: "asc" },
    }),
  ]);
  return { people, servers };
}

/** Connections that nobody ended and that have not ended by themselves. */
export function standing(): { revokedAt: null; OR: [{ expiresAt: null }, { expiresAt: { gt: Date } }] } {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
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

/** Ends every connection of a person in the organization; says how many there were. They stay a member, and can connect again. */
export async function revokeConnectionsOf({ ctx, input }: Call<{ person: string }>): Promise<{ revoked: number }> {
  authorize(ctx, "connection.manage");
  if (!input.person) throw new AppError("invalid_input", "Say whose connections to end: ?person=usr_…");
  const revoked = await ctx.db.$transaction(async (tx) => {
    const ended = await tx.connection.updateManyAndReturn({
      where: { organizationId: ctx.organizationId, userId: input.person, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    for (const { id, grantId, clientName } of ended) {
      if (grantId) await revokeGrant(tx, grantId);
      await audit(tx, ctx, "connection.revoke", id, { client: clientName });
    }
    return ended.length;
  });
  if (revoked === 0) throw notFound("connection of this person");
  await ctx.state.publish("access-changed", input.person);
  return { revoked };
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

/** How many days a person may let a client use a server, where it is not until they end it. */
export const CONNECTION_DAYS = [1, 30] as const;
export type ConnectionDays = (typeof CONNECTION_DAYS)[number];

/** What a person chose when they connected. */
export interface ConnectChoice {
  /** Null: the server's default profile. */
  profileId: string | null;
  /** Of those that they may use. */
  tools: ToolGrant;
  /** Absent: when somebody ends it. */
  endsAt?: Date;
}

export interface ConnectRequest {
  userId: string;
  /** The resource that the client asked for: a server's MCP URL, or the one that only reads. */
  resource: string;
  clientId: string;
  clientName: string;
}

/** The server of an MCP URL of ours, and whether it is the URL that only reads; null for every other text. */
export async function serverOf(
  deps: Pick<Deps, "db" | "publicUrl">,
  resource: string,
): Promise<{ server: ServerPointer; isReadOnly: boolean } | null> {
  const prefix = `${deps.publicUrl}/mcp/`;
  const [organization, slug, ...more] = resource.startsWith(prefix) ? resource.slice(prefix.length).split("/") : [];
  const isReadOnly = more.length === 1 && `/${more[0]}` === READ_ONLY_PATH;
  if (!organization || !slug || (more.length > 0 && !isReadOnly)) return null;
  const server = await resolveServer(deps, organization, slug);
  return server && { server, isReadOnly };
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
  const found = await serverOf(deps, resource);
  return found !== null && (await authorizeClient(deps, { clientId, expiresAt: new Date() }, found.server)) !== null;
}

/** May this person connect to that server? What the consent page shows, or why not. */
export async function describeConnect(deps: Deps, { userId, resource }: Pick<ConnectRequest, "userId" | "resource">) {
  const found = await serverOf(deps, resource);
  if (!found) throw notFound("server");
  const { server, isReadOnly } = found;
  const [row, access] = await Promise.all([
    deps.db.server.findUniqueOrThrow({
      where: { id: server.id },
      select: { title: true, description: true, organization: { select: { name: true } } },
    }),
    findAccess(deps, server, userId),
  ]);
  if (!access) {
    const organization = row.organization.name;
    throw new AppError(
      "forbidden",
      server.visibility === "chosen"
        ? `"${row.title}" is for people whom ${organization} chose, and you are not among them. Ask one of its admins for access.`
        : `"${row.title}" is for members of ${organization}. Ask one of its admins to invite you.`,
    );
  }
  const { title, description, organization } = row;
  return { server, isReadOnly, title, description, organization: organization.name };
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

/** What still has to be done before a person may connect with a profile: the fields that they have not filled in. */
export async function missingFields(
  deps: Deps,
  { userId, resource, profileId }: Pick<ConnectRequest, "userId" | "resource"> & { profileId: string | null },
): Promise<string[]> {
  const { server } = await describeConnect(deps, { userId, resource });
  if (!server.hasProfiles || !server.versionId) {
    if (profileId !== null) throw notFound("profile");
    return [];
  }
  const choices = await listProfileChoices(deps, { serverId: server.id, versionId: server.versionId, userId });
  const chosen = choices.find(({ id, isDefault }) => (profileId === null ? isDefault : id === profileId));
  if (profileId !== null && !chosen) throw notFound("profile");
  return chosen?.fields.flatMap(({ field, setAt }) => (setAt === null ? [field] : [])) ?? [];
}

/**
 * Records that a person let a client use a server. Connecting again renews the same connection under a new grant; what was issued
 * under the one before ends, or it would come back to life when a revoked connection is made anew.
 */
export async function connect(
  deps: Deps,
  request: ConnectRequest & Partial<ConnectChoice> & { grantId: string },
): Promise<{ connectionId: string }> {
  const { server, isReadOnly } = await describeConnect(deps, request);
  const { userId, clientId, clientName, grantId, profileId = null, tools = "all", endsAt = null } = request;
  // More than the URL serves cannot be let.
  const choice = { profileId, tools: isReadOnly ? "reading" : tools, expiresAt: endsAt };
  const where = connectionKey({ userId, clientId, serverId: server.id, isReadOnly });
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
      isReadOnly,
      ...choice,
    },
    update: { grantId, clientName, ...choice, revokedAt: null, createdAt: new Date() },
    select: { id: true },
  });
  const ctx = await asPerson(deps, server.organizationId, userId);
  await deps.db.$transaction((tx) => audit(tx, ctx, "connection.create", server.id, { client: clientName }));
  await deps.state.publish("access-changed", row.id).catch(() => {});
  return { connectionId: row.id };
}
