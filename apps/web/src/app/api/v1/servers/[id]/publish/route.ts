import { type PublishServerInput, publishServer, reviewPublish } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What publishing would change. */
export const GET = rest<{ id: string }>(({ ctx, params }) => reviewPublish({ ctx, input: params }));
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  publishServer({ ctx, input: { ...body, id: params.id } as PublishServerInput }),
);
