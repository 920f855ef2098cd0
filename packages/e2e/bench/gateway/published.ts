import { randomBytes } from "node:crypto";
import { migrate } from "@portico/db/migrate";
import { migrateQueues } from "@portico/jobs";
import { actIn, bootstrap, getJob, openDeps, publishSource, runJob } from "@portico/services";
import { compileInProcess } from "@portico/services/testing";
import { freePort } from "../../src/portico.ts";
import { itemsDocument } from "./api.ts";

export interface Published {
  apiKey: string;
  path: string;
  /** The port that the gateway has to listen at: it answers only at its own address. */
  port: number;
  /** The environment of a gateway that serves it. */
  env: Record<string, string>;
}

/** A server of sixty tools, or of another document whose credential is called `key` too, published in a database as `npm start` leaves it. */
export async function publishItems(
  databaseUrl: string,
  upstreamUrl: string,
  {
    visibility = "organization",
    content = itemsDocument(upstreamUrl),
  }: { visibility?: "public" | "organization"; content?: string } = {},
): Promise<Published> {
  const [port, secretKey] = [await freePort(), randomBytes(32).toString("base64url")];
  const apiKey = `ptk_${randomBytes(24).toString("hex")}`;
  const publicUrl = `http://127.0.0.1:${port}`;
  await migrate(databaseUrl);
  await migrateQueues({ databaseUrl });
  const deps = openDeps({ databaseUrl, secretKeys: [secretKey], publicUrl, connectionsMax: 2 });
  try {
    const person = { email: "ada@example.com", password: randomBytes(16).toString("hex") };
    await bootstrap(deps, { ...person, organization: "bench", apiKey });
    const { organizationId, userId } = await deps.db.member.findFirstOrThrow();
    const ctx = actIn(deps, { organizationId, actor: { type: "user", id: userId, role: "owner" } });
    const { jobId } = await publishSource({
      ctx,
      input: {
        source: { content },
        slug: "items",
        select: "all",
        visibility,
        credentials: { key: { type: "apiKey", value: randomBytes(16).toString("hex") } },
      },
    });
    await runJob(deps, { jobId, compileSource: compileInProcess, onBug: (error) => console.error(error) });
    const job = await getJob({ ctx, input: { id: jobId } });
    if (job.state !== "done") throw new Error(`The server was not published: ${JSON.stringify(job.error)}`);
  } finally {
    await deps.close();
  }
  return {
    apiKey,
    path: "/mcp/bench/items",
    port,
    env: {
      HOST: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      PORTICO_URL: publicUrl,
      PORTICO_SECRET_KEY: secretKey,
      PORTICO_EGRESS_ALLOW: "127.0.0.0/8",
    },
  };
}
