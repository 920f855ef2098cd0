import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client, escapeIdentifier } from "pg";
import { APP_ROLE, INSTALLATION_ROLE } from "./client.ts";

// Applies prisma/migrations/*/migration.sql in order and keeps Prisma's own ledger, so that `prisma migrate status` agrees.
// Prisma's CLI is not used at run time: it downloads a native engine.

/** Prisma's advisory lock for migrations: two migrators wait for each other. */
const LOCK = 72707369;
export const MIGRATIONS_DIR = path.resolve(import.meta.dirname, "../../../prisma/migrations");

/** Brings a database up to date; returns how many migrations it applied. A killed run leaves whole migrations or none. */
export async function migrate(url: string, dir = MIGRATIONS_DIR): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query("SELECT set_config('portico.organization', '*', false)");
    await client.query(
      `CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
       finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
       started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
    );
    const ledger = await client.query<{ migration_name: string; checksum: string }>(
      "SELECT migration_name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL",
    );
    const applied = new Map(ledger.rows.map((row) => [row.migration_name, row.checksum]));
    let count = 0;
    for (const name of migrationNames(dir)) {
      const sql = readFileSync(path.join(dir, name, "migration.sql"), "utf8");
      const checksum = createHash("sha256").update(sql).digest("hex");
      const known = applied.get(name);
      if (known === checksum) continue;
      if (known) throw new Error(`The migration ${name} was edited after this database had applied it.`);
      await applyOne(client, name, sql, checksum);
      count++;
    }
    for (const role of [APP_ROLE, INSTALLATION_ROLE]) await ensureRole(client, role);
    return count;
  } finally {
    await client.end();
  }
}

/**
 * Makes the roles that the apps run as, and lets them use the tables: they own none and are no superusers, so row-level security holds for them.
 * Each month of usage is seen through the whole only. A login that may not make roles is held by the policies itself, since they are forced.
 */
async function ensureRole(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ isSuperuser: boolean; schema: string }>(
    'SELECT rolsuper AS "isSuperuser", current_schema() AS schema FROM pg_roles WHERE rolname = current_user',
  );
  await client.query(`DO $$ BEGIN CREATE ROLE ${role} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL; END $$`);
  const known = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  if (known.rowCount === 0) return;
  if (!rows[0]?.isSuperuser)
    await client.query(`DO $$ BEGIN GRANT ${role} TO CURRENT_USER;
      EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`);
  const schema = escapeIdentifier(rows[0]?.schema ?? "public");
  const tables = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     AND relname <> '_prisma_migrations' AND NOT has_table_privilege($1, oid, 'SELECT, INSERT, UPDATE, DELETE')`,
    [role],
  );
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  for (const { relname } of tables.rows)
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.${escapeIdentifier(relname)} TO ${role}`);
}

function migrationNames(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function applyOne(client: Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)",
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw new Error(`The migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
