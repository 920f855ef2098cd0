import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { checkSameDocuments, openDocuments, placesOf } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { keepDraft, packDraft } from "./kept-draft.ts";
import { prepareVersion, refusalOf } from "./manifest.ts";
import { readOverrides } from "./override.ts";
import { nothingPicked } from "./review-publish.ts";
import { announceServer, saveVersion } from "./version.ts";

export interface PublishedVersion {
  id: string;
  number: number;
  /** False when what is served already is exactly this. */
  isNew: boolean;
  tools: { name: string; operation: string }[];
}

const NOTE_CHARS_MAX = 500;

const schema = z
  .object({
    id: z.string(),
    /** What changed and why, for the others. Kept with the version, when there is a new one. */
    note: z.string().trim().max(NOTE_CHARS_MAX, `keep the note under ${NOTE_CHARS_MAX} characters`).optional(),
    /** The `lock` that was reviewed; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
  })
  .strict();
export type PublishServerInput = z.input<typeof schema>;

/** Freezes the draft into the next version and serves it. */
export async function publishServer({ ctx, input }: Call<PublishServerInput>): Promise<PublishedVersion> {
  authorize(ctx, "server.publish");
  const { id, note, lock } = parseInput(schema, input);
  const server = await findServer(ctx, id);
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "The draft changed since it was looked through. Look through it again, then publish.",
    );
  const [compiled, overrides] = await Promise.all([
    openDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const [blocker] = nothingPicked(server);
  if (blocker) throw refusalOf(blocker);
  const prepared = await prepareVersion({
    server,
    compiled,
    places: placesOf(server.documents),
    selection: server.selection as string[],
    overrides,
  });
  const draft = await packDraft(keepDraft(server, overrides));
  const version = await ctx.db.$transaction(async (tx) => {
    const saved = await saveVersion(tx, ctx, server.id, { prepared, draft, note });
    // Which holds the row: an upgrade that came between would leave its edits on the earlier revision's tools.
    await checkSameDocuments(tx, server);
    if (saved.isNew) await audit(tx, ctx, "server.publish", server.id, { version: saved.number });
    return saved;
  });
  await announceServer(ctx, server.id);
  return { ...version, tools: prepared.manifest.tools.map(({ name, operation }) => ({ name, operation })) };
}
