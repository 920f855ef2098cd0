import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS_DIR, migrate } from "./migrate.ts";

const admin = process.env.TEST_DATABASE_URL ?? "";
const name = `test_${randomBytes(6).toString("hex")}`;
const url = new URL(admin);
url.pathname = `/${name}`;
const before = mkdtempSync(path.join(os.tmpdir(), "portico-migrations-"));
let client: Client;

async function asAdmin(sql: string) {
  const login = new Client({ connectionString: admin });
  await login.connect();
  await login.query(sql).finally(() => login.end());
}

/** The migrations up to this one, without it. */
function migrationsBefore(first: string): string {
  for (const entry of readdirSync(MIGRATIONS_DIR).filter((one) => one < first))
    cpSync(path.join(MIGRATIONS_DIR, entry), path.join(before, entry), { recursive: true });
  return before;
}

describe("a server that was there before it could have several documents", () => {
  beforeAll(async () => {
    await asAdmin(`CREATE DATABASE ${name}`);
    await migrate(url.href, migrationsBefore("20261129030000_server_documents"));
    client = new Client({ connectionString: url.href });
    await client.connect();
    await client.query("SELECT set_config('portico.organization', '*', false)");
    await client.query(`INSERT INTO "Organization" (id, name, slug) VALUES ('org_1', 'Acme', 'acme')`);
    await client.query(
      `INSERT INTO "Document" (id, "organizationId", title, "updatedAt") VALUES ('doc_1', 'org_1', 'Pets', now())`,
    );
    await client.query(
      `INSERT INTO "DocumentRevision" (id, "organizationId", "documentId", number, format, sha256, "sourceBytes", source, compiled, "operationCount", "toolCount")
       VALUES ('rev_1', 'org_1', 'doc_1', 1, 'openapi-3.1', 'x', 1, '', '', 1, 1)`,
    );
    await client.query(
      `INSERT INTO "Server" (id, "organizationId", "documentId", "revisionId", slug, title, selection, "baseUrl", lock, "updatedAt")
       VALUES ('srv_1', 'org_1', 'doc_1', 'rev_1', 'pets', 'Pets', '["GET /pets"]', 'https://pets.example.com', 7, now())`,
    );
  });
  afterAll(async () => {
    await client?.end();
    await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    rmSync(before, { recursive: true, force: true });
  });

  it("keeps its document, revision and address, and every key that knows its operations", async () => {
    expect(await migrate(url.href)).toBeGreaterThan(0);
    const { rows } = await client.query(
      `SELECT "serverId", "documentId", "organizationId", "revisionId", key, position, "baseUrl" FROM "ServerDocument"`,
    );
    expect(rows).toEqual([
      {
        ...{ serverId: "srv_1", documentId: "doc_1", organizationId: "org_1", revisionId: "rev_1" },
        ...{ key: "", position: 0, baseUrl: "https://pets.example.com" },
      },
    ]);
    const servers = await client.query(`SELECT selection, lock, "usedKeys" FROM "Server"`);
    expect(servers.rows).toEqual([{ selection: ["GET /pets"], lock: 7, usedKeys: [] }]);
  });
});
