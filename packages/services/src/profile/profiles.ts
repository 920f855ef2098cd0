import { isUniqueViolation, newId, type Prisma } from "@portico/db";
import { presettableArguments } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { checkReference, environmentOf } from "../environment.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { loadVersion } from "../serve/load-version.ts";
import { servedTools } from "../server/credential.ts";
import { goneFrom, openDocuments, placesOf } from "../server/documents.ts";
import { findServer, type ServerRow } from "../server/find-server.ts";
import { readOverrides } from "../server/override.ts";
import { announceAccess } from "../server-access/set-access.ts";
import { namesOfCallers } from "../usage/callers.ts";
import { checkFieldValue, isReference, openValue, originsOfField, referenceOf, saveValue } from "./profile-value.ts";
import {
  checkSettings,
  fieldKeySchema,
  fieldsOf,
  NO_SETTINGS,
  type ProfileField,
  type ProfileSettings,
  profileSettingsSchema,
} from "./settings.ts";
import { REMOVED_HOURS, STANDING_PROFILE } from "./standing-profile.ts";

const HOUR_MS = 3_600_000;
/** How many profiles a server has, each person's own apart. */
const SHARED_MAX = 100;
const OWN_MAX = 20;

export interface ProfileView {
  id: string;
  name: string;
  /** What API keys and machines run with, and whoever chose none. */
  isDefault: boolean;
  /** It is the asking person's own: nobody else sees it. */
  isOwn: boolean;
  /** The shared profile that an own one builds on; null: the default one. */
  baseId: string | null;
  settings: ProfileSettings;
  /** Another one whenever the name, the settings or the default of it was changed. */
  lock: number;
  /** Which fields the organization has stored a value for; of an own profile, the person. Values never come back; the name of one in the environment does. */
  values: { field: string; setAt: Date; reference?: string }[];
  connectionCount: number;
}

/** The shared profiles of a server and the asking person's own, the default first. */
export async function listProfiles({ ctx, input }: Call<{ serverId: string }>): Promise<ProfileView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const userId = actorId(ctx);
  const rows = await ctx.db.profile.findMany({
    where: {
      ...STANDING_PROFILE,
      serverId: server.id,
      organizationId: ctx.organizationId,
      OR: [{ userId: null }, { userId: userId ?? "" }],
    },
    include: withValues(ctx),
    orderBy: [{ isDefault: "desc" }, { createdAt: "asc" }],
  });
  return rows.map((row) => toView(ctx, row));
}

export async function getProfile({ ctx, input }: Call<{ serverId: string; id: string }>): Promise<ProfileView> {
  authorize(ctx, "server.read");
  return toView(ctx, await findProfile(ctx, await findServer(ctx, input.serverId), input.id));
}

/**
 * What profiles of a server can have values for, as its document says. `isSignIn`: the server has a client for it that people sign in at the
 * API with, so each person who fills it in does that.
 */
export async function listProfileFields({
  ctx,
  input,
}: Call<{ serverId: string }>): Promise<(ProfileField & { isSignIn: boolean })[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [compiled, clients] = await Promise.all([
    openDocuments(ctx, server.documents),
    ctx.db.credential.findMany({
      where: { serverId: server.id, organizationId: ctx.organizationId, type: "authorizationCode" },
      select: { scheme: true },
    }),
  ]);
  const isSignIn = ({ kind, name }: ProfileField) =>
    kind === "credential" && clients.some(({ scheme }) => scheme === name);
  const { documents } = placesOf(server.documents);
  const unkeyed = documents && server.documents.find(({ key }) => key === "")?.document;
  return fieldsOf({ ...compiled, documents }).map((field) => ({
    ...field,
    ...(unkeyed && !field.of ? { of: { name: field.name, document: unkeyed.title } } : {}),
    isSignIn: isSignIn(field),
  }));
}

export interface ProfileArgumentView {
  name: string;
  isText: boolean;
  operations: string[];
  /** For each operation the key of its document. */
  documents: string[];
}

