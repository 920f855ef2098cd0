import type { Db } from "@portico/db";
import type { Ctx } from "./context.ts";
import { AppError } from "./error.ts";
import type { Reference } from "./input.ts";

/** What whoever runs Portico gives to it by its environment: `PORTICO_VALUE_STRIPE_KEY` is the value "STRIPE_KEY". Nothing else of the environment is reached. */
export type Environment = ReadonlyMap<string, string>;

const PREFIX = "PORTICO_VALUE_";

/** The part of a process's environment that credentials and profiles may refer to. An empty value is none. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  return new Map(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && value ? [[name.slice(PREFIX.length), value] as const] : [],
    ),
  );
}

/** The variable as it is set. */
export function variableOf(name: string): string {
  return PREFIX + name;
}

/**
 * The values that an organization may refer to: all, where the owner of the installation, whose environment it is, owns the organization too;
 * otherwise none, and none for nobody. Asked whenever a reference is stored, and whenever one is opened.
 */
export async function environmentOf(
  { db, environment }: { db: Db; environment: Environment },
  organizationId: string | undefined,
): Promise<Environment> {
  if (environment.size === 0 || organizationId === undefined) return NOTHING;
  const installation = await db.installation.findFirst({ select: { ownerUserId: true } });
  if (!installation) return NOTHING;
  const where = { organizationId, userId: installation.ownerUserId, role: "owner" };
  return (await db.member.count({ where })) > 0 ? environment : NOTHING;
}

const NOTHING: Environment = new Map();

/**
 * The names that somebody may refer to. It is the installation's owner who says where their values go, themself or by a key that they made: nobody
 * else knows what the environment was meant for, and whoever chooses the document chooses who is sent them.
 */
export async function listReferences(ctx: Ctx): Promise<string[]> {
  const known = await environmentOf(ctx, ctx.organizationId);
  return known.size > 0 && (await isInstallationOwner(ctx)) ? [...known.keys()].sort() : [];
}

async function isInstallationOwner({ db, actor, organizationId }: Ctx): Promise<boolean> {
  if (actor.type === "system") return false;
  const key =
    actor.type === "apiKey"
      ? await db.apiKey.findFirst({ where: { id: actor.id, organizationId }, select: { createdById: true } })
      : null;
  const id = key ? key.createdById : actor.id;
  return id !== null && (await db.installation.count({ where: { ownerUserId: id } })) > 0;
}

/** Refuses a reference of somebody who may not make one, or to a value that is not there for their organization. */
export async function checkReference(ctx: Ctx, { name }: Pick<Reference, "name">, at: string): Promise<void> {
  if (!(await isInstallationOwner(ctx)))
    throw new AppError(
      "forbidden",
      "What is in the environment of Portico is given out by the owner of this installation. Ask them, or store the value itself.",
    );
  const names = await listReferences(ctx);
  if (names.includes(name)) return;
  const has = names.length > 0 ? `There is ${names.join(", ")}.` : "There is none for this organization.";
  const message = `no value "${name}" is in the environment. ${has} Set ${variableOf(name)} where Portico runs, and start it again.`;
  throw new AppError("invalid_input", `${at}: ${message}`, { issues: [{ field: at, message }] });
}
