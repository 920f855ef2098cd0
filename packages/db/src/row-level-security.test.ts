import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP_ROLE, acrossOrganizations, createDb, type Db, forOrganization, INSTALLATION_ROLE } from "./client.ts";
import { newId } from "./id.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

/** What belongs to the installation or to a person. Every other table belongs to an organization. */
const OF_NO_ORGANIZATION = new Set([
  ...["Installation", "User", "AuthSession", "Account", "TwoFactor", "Passkey", "Verification"],
  ...["OidcRecord", "SigningKey", "StateEntry", "_prisma_migrations"],
]);

interface Column {
  column_name: string;
  data_type: string;
}

describe("XT-18: row-level security", () => {
  let test: TestDatabase;
  /** The login that owns the tables. */
  let owner: Client;
  /** What the apps run as, saying nothing. */
  let app: Client;
  const tables: string[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = new Client({ connectionString: test.url });
    await owner.connect();
    app = new Client({ connectionString: test.url });
    await app.connect();
    await app.query(`SET ROLE ${APP_ROLE}`);
    const { rows } = await owner.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
    );
    tables.push(...rows.map(({ relname }) => relname).filter((name) => !OF_NO_ORGANIZATION.has(name)));
    await owner.query("SET session_replication_role = replica");
    await owner.query('ALTER TABLE "AccessGrant" DROP CONSTRAINT "AccessGrant_one_holder"');
    for (const organization of ["a", "b"]) for (const table of tables) await fill(table, organization);
  });
  afterAll(async () => {
    await Promise.all([owner.end(), app.end()]);
    await test.drop();
  });

  /** A row of the organization, with nothing in it but what has to be. */
  async function fill(table: string, organization: string) {
    const { rows } = await owner.query<Column>(
      `SELECT column_name, data_type FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL`,
      [table],
    );
    const values = rows.map(({ data_type: type }) => {
      if (type.startsWith("timestamp")) return new Date();
      if (/^(integer|bigint|double precision)$/.test(type)) return 1;
      if (type === "jsonb") return "{}";
      if (type === "ARRAY") return [];
      return type === "boolean" ? false : organization;
    });
    const names = rows.map(({ column_name }) => `"${column_name}"`).join(", ");
    await owner.query(
      `INSERT INTO "${table}" (${names}) VALUES (${values.map((_, i) => `$${i + 1}`).join(", ")})`,
      values,
    );
  }
  const count = async (client: Client, table: string) =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM "${table}"`)).rows[0]?.n);
  const say = (organization: string) =>
    app.query("SELECT set_config('portico.organization', $1, false)", [organization]);

  it("is on, and forced, for every table of an organization", async () => {
    expect(tables.length).toBeGreaterThan(18);
    const { rows } = await owner.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relname = ANY($1) AND relrowsecurity AND relforcerowsecurity",
      [tables],
    );
    expect(tables.filter((table) => !rows.some(({ relname }) => relname === table))).toEqual([]);
  });
  it("shows nothing to who names no organization, or one that is not there, and one's own to who names it", async () => {
    for (const table of tables) {
      expect([table, await count(owner, table)]).toEqual([table, 2]);
      await say("");
      expect([table, await count(app, table)]).toEqual([table, 0]);
      await say("c");
      expect([table, await count(app, table)]).toEqual([table, 0]);
      // What the installation's own work says means nothing to it.
      await say("*");
      expect([table, await count(app, table)]).toEqual([table, 0]);
      await say("b");
      expect([table, await count(app, table)]).toEqual([table, 1]);
    }
  });
  it("takes no change to another organization's row, and none that moves one's own away", async () => {
    await say("b");
    for (const table of tables) {
      const own = table === "Organization" ? "id" : "organizationId";
      if (["TeamMember", "ToolOverride", "ToolsList"].includes(table)) continue;
      const moved = await app.query(`UPDATE "${table}" SET "${own}" = 'b' WHERE "${own}" = 'a'`);
      expect([table, moved.rowCount]).toEqual([table, 0]);
      const removed = await app.query(`DELETE FROM "${table}" WHERE "${own}" = 'a'`);
      expect([table, removed.rowCount]).toEqual([table, 0]);
      await expect(app.query(`UPDATE "${table}" SET "${own}" = 'a'`)).rejects.toThrow(/row-level security|append-only/);
    }
    for (const table of ["TeamMember", "ToolOverride", "ToolsList"]) {
      await app.query(`DELETE FROM "${table}"`);
      expect([table, await count(owner, table)]).toEqual([table, 1]);
    }
  });
  it("holds for what the apps run as: no superuser, no owner, no way around, no month by itself", async () => {
    const db = createDb(test.url, { connectionsMax: 1 });
    const whoIs = (one: Db) => one.$queryRaw<
      object[]
    >`SELECT current_user::text AS name, rolsuper, rolbypassrls FROM pg_roles
      WHERE rolname = current_user`;
    const isHeld = { rolsuper: false, rolbypassrls: false };
    expect(await whoIs(db)).toEqual([{ name: INSTALLATION_ROLE, ...isHeld }]);
    expect(await whoIs(forOrganization(db, "a"))).toEqual([{ name: APP_ROLE, ...isHeld }]);
    await expect(db.$executeRaw`ALTER TABLE "Server" DISABLE ROW LEVEL SECURITY`).rejects.toThrow(/must be owner/);
    const [month] = (
      await owner.query<{ relname: string }>(
        "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' LIMIT 1",
      )
    ).rows;
    await expect(db.$queryRawUnsafe(`SELECT 1 FROM "${month?.relname}"`)).rejects.toThrow(/permission denied/);
    await db.$executeRaw`SELECT ensure_usage_partition('2031-05-01'::date)`;
    await db.$disconnect();
  });
  it("gives each organization its own through one pool, whatever is asked at once, and in transactions", async () => {
    const db = createDb(test.url, { connectionsMax: 3 });
    const [a, b] = [forOrganization(db, "a"), forOrganization(db, "b")];
    const rounds = Array.from({ length: 50 }, async () => {
      const [ofA, ofB, all, one, raw] = await Promise.all([
        a.organization.findMany({ select: { id: true } }),
        b.organization.findMany({ select: { id: true } }),
        db.organization.count(),
        b.organization.findUnique({ where: { id: "a" } }),
        a.$queryRaw`SELECT id FROM "Organization"`,
      ]);
      expect({ ofA, ofB, all, one, raw }).toEqual({
        ...{ ofA: [{ id: "a" }], ofB: [{ id: "b" }], all: 2 },
        ...{ one: null, raw: [{ id: "a" }] },
      });
    });
    await Promise.all(rounds);
    await a
      .$transaction(async (tx) => {
        expect(await tx.organization.count()).toBe(1);
        expect(await acrossOrganizations(tx, () => tx.organization.count())).toBe(2);
        expect(await tx.organization.count()).toBe(1);
        await tx.$executeRaw`SELECT set_config('portico.organization', '*', true)`;
        expect(await tx.organization.count()).toBe(0);
        await tx.$executeRaw`SELECT set_config('portico.organization', 'a', true)`;
        const data = { id: newId("job"), organizationId: "b", kind: "publish", input: {} };
        await expect(tx.job.create({ data })).rejects.toThrow(/row-level security|append-only/);
      })
      .catch((error: Error) => expect(error.message).toMatch(/aborted/));
    expect(await db.job.count()).toBe(2);
    await db.$disconnect();
  });
  it("holds by what is said alone for a login that may make no roles and is in none", async () => {
    const login = `plain_${newId("user").slice(-12)}`;
    await owner.query(`CREATE ROLE ${login} LOGIN PASSWORD 'plain' NOSUPERUSER`);
    await owner.query(`GRANT SELECT ON "Organization" TO ${login}`);
    const url = new URL(test.url);
    url.username = login;
    url.password = "plain";
    const db = createDb(url.href, { connectionsMax: 1 });
    expect(await db.organization.count()).toBe(2);
    expect(await forOrganization(db, "a").organization.findMany({ select: { id: true } })).toEqual([{ id: "a" }]);
    expect(await db.organization.count()).toBe(2);
    await db.$disconnect();
    await owner.query(`DROP OWNED BY ${login}`);
    await owner.query(`DROP ROLE ${login}`);
  });
});
