import { PrismaPg } from "@prisma/adapter-pg";
import type { ClientBase } from "pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";

export type Db = PrismaClient;
/** What a verb may use inside `db.$transaction(async (tx) => …)`. */
export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/** What the verbs of an organization run as: it sees that organization's rows, and no others whatever it says. */
export const APP_ROLE = "portico_app";
/** What the installation's own work runs as (signing in, serving, jobs, clean-up). Neither role owns a table, so that row-level security holds for both. */
export const INSTALLATION_ROLE = "portico_installation";
/** Every organization's rows, for who may see them. */
const EVERYTHING = "*";

/** How long a query may wait for a connection. */
const CONNECT_MS = 10_000;

/** One pool a process; `$disconnect()` closes it. It sees the rows of every organization: verbs get theirs from `forOrganization`. */
export function createDb(url: string, options: { connectionsMax?: number } = {}): Db {
  return new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: options.connectionsMax ?? 10,
      connectionTimeoutMillis: CONNECT_MS,
      onConnect: becomeInstallation,
    }),
    transactionOptions: { maxWait: CONNECT_MS, timeout: 30_000 },
  });
}

/**
 * Gives up what the login may do beyond the role $1, and says whose rows are meant ($2); for the transaction alone, or not ($3). Where there is no
 * such role, the login is none that could do more.
 */
const BECOME = `SELECT (SELECT set_config('role', rolname, $3) FROM pg_roles WHERE rolname = $1 AND pg_has_role(session_user, oid, 'MEMBER')),
  set_config('portico.organization', $2, $3)`;

async function becomeInstallation(client: ClientBase): Promise<void> {
  await client.query(BECOME, [INSTALLATION_ROLE, EVERYTHING, false]);
}

/** Until the transaction ends, however it does. */
function become(client: Tx, role: string, organization: string) {
  return client.$queryRawUnsafe(BECOME, role, organization, true);
}

/**
 * The same database as one organization sees it: PostgreSQL neither shows nor takes a row of another (row-level security), whatever a query
 * forgot to say. Each query is a transaction of its own; `$transaction` takes a function.
 */
export function forOrganization(db: Db, organizationId: string): Db {
  const enter = (client: Tx) => become(client, APP_ROLE, organizationId);
  const alone =
    (run: (...args: unknown[]) => Prisma.PrismaPromise<unknown>) =>
    async (...args: unknown[]) =>
      (await db.$transaction([enter(db), run(...args)]))[1];
  const together = (work: (tx: Tx) => Promise<unknown>, options?: object) =>
    db.$transaction(async (tx) => {
      await enter(tx);
      return work(tx);
    }, options);
  type Runs = Record<string | symbol, unknown>;
  const bound = (target: object): object =>
    new Proxy(target, {
      get(_, name) {
        if (name === "$transaction") return together;
        const value = (target as Runs)[name];
        if (typeof value === "function") return alone(value.bind(target));
        return typeof value === "object" && value !== null ? bound(value) : value;
      },
    });
  return bound(db) as Db;
}

/** In a transaction of one organization: does `work` with the rows of all. For a rule that has to know what somebody is elsewhere. */
export async function acrossOrganizations<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const [row] = await tx.$queryRaw<{ role: string; own: string }[]>`
    SELECT current_user::text AS role, current_setting('portico.organization') AS own`;
  await become(tx, INSTALLATION_ROLE, EVERYTHING);
  const result = await work();
  await become(tx, row?.role ?? APP_ROLE, row?.own ?? "");
  return result;
}

/** Prisma's codes, PostgreSQL's and the system's for a database that cannot be reached, is starting or stopping, or hung up. */
const AWAY = new Set([
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"],
  ...["57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT"],
]);

const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Server has closed the connection|Code: `(?:57P0[123]|08\w{3})`/;

/** Whether an error says that the database is away: asking again later may help, and nothing of ours is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, cause, message = "" } = error as { code?: unknown; cause?: unknown; message?: unknown };
  if (typeof code === "string" && AWAY.has(code)) return true;
  // The pool, a connection that broke under a query, and what Prisma has no code for, say it in words only.
  if (AWAY_WORDS.test(String(message))) return true;
  return isDatabaseAway(cause);
}

/** Prisma's code for a unique constraint that was hit. */
export function isUniqueViolation(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "P2002";
}