/** Arguments that profiles of a server can give, by the name that the document gives them, with the operations that have them. */
export async function listProfileArguments({ ctx, input }: Call<{ serverId: string }>): Promise<ProfileArgumentView[]> {
  authorize(ctx, "server.read");
  const found = new Map<string, Omit<ProfileArgumentView, "name">>();
  const server = await findServer(ctx, input.serverId);
  const [{ tools }, overrides] = await Promise.all([
    openDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const editsOf = new Map(overrides.map(({ operation, parameters }) => [operation, parameters]));
  for (const tool of tools)
    for (const { name, isText } of presettableArguments(tool, editsOf.get(tool.operation))) {
      const one = found.get(name) ?? { isText, operations: [], documents: [] };
      one.operations.push(tool.operation);
      one.documents.push(tool.document ?? "");
      found.set(name, { ...one, isText: one.isText && isText });
    }
  return [...found].map(([name, one]) => ({ name, ...one })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const nameSchema = z.string().trim().min(1, "give it a name").max(100, "a name has 100 characters at most");
const createSchema = z
  .object({
    serverId: z.string(),
    name: nameSchema,
    /** For the asking person alone, on top of a shared profile: what that one fixes and hides stays so. */
    isOwn: z.boolean().default(false),
    /** Of an own profile, the shared one that it builds on; absent: the default one. */
    baseId: z.string().optional(),
    isDefault: z.boolean().optional(),
    settings: profileSettingsSchema.default(NO_SETTINGS),
  })
  .strict();

/** Makes a profile. The first shared one of a server is its default, unless something else is said. */
export async function createProfile({ ctx, input }: Call<z.input<typeof createSchema>>): Promise<ProfileView> {
  const { serverId, name, isOwn, baseId, settings, ...wanted } = parseInput(createSchema, input);
  authorize(ctx, isOwn ? "server.read" : "server.write");
  const userId = isOwn ? ownerOf(ctx) : null;
  const server = await findServer(ctx, serverId);
  const checked = await check(ctx, server, settings, isOwn, wanted.isDefault);
  if (baseId !== undefined) await checkBase(ctx, server, baseId, isOwn);
  const id = newId("profile");
  await orTaken(name, () =>
    ctx.db.$transaction(async (tx) => {
      const count = await tx.profile.count({ where: { serverId: server.id, userId, removedAt: null } });
      if (count >= (isOwn ? OWN_MAX : SHARED_MAX))
        throw new AppError(
          "limit_exceeded",
          isOwn
            ? `You have at most ${OWN_MAX} profiles of your own on a server. Remove one first.`
            : `A server has at most ${SHARED_MAX} shared profiles. Remove one first.`,
        );
      const isDefault = !isOwn && (wanted.isDefault ?? count === 0);
      if (isDefault) await tx.profile.updateMany({ where: { serverId: server.id }, data: { isDefault: false } });
      await tx.profile.create({
        data: {
          id,
          organizationId: ctx.organizationId,
          serverId: server.id,
          userId,
          baseId: baseId ?? null,
          name,
          isDefault,
          settings: toJson(checked),
          changedBy: changer(ctx),
        },
      });
      await audit(tx, ctx, "profile.create", server.id, { ...nameFor(userId, name), isOwn, isDefault });
    }),
  );
  await announceAccess(ctx, server.id);
  return toView(ctx, await findProfile(ctx, server, id));
}

const updateSchema = z
  .object({
    serverId: z.string(),
    id: z.string(),
    name: nameSchema.optional(),
    isDefault: z.boolean().optional(),
    settings: profileSettingsSchema.optional(),
    /** The `lock` that was read; a change since then is a conflict. Left out, the last writer wins. */
    lock: z.number().int().optional(),
  })
  .strict();

/**
 * Changes a profile; its settings are replaced as a whole. It takes effect on the next call of everybody who runs with it. With the `lock` that
 * was read, somebody else's change since then is a conflict that says whose it is and hands theirs over (`ProfileConflict`), and nothing is written.
 */
export async function updateProfile({ ctx, input }: Call<z.input<typeof updateSchema>>): Promise<ProfileView> {
  authorize(ctx, "server.read");
  const { serverId, id, name, isDefault, settings, lock } = parseInput(updateSchema, input);
  const server = await findServer(ctx, serverId);
  const profile = await findProfile(ctx, server, id);
  if (profile.userId === null) authorize(ctx, "server.write");
  if (lock !== undefined && lock !== profile.lock) throw await changedMeanwhile(ctx, profile);
  const checked = await check(ctx, server, settings ?? NO_SETTINGS, profile.userId !== null, isDefault);
  const isWritten = await orTaken(name ?? profile.name, () =>
    ctx.db.$transaction(async (tx) => {
      const { count } = await tx.profile.updateMany({
        where: { id: profile.id, removedAt: null, ...(lock === undefined ? {} : { lock }) },
        data: { lock: { increment: 1 }, changedBy: changer(ctx) },
      });
      if (count === 0) return false;
      if (isDefault) await tx.profile.updateMany({ where: { serverId: server.id }, data: { isDefault: false } });
      await tx.profile.update({
        where: { id: profile.id },
        data: {
          ...(name ? { name } : {}),
          ...(isDefault === undefined ? {} : { isDefault }),
          ...(settings ? { settings: toJson(checked) } : {}),
        },
      });
      await audit(tx, ctx, "profile.update", server.id, nameFor(profile.userId, name ?? profile.name));
      return true;
    }),
  );
  if (!isWritten) throw await changedMeanwhile(ctx, await findProfile(ctx, server, id));
  await announceAccess(ctx, server.id);
  return toView(ctx, await findProfile(ctx, server, id));
}

/**
 * Removes a profile with all that was stored in it, everybody's. Whoever ran with it runs with the default from the next call on. For a day
 * `restoreProfile` brings it back.
 */
export async function removeProfile({ ctx, input }: Call<{ serverId: string; id: string }>): Promise<void> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const profile = await findProfile(ctx, server, input.id);
  if (profile.userId === null) authorize(ctx, "server.write");
  await ctx.db.$transaction(async (tx) => {
    await tx.profile.update({
      where: { id: profile.id },
      data: { removedAt: new Date(), changedBy: changer(ctx), lock: { increment: 1 } },
    });
    await audit(tx, ctx, "profile.remove", server.id, nameFor(profile.userId, profile.name));
  });
  await announceAccess(ctx, server.id);
}

export interface RemovedProfile {
  id: string;
  name: string;
  isOwn: boolean;
  removedAt: Date;
  /** Who removed it: a person's e-mail address, or what the API key is called. */
  who: string | null;
}

/** The profiles of a server that can be brought back still, the last one first: shared ones, and the asking person's own. */
export async function listRemovedProfiles({ ctx, input }: Call<{ serverId: string }>): Promise<RemovedProfile[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const rows = await ctx.db.profile.findMany({
    where: { ...mineOrShared(ctx, server), removedAt: { gt: lastRemoval() } },
    select: { id: true, name: true, userId: true, removedAt: true, changedBy: true },
    orderBy: { removedAt: "desc" },
    take: SHARED_MAX,
  });
  const names = await namesOfCallers(
    ctx,
    rows.flatMap(({ changedBy }) => changedBy ?? []),
  );
  return rows.flatMap(({ id, name, userId, removedAt, changedBy }) =>
    removedAt ? [{ id, name, isOwn: userId !== null, removedAt, who: names.get(changedBy ?? "") ?? null }] : [],
  );
}

/**
 * Brings a removed profile back as it was: with its settings and all values, for the connections that had chosen it and have nothing else by
 * now, and as the default unless another one is. `conflict` when its name is taken.
 */
export async function restoreProfile({ ctx, input }: Call<{ serverId: string; id: string }>): Promise<ProfileView> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const profile = await ctx.db.profile.findFirst({
    where: { ...mineOrShared(ctx, server), id: input.id },
    select: { id: true, name: true, userId: true, removedAt: true, base: { select: { name: true, removedAt: true } } },
  });
  if (!profile) throw notFound("removed profile");
  if (profile.userId === null) authorize(ctx, "server.write");
  if (profile.removedAt === null || profile.removedAt <= lastRemoval()) throw notFound("removed profile");
  if (profile.base?.removedAt)
    throw new AppError(
      "conflict",
      `It builds on the profile "${profile.base.name}", which was removed too. That one has to be brought back first.`,
    );
  await orTaken(profile.name, () =>
    ctx.db.$transaction(async (tx) => {
      const { userId } = profile;
      const count = await tx.profile.count({ where: { serverId: server.id, userId, removedAt: null } });
      if (count >= (userId === null ? SHARED_MAX : OWN_MAX))
        throw new AppError("limit_exceeded", "There are as many profiles as there can be. Remove one first.");
      await tx.profile.update({
        where: { id: profile.id },
        data: { removedAt: null, changedBy: changer(ctx), lock: { increment: 1 } },
      });
      await audit(tx, ctx, "profile.restore", server.id, nameFor(userId, profile.name));
    }),
  );
  await announceAccess(ctx, server.id);
  return toView(ctx, await findProfile(ctx, server, profile.id));
}

function mineOrShared(ctx: Ctx, server: Pick<ServerRow, "id">) {
  return {
    serverId: server.id,
    organizationId: ctx.organizationId,
    OR: [{ userId: null }, { userId: actorId(ctx) ?? "" }],
  } satisfies Prisma.ProfileWhereInput;
}

/** What was removed then, or before, is gone for good. */
function lastRemoval(): Date {
  return new Date(Date.now() - REMOVED_HOURS * HOUR_MS);
}

const valueSchema = z.object({ serverId: z.string(), id: z.string(), field: fieldKeySchema, value: z.unknown() });

/**
 * Stores what fills a field for everybody who runs with a shared profile. It is never read back, and a credential is bound to where
 * the tools call now with this profile: nobody who changes an address later gets it sent there.
 */
export async function setProfileValue({ ctx, input }: Call<z.input<typeof valueSchema>>): Promise<void> {
  authorize(ctx, "credential.write");
  const { serverId, id, field, value: given } = parseInput(valueSchema, input);
  const server = await findServer(ctx, serverId);
  const profile = await findProfile(ctx, server, id);
  if (profile.userId !== null)
    throw new AppError("invalid_input", "This profile is yours alone: fill its fields in under Your connections.");
  const settings = settingsOf(profile);
  if ((settings.fields[field] ?? "organization") !== "organization")
    throw new AppError(
      "precondition_failed",
      `"${field}" is not the organization's in this profile. Change who fills it first.`,
      { field },
    );
  const [compiled, served] = await Promise.all([
    openDocuments(ctx, server.documents),
    server.publishedVersionId ? loadVersion(ctx, server.publishedVersionId) : null,
  ]);
  const value = checkFieldValue(compiled, field, given, "value");
  if (isReference(value)) await checkReference(ctx, value, "value");
  const draft = { tools: compiled.tools, places: placesOf(server.documents) };
  const variables = await organizationVariables(ctx, profile);
  const called = [draft, ...(served ? [servedTools(served.manifest)] : [])].map((tools) => ({
    ...tools,
    variables,
    profile: settings,
  }));
  const origins = originsOfField(field, called);
  const { organizationId } = ctx;
  await ctx.db.$transaction(async (tx) => {
    await saveValue(tx, ctx.vault, { organizationId, profileId: profile.id, userId: null, field, value, origins });
    await audit(tx, ctx, "profile.setValue", server.id, { name: profile.name, field, origins });
  });
  await announceAccess(ctx, server.id);
}

/** Forgets what the organization stored for a field of a profile. */
export async function removeProfileValue({
  ctx,
  input,
}: Call<{ serverId: string; id: string; field: string }>): Promise<void> {
  authorize(ctx, "credential.write");
  const server = await findServer(ctx, input.serverId);
  const profile = await findProfile(ctx, server, input.id);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.profileValue.deleteMany({
      where: { profileId: profile.id, field: input.field, userId: null, organizationId: ctx.organizationId },
    });
    if (count === 0) throw notFound("value");
    await audit(tx, ctx, "profile.removeValue", server.id, { name: profile.name, field: input.field });
  });
  await announceAccess(ctx, server.id);
}

