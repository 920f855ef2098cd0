import { revokeGrant } from "@portico/auth";
import { z } from "zod";
import { audit } from "../audit/audit.ts";
import type { Deps } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import type { Account } from "../person/audit-person.ts";
import { listProfileChoices, type OwnValues, type ProfileChoice, setOwnValues } from "../profile/own-profiles.ts";
import { asPerson, beginOwnSignIn } from "../profile/own-sign-in.ts";
import { IS_STANDING, STANDING_PROFILE, standingId } from "../profile/standing-profile.ts";
import { connectionKey } from "../serve/authorize-caller.ts";
import { describeServer, type ServerDescription } from "../serve/describe-server.ts";
import type { ConnectPicks } from "../server/sign-in-request.ts";
import { serverUrls } from "../server/views.ts";
import { toolGrantSchema } from "../server-access/tool-grant.ts";
import { CONNECTION_DAYS, type ConnectChoice, type ConnectionDays, describeConnect, standing } from "./connections.ts";
import { lastUses } from "./last-uses.ts";

/** A connection as the person whose it is sees it. */
export interface OwnConnection {
  id: string;
  clientName: string;
  server: { title: string; organization: string; pageUrl: string };
  /** The profile that they chose; null: the server's default. */
  profileId: string | null;
  tools: ConnectChoice["tools"];
  /** It is to the URL that only reads. */
  isReadOnly: boolean;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  /** The profiles that they may choose, with what each asks of them. */
  profiles: ProfileChoice[];
}

const OWN_MAX = 200;
const DAY_MS = 86_400_000;

/** A person's own connections in every organization, newest first. */
export async function listOwnConnections(deps: Account): Promise<OwnConnection[]> {
  const rows = await deps.db.connection.findMany({
    where: { userId: deps.userId, ...standing() },
    include: {
      profile: IS_STANDING,
      server: {
        select: {
          id: true,
          slug: true,
          title: true,
          publishedVersionId: true,
          organization: { select: { slug: true, name: true } },
        },
      },
    },
    orderBy: { createdAt: "desc" },
    take: OWN_MAX,
  });
  const used = await lastUses(deps, rows);
  return Promise.all(
    rows.map(async ({ server, ...row }) => ({
      id: row.id,
      clientName: row.clientName,
      server: {
        title: server.title,
        organization: server.organization.name,
        pageUrl: serverUrls(deps, server.organization.slug, server.slug).pageUrl,
      },
      profileId: standingId(row),
      tools: row.tools as ConnectChoice["tools"],
      isReadOnly: row.isReadOnly,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      lastUsedAt: used.get(row.id) ?? row.lastUsedAt,
      profiles: server.publishedVersionId
        ? await listProfileChoices(deps, {
            serverId: server.id,
            versionId: server.publishedVersionId,
            userId: deps.userId,
          })
        : [],
    })),
  );
}

/** The tools that the person may let one of their own connections use; null while nothing of the server is published. */
export async function listConnectionTools(
  deps: Account,
  { id }: { id: string },
): Promise<ServerDescription["tools"] | null> {
  const { server } = await findOwn(deps, id);
  const { slug } = server.organization;
  const found = await describeServer(deps, { organization: slug, slug: server.slug, userId: deps.userId });
  return found?.tools ?? null;
}

const changeSchema = z
  .object({
    id: z.string(),
    profileId: z.string().nullable().optional(),
    tools: toolGrantSchema.optional(),
    /** From now on; null: until somebody ends it. */
    days: z.literal(CONNECTION_DAYS).nullable().optional(),
    /** What the profile asks of the person: a value each; null forgets it. */
    values: z.record(z.string(), z.unknown()).default({}),
  })
  .strict();

/** Changes what one of the person's own connections runs with. It takes effect on its next call. */
export async function changeOwnConnection(deps: Account, input: z.input<typeof changeSchema>): Promise<void> {
  const { id, tools, values, days, ...chosen } = parseInput(changeSchema, input);
  const connection = await findOwn(deps, id);
  if (tools !== undefined && tools !== "reading" && connection.isReadOnly)
    throw new AppError(
      "precondition_failed",
      "This connection is to the URL that only reads. Connect the client to the full URL for more.",
    );
  const profileId = chosen.profileId === undefined ? standingId(connection) : chosen.profileId;
  const versionId = connection.server.publishedVersionId;
  if (chosen.profileId) await checkChoice(deps, connection, chosen.profileId);
  if (Object.keys(values).length > 0) {
    if (!versionId)
      throw new AppError("precondition_failed", "Nothing of the server is published now. Try again later.");
    const filled = profileId ?? (await defaultProfile(deps, connection.serverId));
    const filling = { serverId: connection.serverId, versionId, profileId: filled, userId: deps.userId, values };
    await setOwnValues(deps, filling);
  }
  await deps.db.$transaction(async (tx) => {
    await tx.connection.update({
      where: { id: connection.id },
      data: {
        // What was chosen stays where nothing else is: a profile that was removed may be brought back.
        ...(chosen.profileId === undefined ? {} : { profileId }),
        ...(tools ? { tools } : {}),
        ...(days === undefined ? {} : { expiresAt: days === null ? null : new Date(Date.now() + days * DAY_MS) }),
      },
    });
    await audit(tx, await asPerson(deps, connection.organizationId, deps.userId), "connection.change", connection.id, {
      client: connection.clientName,
    });
  });
  await deps.state.publish("access-changed", connection.id);
}

