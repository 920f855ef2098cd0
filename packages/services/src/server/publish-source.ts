import { newId, type Prisma } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { checkReference } from "../environment.ts";
import {
  credentialSchema,
  dialectSchema,
  httpUrlSchema,
  parseInput,
  selectSchema,
  slugSchema,
  sourceSchema,
  toolModeSchema,
  visibilitySchema,
} from "../input.ts";
import { startJob } from "../job/start-job.ts";

const settingsShape = {
  /**
   * Of which document of a server that is there this is the next version, by its id or key. Left out: of the one from the same address, or of
   * the same title, else of the only one.
   */
  document: z.string().min(1).max(100).optional(),
  title: z.string().trim().min(1).max(200).optional(),
  slug: slugSchema.optional(),
  baseUrl: httpUrlSchema.optional(),
  /** Left out: what is suggested; for a server that is there already, the tools it has and what is suggested of the new ones. */
  select: selectSchema.optional(),
  /** Left out, a server that is there already keeps its own; a new one is for the organization. */
  visibility: visibilitySchema.optional(),
  dialect: dialectSchema.default("auto"),
  /** Left out, a server that is there already keeps its own. */
  toolMode: toolModeSchema.optional(),
};
const schema = z
  .object({
    source: sourceSchema,
    ...settingsShape,
    credentials: z.record(z.string().max(256), credentialSchema).default({}),
  })
  .strict();
export type PublishSourceInput = z.input<typeof schema>;

/** What the job finds in its input: the settings, ids chosen in advance, and the credentials sealed. */
export const publishJobInput = z.object({
  ...settingsShape,
  documentId: z.string(),
  revisionId: z.string(),
  serverId: z.string(),
  sealedCredentials: z.string(),
});

export function publishCredentialsContext(serverId: string): string {
  return `publish:${serverId}`;
}

export const credentialsSchema = z.record(z.string(), credentialSchema);

/**
 * The main job in one call: import, compile, create the server (or, when the slug is taken by one of this organization, update it),
 * publish. The job's result is { server, version, tools, diagnostics }, and { changes } when the document of an updated server is another one.
 */
export async function publishSource({ ctx, input }: Call<PublishSourceInput>): Promise<{ jobId: string }> {
  authorize(ctx, "server.publish");
  const { source, credentials, ...settings } = parseInput(schema, input);
  for (const [scheme, credential] of Object.entries(credentials))
    if (credential.type === "environment") await checkReference(ctx, credential, `credentials.${scheme}.name`);
  const serverId = newId("server");
  const fields: z.output<typeof publishJobInput> = {
    ...settings,
    documentId: newId("document"),
    revisionId: newId("revision"),
    serverId,
    sealedCredentials: ctx.vault.seal(JSON.stringify(credentials), publishCredentialsContext(serverId)),
  };
  // A parsed zod object of plain values is JSON; `undefined` members are dropped when it is written.
  return startJob(ctx, "publish", { source, fields: fields as Prisma.InputJsonObject });
}