/** What others filled in for themselves is not even read. */
function withValues(ctx: Ctx) {
  return {
    values: {
      where: { OR: [{ userId: null }, { userId: actorId(ctx) ?? "" }] },
      select: { profileId: true, userId: true, field: true, sealed: true, updatedAt: true },
    },
    _count: { select: { connections: { where: { revokedAt: null } } } },
  } satisfies Prisma.ProfileInclude;
}

type ProfileRow = Prisma.ProfileGetPayload<{ include: ReturnType<typeof withValues> }>;

function toView(
  { vault }: Ctx,
  { id, name, isDefault, userId, baseId, lock, values, _count, ...row }: ProfileRow,
): ProfileView {
  return {
    id,
    name,
    isDefault,
    isOwn: userId !== null,
    baseId,
    settings: settingsOf(row),
    lock,
    values: values
      .filter((value) => value.userId === userId)
      .map((value) => {
        const reference = referenceOf(vault, value);
        return { field: value.field, setAt: value.updatedAt, ...(reference === undefined ? {} : { reference }) };
      }),
    connectionCount: _count.connections,
  };
}

export function settingsOf({ settings }: { settings: Prisma.JsonValue }): ProfileSettings {
  // Written through profileSettingsSchema only.
  return settings as ProfileSettings;
}

