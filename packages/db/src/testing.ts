import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { createDb, type Db } from "./client.ts";
import { newId } from "./id.ts";
import { migrate } from "./migrate.ts";
import { createVault, type Vault } from "./vault.ts";

export interface TestDatabase {
  db: Db;
  vault: Vault;
  url: string;
  /** As the login that owns the database, which the apps are not. */
  asOwner(sql: string): Promise<void>;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** A migrated database of its own on the PostgreSQL that `npm test` started (TEST_DATABASE_URL). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = process.env.TEST_DATABASE_URL;
  if (!admin) throw new Error("TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts PostgreSQL.");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const db = createDb(url.href, { connectionsMax: 5 });
  return {
    db,
    vault: createVault([randomBytes(32).toString("base64url")]),
    url: url.href,
    asOwner: (sql) => query(url.href, sql),
    drop: async () => {
      await db.$disconnect();
      await query(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** An organization with one person in it. */
export async function createTestOrganization(db: Db, role = "owner") {
  const tag = randomBytes(4).toString("hex");
  const organization = await db.organization.create({
    data: { id: newId("organization"), name: `Test ${tag}`, slug: `test-${tag}` },
  });
  const user = await db.user.create({ data: { id: newId("user"), name: "Test Person", email: `${tag}@example.com` } });
  await db.member.create({ data: { id: newId("member"), organizationId: organization.id, userId: user.id, role } });
  return { organization, user };
}
