import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "./find-server.ts";
import { describeHeld } from "./held.ts";
import { type Upgraded, upgradeServer } from "./upgrade-server.ts";

const schema = z
  .object({
    serverId: z.string(),
    operation: z.string(),
    /** The `lock` that was read; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
  })
  .strict();

/** Takes what the document says now of one operation that is held back; the others stay held. `undoDraft` takes it back. */
export async function letGo({ ctx, input }: Call<z.input<typeof schema>>): Promise<Upgraded> {
  authorize(ctx, "server.write");
  const { serverId, operation, lock } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const held = await describeHeld(ctx, server.documents);
  const [document, all] = [...held].find(([, views]) => views.some((one) => one.operation === operation)) ?? [];
  const revision = server.documents.find(({ documentId }) => documentId === document)?.revisionId;
  if (!document || !all || !revision)
    throw new AppError(
      "precondition_failed",
      `${operation} is not held back: the draft has it as its document does, if at all.`,
    );
  const { number } = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id: revision },
    select: { number: true },
  });
  const hold = all.map((one) => one.operation).filter((one) => one !== operation);
  return upgradeServer({
    ctx,
    input: { id: server.id, document, revision: number, hold, lock: lock ?? server.lock },
  });
}
