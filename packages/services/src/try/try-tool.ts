import { withShape } from "@portico/openapi";
import type { Egress } from "@portico/upstream";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import { shapeSchema } from "../server/answer-shape.ts";
import { findServer } from "../server/find-server.ts";
import { toolToTry } from "./tool-to-try.ts";
import { createTryCall, type TriedCall } from "./try-call.ts";

const schema = z
  .object({
    serverId: z.string(),
    operation: z.string().min(1).max(2_000),
    arguments: z.record(z.string(), z.unknown()).default({}),
    /** Which state of the server. */
    on: z.enum(["draft", "published"]).default("draft"),
    /** Runs with this profile; without one with what a caller has who chose none. */
    profileId: z.string().max(100).nullish(),
    /** Where the answer comes from: the API, the sample that was kept, or what the document says that answers look like. */
    from: z.enum(["api", "sample", "example"]).default("api"),
    /** Instead of the draft's own; null shapes nothing. */
    shape: shapeSchema.nullish(),
  })
  .strict();

export type TryToolInput = z.input<typeof schema>;

/**
 * Runs one tool as a caller would, and shows every step of it. With `from: "api"` the API is really called, with the credentials of the
 * server and of the profile; the other sources send nothing. Who may change the server may do it.
 */
export async function tryTool({ ctx, input, egress }: Call<TryToolInput> & { egress: Egress }): Promise<TriedCall> {
  authorize(ctx, "server.write");
  const { serverId, shape, arguments: args, profileId, from, ...wanted } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const to = await toolToTry(ctx, server, wanted);
  const call = await createTryCall(ctx, server, { profileId, from, egress });
  const { tried } = await call(
    shape === undefined ? to : { ...to, tool: withShape(to.tool, shape ?? undefined) },
    args,
  );
  return tried;
}
