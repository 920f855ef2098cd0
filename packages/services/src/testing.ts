import { createHash } from "node:crypto";
import { compress, newId } from "@portico/db";
import { createTestDatabase, createTestOrganization } from "@portico/db/testing";
import { createJobs, migrateQueues } from "@portico/jobs";
import { compileToJson, load, locate, withPositions } from "@portico/openapi";
import { createState } from "@portico/state";
import { actIn, type Ctx, type Deps, type Role } from "./context.ts";
import type { CompileSource } from "./document/revision.ts";

/** A description with three kinds of operation and a security scheme. */
export const petsDocument = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Pets", version: "1.0.0" },
  servers: [{ url: "https://pets.example.com/v1" }],
  security: [{ key: [] }],
  paths: {
    "/pets": {
      get: { operationId: "listPets", tags: ["pets"], summary: "List pets", responses: { 200: { description: "ok" } } },
      post: {
        operationId: "addPet",
        tags: ["pets"],
        requestBody: {
          content: { "application/json": { schema: { type: "object", properties: { name: { type: "string" } } } } },
        },
        responses: { 201: { description: "made" } },
      },
    },
    "/pets/{id}": {
      delete: {
        operationId: "removePet",
        tags: ["pets"],
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 204: { description: "gone" } },
      },
    },
  },
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
});

/** The compiler itself, without the worker's thread around it. */
export const compileInProcess: CompileSource = async (source) => {
  const { allowOrigins } = source;
  const loaded = await load(source, { limits: { externalOrigins: allowOrigins ?? [] } });
  if (!loaded.ok) return loaded;
  const { document } = loaded;
  const { chunks, operationCount, toolCount, diagnostics } = compileToJson(
    document,
    allowOrigins ? { allowOrigins } : {},
  );
  const bytes = Buffer.from(JSON.stringify({ root: document.root, files: document.files }));
  return {
    ok: true,
    title: document.title,
    format: document.format,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sourceBytes: bytes.byteLength,
    source: await compress(bytes),
    text: document.source ? await compress(document.source.text) : null,
    positions: await locate(diagnostics, document.source),
    compiled: await compress(Buffer.concat(chunks)),
    operationCount,
    toolCount,
    diagnostics: await withPositions(diagnostics.slice(0, 50), document.source),
  };
};

/** Verbs over a real database, with an organization, and a stranger who belongs to another one. */
export async function createTestServices() {
  const test = await createTestDatabase();
  await migrateQueues({ databaseUrl: test.url });
  const deps: Deps = {
    db: test.db,
    vault: test.vault,
    state: createState({ databaseUrl: test.url }),
    jobs: createJobs({ databaseUrl: test.url }),
    publicUrl: "https://portico.example.com",
    environment: new Map(),
  };
  const join = async (role: Role): Promise<Ctx> => {
    const { organization, user } = await createTestOrganization(deps.db, role);
    return actIn(deps, { organizationId: organization.id, actor: { type: "user", id: user.id, role } });
  };
  return {
    deps,
    /** Two more organizations. */
    renew: async () => ({ ctx: await join("owner"), stranger: await join("owner") }),
    ctx: await join("owner"),
    stranger: await join("owner"),
    /** The same organization, seen by somebody with another role. */
    as: (ctx: Ctx, role: Role): Ctx => ({
      ...ctx,
      actor: { type: "user", id: ctx.actor.type === "user" ? ctx.actor.id : "", role },
    }),
    async close() {
      await Promise.all([deps.jobs.close(), deps.state.close()]);
      await test.drop();
    },
  };
}

export type TestServices = Awaited<ReturnType<typeof createTestServices>>;

/** A call of a tool as the gateway hands it over, that went well just now. */
export function callEvent(organizationId: string, serverId: string, more: object = {}) {
  return {
    id: newId("usageEvent"),
    occurredAt: new Date().toISOString(),
    ...{ organizationId, serverId, kind: "call", tool: "listPets", operation: "GET /pets" },
    ...{ outcome: "ok", durationMs: 12.5, principal: "apiKey" },
    ...more,
  };
}