/**
 * Forgets what the person filled in for a field of a profile, or their sign-in at the API, which is told. The connection goes on with the profile that it
 * runs with, whichever that is.
 */
export async function forgetOwnValue(
  deps: Account,
  { id, profileId, field }: { id: string; profileId: string; field: string },
): Promise<void> {
  const { serverId, server } = await findOwn(deps, id);
  const versionId = server.publishedVersionId;
  if (!versionId) throw new AppError("precondition_failed", "Nothing of the server is published now. Try again later.");
  const forgetting = { serverId, versionId, profileId, userId: deps.userId, values: { [field]: null } };
  await setOwnValues(deps, forgetting);
}

/** A person's account, and the browser session in which they are signed in here. */
export type AccountAtBrowser = Account & { sessionId: string };

/** Begins a sign-in at the API from one of the person's own connections: gives the address to send their browser to. */
export async function beginConnectionSignIn(
  deps: AccountAtBrowser,
  { id, profileId, field }: { id: string; profileId: string; field: string },
): Promise<{ url: string }> {
  const { serverId } = await findOwn(deps, id);
  const person = { id: deps.userId, sessionId: deps.sessionId };
  const back = { page: "connections" as const, connectionId: id };
  return beginOwnSignIn(deps, { serverId, profileId, field, person, back });
}

/** Begins a sign-in at the API from a request to connect that waits for the person's answer; they come back to it, with what they had picked. */
export async function beginConnectSignIn(
  deps: AccountAtBrowser,
  { resource, uid, picks, field }: { resource: string; uid: string; picks: ConnectPicks; field: string },
): Promise<{ url: string }> {
  const { server } = await describeConnect(deps, { userId: deps.userId, resource });
  const person = { id: deps.userId, sessionId: deps.sessionId };
  const back = { page: "connect" as const, uid, picks };
  return beginOwnSignIn(deps, { serverId: server.id, profileId: picks.profileId, field, person, back });
}

/** Ends one of the person's own connections: its tokens stop working everywhere within a second. */
export async function endOwnConnection(deps: Account, { id }: { id: string }): Promise<void> {
  const connection = await findOwn(deps, id);
  await deps.db.$transaction(async (tx) => {
    await tx.connection.update({ where: { id: connection.id }, data: { revokedAt: new Date() } });
    if (connection.grantId) await revokeGrant(tx, connection.grantId);
    await audit(tx, await asPerson(deps, connection.organizationId, deps.userId), "connection.revoke", connection.id, {
      client: connection.clientName,
    });
  });
  await deps.state.publish("access-changed", connection.id);
}

/** What the connect page asks beside yes or no: the profiles, and what was chosen when this client was connected before. */
export async function readConnectForm(
  deps: Deps,
  { userId, resource, clientId }: { userId: string; resource: string; clientId: string },
): Promise<{
  profiles: ProfileChoice[];
  before: (Pick<ConnectChoice, "profileId" | "tools"> & { days?: ConnectionDays }) | null;
  /** It is asked for the URL that only reads. */
  isReadOnly: boolean;
}> {
  const { server, isReadOnly } = await describeConnect(deps, { userId, resource });
  const where = connectionKey({ userId, clientId, serverId: server.id, isReadOnly });
  const [before, profiles] = await Promise.all([
    deps.db.connection.findUnique({
      where,
      select: { profileId: true, profile: IS_STANDING, tools: true, createdAt: true, expiresAt: true },
    }),
    server.hasProfiles && server.versionId
      ? listProfileChoices(deps, { serverId: server.id, versionId: server.versionId, userId })
      : [],
  ]);
  return {
    profiles,
    isReadOnly,
    before: before && {
      profileId: standingId(before),
      tools: before.tools as ConnectChoice["tools"],
      ...(before.expiresAt ? { days: daysBetween(before.createdAt, before.expiresAt) } : {}),
    },
  };
}

/** The choice that an end comes from. */
function daysBetween(from: Date, to: Date): ConnectionDays {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  return CONNECTION_DAYS.reduce((best, some) => (Math.abs(some - days) < Math.abs(best - days) ? some : best));
}

/** Stores what a person filled in on the connect page. */
export async function fillInFields(
  deps: Account,
  { resource, profileId, values }: { resource: string; profileId: string; values: OwnValues },
): Promise<void> {
  const { userId } = deps;
  const { server } = await describeConnect(deps, { userId, resource });
  if (!server.versionId) throw notFound("server");
  await setOwnValues(deps, { serverId: server.id, versionId: server.versionId, profileId, userId, values });
}

async function findOwn({ db, userId }: Account, id: string) {
  const connection = await db.connection.findFirst({
    where: { id, userId, ...standing() },
    include: {
      profile: IS_STANDING,
      server: { select: { publishedVersionId: true, slug: true, organization: { select: { slug: true } } } },
    },
  });
  if (!connection) throw notFound("connection");
  return connection;
}

async function checkChoice({ db, userId }: Account, { serverId }: { serverId: string }, profileId: string) {
  const where = { ...STANDING_PROFILE, id: profileId, serverId, OR: [{ userId: null }, { userId }] };
  if ((await db.profile.count({ where })) === 0) throw notFound("profile");
}

async function defaultProfile({ db }: Account, serverId: string): Promise<string> {
  const row = await db.profile.findFirst({
    where: { serverId, isDefault: true, removedAt: null },
    select: { id: true },
  });
  if (!row) throw notFound("profile");
  return row.id;
}