function toJson(settings: ProfileSettings): Prisma.InputJsonObject {
  return settings as unknown as Prisma.InputJsonObject;
}

/** For the audit log, which others read: what somebody calls their own profile is theirs. */
function nameFor(userId: string | null, name: string): { name: string } | { isOwn: true } {
  return userId === null ? { name } : { isOwn: true };
}

/** A shared profile of this server, or the asking person's own. Everything else does not exist. */
async function findProfile(ctx: Ctx, server: Pick<ServerRow, "id">, id: string): Promise<ProfileRow> {
  const profile = await ctx.db.profile.findFirst({
    where: {
      ...STANDING_PROFILE,
      id,
      serverId: server.id,
      organizationId: ctx.organizationId,
      OR: [{ userId: null }, { userId: actorId(ctx) ?? "" }],
    },
    include: withValues(ctx),
  });
  if (!profile) throw notFound("profile");
  return profile;
}

/** What a refused change of a profile hands over. */
export interface ProfileConflict {
  /** Who changed it: a person's e-mail address, or what the API key is called; null when nobody knows. */
  who: string | null;
  /** It was the asking person, somewhere else. */
  isYou: boolean;
  /** The profile as it is now. */
  theirs: ProfileView;
}

async function changedMeanwhile(ctx: Ctx, profile: ProfileRow): Promise<AppError> {
  const { changedBy } = profile;
  const who = changedBy === null ? null : ((await namesOfCallers(ctx, [changedBy])).get(changedBy) ?? null);
  const isYou = changedBy !== null && changedBy === changer(ctx);
  const conflict: ProfileConflict = { who, isYou, theirs: toView(ctx, profile) };
  return new AppError(
    "conflict",
    `${isYou ? "You" : (who ?? "Somebody else")} changed the profile "${profile.name}" meanwhile${isYou ? ", somewhere else" : ""}, and nothing was saved. Read it again, then make your change again.`,
    conflict,
  );
}

/** Whom a change of a profile is said to be of. */
function changer({ actor }: Ctx): string | null {
  return actor.type === "system" ? null : actor.id;
}

function actorId({ actor }: Ctx): string | null {
  return actor.type === "user" ? actor.id : null;
}

function ownerOf(ctx: Ctx): string {
  const id = actorId(ctx);
  if (!id)
    throw new AppError("forbidden", "Only a person has profiles of their own. Sign in and make it in the dashboard.");
  return id;
}

/** What the document does not have, and what a person's own profile may not say. */
async function check(
  ctx: Ctx,
  server: ServerRow,
  settings: ProfileSettings,
  isOwn: boolean,
  isDefault: boolean | undefined,
): Promise<ProfileSettings> {
  if (isOwn && isDefault)
    throw new AppError("invalid_input", "isDefault: a profile of your own cannot be the default for others.");
  const isOthers = Object.entries(settings.fields).some(
    ([field, holder]) => holder !== "person" || !field.startsWith("credential:"),
  );
  if (isOwn && (settings.baseUrl || settings.baseUrls || isOthers))
    throw new AppError(
      "invalid_input",
      "settings: a profile of your own takes arguments, hidden tools and credentials of yours; addresses are for a shared profile.",
    );
  const [compiled, overrides] = await Promise.all([
    openDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const keys = server.documents.map(({ key }) => key);
  return checkSettings({ compiled, keys, gone: goneFrom(server), overrides }, settings);
}

async function checkBase(ctx: Ctx, server: ServerRow, baseId: string, isOwn: boolean): Promise<void> {
  if (!isOwn) throw new AppError("invalid_input", "baseId: only a profile of your own builds on another.");
  if ((await findProfile(ctx, server, baseId)).userId !== null)
    throw new AppError("invalid_input", "baseId: choose a shared profile.");
}

async function organizationVariables(ctx: Ctx, { values }: ProfileRow): Promise<Record<string, string>> {
  const environment = await environmentOf(ctx, ctx.organizationId);
  return Object.fromEntries(
    values
      .filter(({ userId, field }) => userId === null && field.startsWith("variable:"))
      .flatMap((row) => {
        const value = openValue({ vault: ctx.vault, environment }, row);
        return typeof value === "string" ? [[row.field.slice("variable:".length), value]] : [];
      }),
  );
}

async function orTaken<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("conflict", `There is a profile "${name}" already. Choose another name.`, {
      issues: [{ field: "name", message: `there is a profile "${name}" already; choose another name` }],
    });
  }
}
